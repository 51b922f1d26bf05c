"""`[[export]]` of edinflow.toml: how a plan is written for another program."""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from dashboard.toml_table import SettingsError, TomlTable

SHIPPED = Path(__file__).parent / "export_profiles.toml"
Pairs = tuple[tuple[str, str], ...]
Form = Literal["long", "shift"]
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "windows-1252": "cp1252"}
INTERVALS = (15, 30, 60)
CLOCK = ("start_date", "start_time", "end_date", "end_time")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


COLUMNS: dict[str, tuple[str, ...]] = {
    "long": _names(
        "plan_id,plan_version,status,site,area,role,start_local,end_local,utc_offset,start_utc,"
        "required,required_low,required_high,rostered,gap,service_level,source,note,"
        "generated_at_utc,model_id,data_version"
    ),
    "shift": _names(
        "plan_id,plan_version,status,site,area,date,shift,role,heads,start_local,end_local,"
        "utc_offset,start_utc,end_utc,paid_hours,began_before,generated_at_utc,model_id,"
        "data_version"
    ),
}


@dataclass(frozen=True)
class ExportProfile:
    """How a plan is written.

    form: "long" = a row per role and interval; "shift" = a row per day, shift and role.
    columns: ours → theirs, in order; empty = all of the form. Times of day and days come apart
    as start_date, start_time, end_date and end_time. interval: minutes, of the long form. roles,
    codes: ours → theirs. rows_per_file: 0 = all in one.
    """

    name: str
    label: str = ""
    form: Form = "long"
    columns: Pairs = ()
    date_format: str = "%Y-%m-%d"
    time_format: str = "%H:%M"
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    interval: int = 30
    roles: Pairs = ()
    codes: Pairs = ()
    rows_per_file: int = 0

    def __post_init__(self) -> None:
        if self.form not in COLUMNS:
            raise self._wrong("form", self.form, "long or shift")
        known = (*COLUMNS[self.form], *CLOCK)
        for ours, _ in self.columns:
            if ours not in known:
                near = get_close_matches(ours, known, n=1)
                raise self._wrong("columns", ours, near[0] if near else ", ".join(known))
        if not self.columns:
            every = tuple((name, name) for name in COLUMNS[self.form])
            object.__setattr__(self, "columns", every)
        for what in ("columns", "roles", "codes"):
            theirs = [name for _, name in getattr(self, what)]
            for name in theirs:
                if theirs.count(name) > 1:
                    raise self._wrong(what, name, "a name that occurs once")
        if self.delimiter not in DELIMITERS:
            raise self._wrong("delimiter", self.delimiter, "one of , ; | or a tab")
        if self.decimal not in (".", ",") or self.decimal == self.delimiter:
            raise self._wrong("decimal", self.decimal, "a point or a comma, not the delimiter")
        if self.encoding not in ENCODINGS:
            raise self._wrong("encoding", self.encoding, f"one of {', '.join(ENCODINGS)}")
        if self.interval not in INTERVALS:
            raise self._wrong("interval", str(self.interval), "15, 30 or 60")
        self._check_clock()

    def _check_clock(self) -> None:
        """A day and a time of day must be told whole, so that they can be read again."""
        moment = pd.Timestamp("2031-11-23 13:57")
        for what, kept in (("date_format", "%Y-%m-%d"), ("time_format", "%H:%M")):
            form = getattr(self, what)
            try:
                again = pd.to_datetime(moment.strftime(form), format=form)
                whole = again.strftime(kept) == moment.strftime(kept)
            except ValueError:
                whole = False
            if not whole:
                raise self._wrong(what, form, f"a form such as {kept} that tells all of it")

    def _wrong(self, what: str, value: str, wanted: str) -> SettingsError:
        return SettingsError(
            f"Export profile {self.name!r}: {what} is {value!r}; it must be {wanted}."
        )


def read(tables: list[TomlTable]) -> tuple[ExportProfile, ...]:
    """The profiles of a settings file, each name once."""
    found = tuple(_profile(table) for table in tables)
    names = [profile.name for profile in found]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"Two export profiles are called {name!r}: rename one.")
    return found


@cache
def shipped() -> tuple[ExportProfile, ...]:
    """The profiles that come with the program."""
    table = TomlTable(tomllib.loads(SHIPPED.read_text(encoding="utf-8")), SHIPPED.name)
    return read(table.tables("export"))


def _profile(table: TomlTable) -> ExportProfile:
    usual = ExportProfile("usual")
    columns = table.texts("columns", ())
    form = table.text("form", usual.form)
    values: dict[str, Any] = {
        "name": table.text("name"),
        "label": table.optional_text("label") or "",
        "columns": tuple(_pair(text) for text in columns),
        "date_format": table.text("date_format", usual.date_format),
        "time_format": table.text("time_format", usual.time_format),
        "delimiter": table.optional_sign("delimiter") or usual.delimiter,
        "decimal": table.text("decimal", usual.decimal),
        "encoding": table.text("encoding", usual.encoding),
        "interval": table.whole("interval", usual.interval, 1, 60),
        "roles": table.named_texts("roles"),
        "codes": table.named_texts("codes"),
        "rows_per_file": table.whole("rows_per_file", 0, 0, 10_000_000),
    }
    table.done()
    if form not in COLUMNS:
        raise table.error("form", form, '"long" or "shift"')
    try:
        return ExportProfile(form="long" if form == "long" else "shift", **values)
    except SettingsError as error:
        raise table.refused(error) from error


def _pair(text: str) -> tuple[str, str]:
    """`date=Datum` → ("date", "Datum"); `date` keeps its name."""
    ours, equals, theirs = text.partition("=")
    return ours.strip(), theirs.strip() if equals else ours.strip()
