"""Export profiles at work: a plan's rows → another program's CSV, and back.

Lines end as RFC 4180 says, with carriage return and line feed; quoting is its too.
"""

import csv
import io
import re
from datetime import date, datetime
from difflib import get_close_matches

import pandas as pd

from dashboard.service.csv_text import table
from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from dashboard.settings_export import ENCODINGS, ExportProfile, shipped
from data.spreadsheet import harmless, meant

NUMBER = re.compile(r"-?\d+\.\d+")
READ_BACK = ("date", "shift", "role", "heads")


def profiles(settings: Settings) -> list[ExportProfile]:
    """The profiles of the settings, then those that come with the program."""
    own = {profile.name for profile in settings.exports}
    return [*settings.exports, *(one for one in shipped() if one.name not in own)]


def profile(settings: Settings, name: str) -> ExportProfile:
    """A profile by name; an unknown one is refused with the nearest known one."""
    known = {one.name: one for one in profiles(settings)}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}."
        raise ServiceError(f"There is no export profile {name!r}: {hint}")
    return known[name]


def shaped(rows: pd.DataFrame, time_zone: str, wanted: ExportProfile) -> pd.DataFrame:
    """Rows of `exports.staffing_rows` or `shift_rows` in a profile's columns, words and forms."""
    local = {name: rows[name].dt.tz_convert(time_zone) for name in ("start", "end")}
    days = {name: when.dt.strftime(wanted.date_format) for name, when in local.items()}
    times = {name: when.dt.strftime(wanted.time_format) for name, when in local.items()}
    written = rows.assign(
        **{f"{name}_date": days[name] for name in local},
        **{f"{name}_time": times[name] for name in local},
        **{f"{name}_local": days[name] + " " + times[name] for name in local},
    )
    if "date" in rows.columns:
        written["date"] = days["start"]
    for column, names in (("role", wanted.roles), ("shift", wanted.codes)):
        if column in written.columns:
            written[column] = written[column].replace(dict(names))
    shown = written[[ours for ours, _ in wanted.columns]]
    if wanted.decimal != ".":
        numbers = [name for name in ("paid_hours", "service_level") if name in shown.columns]
        shown = shown.assign(**{name: shown[name].map(_with_comma) for name in numbers})
    return shown.set_axis([theirs for _, theirs in wanted.columns], axis=1)


def text_of(shown: pd.DataFrame, wanted: ExportProfile) -> bytes:
    """Shaped rows as a file. Raises ServiceError for a sign that its encoding does not have."""
    rows = shown.itertuples(index=False, name=None)
    text = table(list(shown.columns), rows, delimiter=wanted.delimiter, line_end="\r\n")
    try:
        return text.decode().encode(ENCODINGS[wanted.encoding])
    except UnicodeEncodeError as error:
        sign = error.object[error.start]
        raise ServiceError(
            f"Export profile {wanted.name!r} writes {wanted.encoding}, which has no sign {sign!r}: "
            'set encoding = "utf-8-bom".'
        ) from None


def read_back(content: bytes, file: str, given: ExportProfile) -> str:
    """A file that was written in a profile of shifts → the text of a roster in our own columns.

    Raises ServiceError where the profile cannot be read back or the file is another's.
    """
    theirs = {ours: name for ours, name in given.columns}
    day = "date" if "date" in theirs else "start_date"
    needed = (day, *READ_BACK[1:])
    lacking = [name for name in needed if name not in theirs]
    if given.form != "shift" or lacking:
        raise ServiceError(
            f"Export profile {given.name!r} cannot be read back: it needs the form shift with the "
            f"columns {', '.join(READ_BACK)}."
        )
    try:
        text = content.decode(ENCODINGS[given.encoding])
    except UnicodeDecodeError:
        raise ServiceError(f"{file} is not written in {given.encoding}.") from None
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=given.delimiter))
    found = set(lines[0]) if lines else set()
    for name in (theirs[one] for one in needed):
        if harmless(name) not in found:
            raise ServiceError(f"{file} has no column {name!r} of export profile {given.name!r}.")
    instants = [name for name in ("start_utc", "end_utc") if name in theirs]
    names = (*READ_BACK, *(instants if len(instants) == 2 else []))
    roles = {name: ours for ours, name in given.roles}
    codes = {name: ours for ours, name in given.codes}
    rows = []
    for number, line in enumerate(lines, start=2):
        cell = {ours: meant(line.get(harmless(name)) or "") for ours, name in given.columns}
        cell["date"] = _day(cell[day], given.date_format, f"{file}, row {number}")
        cell["role"] = roles.get(cell["role"], cell["role"])
        cell["shift"] = codes.get(cell["shift"], cell["shift"])
        rows.append([cell[name] for name in names])
    return table(names, rows).decode()


def in_days(rows: pd.DataFrame, time_zone: str, first: date | None, last: date | None) -> pd.Series:
    """Which rows start on a local day from `first` to `last`, both included; None: no end."""
    days = rows["start"].dt.tz_convert(time_zone).dt.date
    chosen = pd.Series(True, index=rows.index)
    if first is not None:
        chosen &= days >= first
    if last is not None:
        chosen &= days <= last
    return chosen


def _with_comma(cell: str) -> str:
    return cell.replace(".", ",") if NUMBER.fullmatch(cell) else cell


def _day(text: str, form: str, where: str) -> str:
    try:
        return f"{datetime.strptime(text, form):%Y-%m-%d}"  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ServiceError(f"{where}: {text!r} is no day of the form {form}.") from None
