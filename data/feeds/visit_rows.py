"""Past visits with their waits and stays, row by row: read in memory, never stored.

Only the columns that are needed are looked at: arrival, acuity, when care began (or how long the
wait was) and departure. A column that may tell who a patient is, is never read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.errors import DataError
from data.feeds import columns, delimited, times, words

SEEN = re.compile(
    r"\bseen\b|treatment|treated|(physician|doctor|provider|md).*(start|time|begin|first|assess)|"
    r"(care|assessment|consult\w*).*(start|begin|time)|behandlung|atencion|prise en charge"
)
WAIT = re.compile(r"\bwait|wartezeit|espera|attente|wachttijd|door to")
NEEDED = ("time", "hour", "acuity")
LONGEST_WAIT = 48 * 60.0
LONGEST_STAY = 7 * 24 * 60.0
SAMPLE = 1000


@dataclass(frozen=True, eq=False)
class VisitRows:
    """Visits of one file: arrived (UTC), acuity (1–5), wait_minutes, stay_minutes; NaN unknown.

    wait_minutes: from arrival until care began; stay_minutes: from arrival to departure. columns:
    our name → the file's. unread: rows without an arrival that could be read; unplaced: those
    of them whose arrival lies in an hour that the clock skipped or repeated.
    """

    file: str
    rows: pd.DataFrame
    columns: Mapping[str, str]
    unread: int
    unplaced: int


def read_visit_rows(
    path: Path,
    time_zone: str,
    wanted: Mapping[str, str] | None = None,
    date_order: Literal["auto", "day-first", "month-first"] = "auto",
    needs: Literal["wait", "departure"] = "wait",
) -> VisitRows:
    """Read visits with their waits and stays from a CSV or Parquet file.

    wanted: our name → column, for time, acuity, seen (when care began), wait (in minutes) and
    departure. needs: what the file must hold; departures are read only where they are needed, waits
    wherever they are. Raises DataError where the file cannot be read, or does not hold it.
    """
    header, sample, body = _opened(path)
    own = {name: column for name, column in (wanted or {}).items() if name in ("seen", "wait")}
    rest = {name: column for name, column in (wanted or {}).items() if name not in own}
    chosen = dict(columns.settle(header, sample, rest).columns)
    if "count" in chosen:
        raise DataError(f"{path.name} holds counts, not visits: a replay needs a row per visit.")
    needed = (*NEEDED, "departure") if needs == "departure" else NEEDED
    chosen = {name: column for name, column in chosen.items() if name in needed}
    if needs == "departure" and "departure" not in chosen:
        raise DataError(
            f"No column of {path.name} says when patients left: name it with --columns "
            f"departure=COLUMN; there are {', '.join(header)}."
        )
    try:
        chosen |= _wait_columns(header, own, set(chosen.values()), path.name)
    except DataError:
        if needs == "wait" or own:
            raise
    cells = _cells(body, {name: header.index(column) for name, column in chosen.items()})
    arrived, unplaced = _instants(cells["time"], cells.get("hour"), time_zone, date_order)
    minutes = np.full(len(arrived), np.nan)
    if "wait" in chosen:
        wait = pd.to_numeric(pd.Series(cells["wait"]).str.replace(",", "."), errors="coerce")
        minutes = wait.to_numpy(float)
    elif "seen" in chosen:
        minutes = _minutes_to(cells["seen"], arrived, time_zone, date_order)
    stay = np.full(len(arrived), np.nan)
    if needs == "departure":
        stay = _minutes_to(cells["departure"], arrived, time_zone, date_order)
    believed = (minutes >= 0) & (minutes <= LONGEST_WAIT)
    acuity = [words.read_acuity(text) for text in cells["acuity"]] if "acuity" in cells else None
    frame = pd.DataFrame(
        {
            "arrived": arrived,
            "acuity": np.nan if acuity is None else np.array(acuity, dtype=float),
            "wait_minutes": np.where(believed, minutes, np.nan),
            "stay_minutes": np.where((stay >= 0) & (stay <= LONGEST_STAY), stay, np.nan),
        }
    )
    known = frame["arrived"].notna()
    if needs == "wait" and not frame.loc[known, "wait_minutes"].notna().any():
        raise DataError(
            f"No visit of {path.name} has a wait that can be read in column "
            f"{chosen.get('wait', chosen.get('seen'))!r}: name another with --columns seen=COLUMN "
            "or wait=COLUMN."
        )
    if needs == "departure" and not frame.loc[known, "stay_minutes"].notna().any():
        raise DataError(
            f"No visit of {path.name} has a departure after its arrival in column "
            f"{chosen['departure']!r}: name another with --columns departure=COLUMN."
        )
    used = {name: column for name, column in chosen.items() if name in cells}
    rows = frame[known].sort_values("arrived", kind="stable").reset_index(drop=True)
    return VisitRows(path.name, rows, used, int((~known).sum()), unplaced)


def _minutes_to(
    texts: Sequence[str],
    arrived: pd.DatetimeIndex,
    time_zone: str,
    date_order: Literal["auto", "day-first", "month-first"],
) -> npt.NDArray[np.float64]:
    """Minutes from arrival to a later time."""
    moments, _ = _instants(texts, None, time_zone, date_order)
    return np.asarray((moments - arrived) / pd.Timedelta("1min"), dtype=float)


def _opened(
    path: Path,
) -> tuple[tuple[str, ...], list[list[str]], Iterator[Sequence[Sequence[str]]]]:
    """Header, a sample of rows, and all rows in batches."""
    try:
        with path.open("rb") as raw:
            parquet = raw.read(4) == b"PAR1"
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.") from None
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened: {error.strerror}.") from error
    if parquet:
        frame = pd.read_parquet(path)
        frame = frame[[name for name in frame.columns if columns.tells_who(str(name)) is None]]
        text = frame.astype("string").fillna("")
        rows = text.to_numpy(dtype=object).tolist()
        return tuple(str(name) for name in frame.columns), rows[:SAMPLE], iter([rows])
    source = delimited.sniff(path)
    batches = (batch for _, batch in source.batches([0]))
    return source.columns, [list(row) for row in source.sample], batches


def _wait_columns(
    header: Sequence[str], wanted: Mapping[str, str], taken: set[str], file: str
) -> dict[str, str]:
    """The column that says when care began or how long the wait was."""
    for name, column in wanted.items():
        if column not in header:
            raise DataError(f"{file} has no column {column!r} for {name!r}: it has {list(header)}.")
        if what := columns.tells_who(column):
            raise DataError(f"Column {column!r} looks like {what} and is never read.")
        return {name: column}
    free = [c for c in header if c not in taken and columns.tells_who(c) is None]
    for name, pattern in (("wait", WAIT), ("seen", SEEN)):
        for column in free:
            if pattern.search(columns.spelled(column)):
                return {name: column}
    raise DataError(
        f"No column of {file} says when care began or how long patients waited: name it with "
        f"--columns seen=COLUMN or wait=COLUMN (in minutes); there are {', '.join(header)}."
    )


def _cells(
    body: Iterator[Sequence[Sequence[str]]], places: Mapping[str, int]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in places}
    most = max(places.values())
    for batch in body:
        good = [row for row in batch if len(row) > most]
        for name, place in places.items():
            found[name] += [row[place].strip() for row in good]
    return found


def _instants(
    texts: Sequence[str],
    hours: Sequence[str] | None,
    time_zone: str,
    date_order: Literal["auto", "day-first", "month-first"],
) -> tuple[pd.DatetimeIndex, int]:
    """Instants in UTC; NaT where a text cannot be read, or its local time exists not or twice.

    Second, how many of them are read, but exist not or twice.
    """
    clock.zone(time_zone)
    parts = {text: times.split(text) for text in set(texts)}
    dates = times.read_dates(Counter(parts[text][0] for text in texts if text), date_order).days
    offsets = times.read_offsets([part[2] for part in parts.values()])
    wall: list[object] = []
    ahead: list[float] = []
    for place, text in enumerate(texts):
        day, at, zone = parts[text]
        date = dates.get(day)
        label = at or (hours[place] if hours is not None else "")
        seconds = times.read_clock(label) if label else None
        if date is None or seconds is None:
            wall.append(pd.NaT)
        else:
            wall.append(pd.Timestamp(date) + pd.Timedelta(seconds=seconds))
        offset = offsets.get(zone)
        ahead.append(np.nan if offset is None else float(offset))
    local = pd.DatetimeIndex(pd.Series(wall, dtype="datetime64[us]"))
    told = np.array(ahead)
    as_local = local.tz_localize(time_zone, ambiguous="NaT", nonexistent="NaT").tz_convert("UTC")
    shift = pd.to_timedelta(np.nan_to_num(told), unit="m")
    as_told = (local - shift).tz_localize("UTC")
    found: pd.DatetimeIndex = as_local.where(np.isnan(told), as_told)
    return found, int((np.asarray(local.notna()) & np.asarray(found.isna())).sum())
