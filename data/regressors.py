"""Daily conditions that may move arrivals (temperature, influenza), as observed and as forecast.

The two are kept apart: what will be observed after a forecast begins cannot be known by then, so
only what was forecast may be used there.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import DataError
from data.feeds.delimited import sniff

KINDS = ("observed", "forecast")
# A day of hourly values counts when so many hours of it are there.
FEWEST_HOURS = 18


@dataclass(frozen=True, order=True)
class Condition:
    """One local day: what was observed, and what had been forecast for it; None where unknown."""

    day: date
    observed: float | None
    forecast: float | None


@dataclass(frozen=True)
class Regressor:
    """A condition by the local day, in its own unit; days in order, each at most once."""

    name: str
    days: tuple[Condition, ...]

    def __post_init__(self) -> None:
        order = [one.day for one in self.days]
        if any(later <= earlier for earlier, later in pairwise(order)):
            raise DataError(f"The days of {self.name!r} are not in order or not unique: sort them.")

    def known(self, dates: pd.DatetimeIndex, today: pd.Timestamp) -> npt.NDArray[np.float64]:
        """Value on each local day as a forecast made on `today` may use it, NaN where unknown.

        What was forecast comes first, since the future will offer nothing else. What was observed
        stands in on days before `today` only; from `today` on it is never read.
        """
        table = self._table.reindex(dates)
        observed = table["observed"].where(dates < today)
        return np.asarray(table["forecast"].fillna(observed), dtype=np.float64)

    @cached_property
    def _table(self) -> pd.DataFrame:
        index = pd.DatetimeIndex([one.day for one in self.days])
        values = {kind: [getattr(one, kind) for one in self.days] for kind in KINDS}
        return pd.DataFrame(values, index=index, dtype=float)


def read_regressors(path: Path) -> tuple[Regressor, ...]:
    """Regressors of a CSV file, in one of two forms.

    Wide: date, then NAME_observed and NAME_forecast for each. Long: date, name, observed,
    forecast. Dates are local and year-first; with hours (2026-03-31 14:00) a day is the mean of
    its hours. Empty cells are unknown. Raises DataError with the line of what cannot be read.
    """
    if not path.is_file():
        raise DataError(f"There is no file {path}: correct the path of the regressors.")
    cells = list(_cells(path))
    if not cells:
        raise DataError(f"{path.name} holds no value: fill it, or leave it out.")
    names = sorted({name for name, *_ in cells})
    return tuple(Regressor(name, _days(path, name, cells)) for name in names)


Cell = tuple[str, str, date, float, int | None, str]


def _cells(path: Path) -> Iterator[Cell]:
    """(name, kind, day, value, hour, where) of every cell that holds a value."""
    table = sniff(path)
    columns = [column.strip() for column in table.columns]
    lower = [column.lower() for column in columns]
    long = "name" in lower
    if not table.has_header or "date" not in lower:
        raise DataError(
            f"{path.name} has no column 'date': its first line must be such as "
            "date,temperature_observed,temperature_forecast."
        )
    twice = [column for at, column in enumerate(columns) if lower[at] in lower[:at]]
    if twice:
        raise DataError(f"{path.name} has the column {twice[0]!r} twice: keep one of them.")
    meant = {} if long else dict(_wide(path, columns))
    if long and not set(lower) <= {"date", "name", *KINDS}:
        raise DataError(f"{path.name} needs the columns date, name, observed and forecast.")
    for lines, rows in table.batches([0]):
        for line, values in zip(lines, rows, strict=True):
            row = dict(zip(lower, (value.strip() for value in values), strict=False))
            where = f"{path.name}, line {line}"
            if any(value.strip() for value in values[len(lower) :]):
                raise DataError(
                    f"{where}: there are {len(values)} cells under {len(lower)} columns: write "
                    "decimals with a point, as 3.5."
                )
            day, hour = _moment(row.get("date", ""), where)
            if long:
                if not row.get("name"):
                    raise DataError(f"{where}: there is no name: say what was measured.")
                pairs = [(row["name"], kind, row.get(kind, "")) for kind in KINDS]
            else:
                pairs = [(*meant[column], row.get(column, "")) for column in meant]
            for name, kind, text in pairs:
                if text:
                    yield name, kind, day, _number(text, name, where), hour, where


def _wide(path: Path, columns: Iterable[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for column in columns:
        name, _, kind = column.rpartition("_")
        if kind.lower() in KINDS and name:
            yield column.lower(), (name, kind.lower())
        elif column.lower() != "date":
            raise DataError(
                f"{path.name} does not say whether {column!r} was observed or forecast: call it "
                f"{column}_observed or {column}_forecast."
            )


def _days(path: Path, name: str, cells: list[Cell]) -> tuple[Condition, ...]:
    """Means by the day; a day that is listed twice, or by hour and as a whole, is refused."""
    found: dict[tuple[date, str], dict[int | None, float]] = {}
    for other, kind, day, value, hour, where in cells:
        if other != name:
            continue
        hours = found.setdefault((day, kind), {})
        if hour in hours or (hours and (hour is None) != (None in hours)):
            raise DataError(f"{where}: {day} of {name!r} is listed twice: keep one of the rows.")
        hours[hour] = value
    means = {
        key: math.fsum(hours.values()) / len(hours)
        for key, hours in found.items()
        if None in hours or len(hours) >= FEWEST_HOURS
    }
    if not means:
        raise DataError(
            f"{path.name} holds no whole day of {name!r}: give a value by the day, or at least "
            f"{FEWEST_HOURS} hours of it."
        )
    days = sorted({day for day, _ in means})
    return tuple(
        Condition(day, means.get((day, "observed")), means.get((day, "forecast"))) for day in days
    )


def _moment(text: str, where: str) -> tuple[date, int | None]:
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3])(?::00){0,2})?", text)
    try:
        if found:
            return date.fromisoformat(found[1]), int(found[2]) if found[2] else None
    except ValueError:
        pass  # a day that no calendar has is refused below
    raise DataError(
        f"{where}: 'date' is {text!r}: write it as 2026-03-31, or by the hour as 2026-03-31 14:00."
    )


def _number(text: str, name: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(
            f"{where}: {name!r} is {text!r}, which is no number: correct it, or leave it empty."
        )
    return value
