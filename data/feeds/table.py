"""A CSV or Parquet file of visits or counts → patients per step and stream.

Everything about one file is settled here, in memory; nothing of it is written anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from data import locale
from data.clock import Step
from data.errors import DataError
from data.feeds import columns, delimited, hospitals, meaning, placement
from data.feeds.coverage import Coverage, settle_coverage
from data.feeds.staging import Staging, staging
from data.load_report import ALIKE, Shape

SAMPLE_ROWS = 1000
CONTRADICTING_SHARE = 0.2
# Visits that are alike: more than so many, and than four times what chance gives, are told of.
TWINS_BY_CHANCE = 20
# Rows among which they are looked for; of more rows a part.
LOOKED_AT = 200_000


@dataclass(frozen=True)
class Options:
    """How the user wants a file to be read; the same file with the same options is the same load.

    absent: what an absent row of a table of counts means. covers_from, covers_to: local times
    between which the file is complete, so that hours without a row or visit are truly quiet.
    """

    time_zone: str
    columns: Mapping[str, str] = field(default_factory=dict)
    date_order: Literal["auto", "day-first", "month-first"] = "auto"
    absent: Literal["guess", "zero", "missing"] = "guess"
    covers_from: str | None = None
    covers_to: str | None = None


@dataclass(frozen=True, eq=False)
class Harvest:
    """What a file says, as counts; rejects as line, column, value, reason."""

    shape: Shape
    step: Step
    rows_in: int
    accepted: int
    duplicate: int
    rejected: int
    placed_nowhere: int
    mapping: Mapping[str, str]
    not_read: tuple[tuple[str, str], ...]
    date_format: str
    coverage: Coverage | None
    cells: pd.DataFrame
    stays: pd.DataFrame
    rejects: pd.DataFrame
    notes: tuple[str, ...]


def read(
    path: Path, options: Options, tick: Callable[[float], None], known_step: Step | None = None
) -> Harvest:
    """Read and check a file. tick: told the share done, 0 to 1.

    known_step: how the site counts, which settles what a table with nothing but midnights is.
    Raises DataError when the file as a whole cannot be used; single bad rows are in `rejects`.
    """
    with staging(path) as room:
        mapping, header_notes, rows_in = _fill(room, path, options, tick)
        has_counts = "count" in mapping.columns
        learnt = meaning.learn(room, mapping.columns, options.date_order, known_step)
        room.run(
            "typed",
            step=learnt.step,
            hours="hour" in mapping.columns,
            clock_needed=learnt.step == "hour",
        )
        room.drop("parts")
        tick(0.75)
        buckets = room.frame("buckets")
        room.place(placement.place(buckets, learnt.step, options.time_zone))
        room.run("judged_counts" if has_counts else "judged_visits")
        room.drop("typed")
        room.run("keep_rejects")
        tick(0.9)
        outcome = room.frame("outcomes").iloc[0]
        rejects = room.frame("rejects")
        notes = [*header_notes, *learnt.notes]
        coverage = (
            settle_coverage(room.frame("steps_seen"), learnt.step, has_counts, options, notes)
            if outcome["accepted"]
            else None
        )
        if int(outcome["contradicting"]) > CONTRADICTING_SHARE * rows_in:
            raise DataError(
                f"In {path.name} {locale.number(int(outcome['contradicting']))} of "
                f"{locale.number(rows_in)} rows name a time "
                "that stands there before with another count: if it holds several sites or "
                "departments, load one file for each."
            )
        notes += _stay_notes(outcome)
        if not has_counts:
            notes += _twin_notes(room, rows_in, mapping)
        elif learnt.step == "hour":
            notes += _shifted_notes(room)
        cells, stays = _collected(room, coverage)
        beyond = int(outcome["accepted"]) - int(outcome["nowhere"]) - int(cells["patients"].sum())
        late = beyond if coverage is not None and not has_counts else 0
        if late:
            notes.append(
                f"Not counted yet: {locale.counted(late, 'visit')} outside the range that the file "
                "covers (its last hour may not be complete), until a later file covers that time."
            )
        if outcome["nowhere"]:
            notes.append(_nowhere_note(int(outcome["nowhere"])))
        return Harvest(
            shape="visits" if not has_counts else "daily" if learnt.step == "day" else "hourly",
            step=learnt.step,
            rows_in=rows_in,
            accepted=int(outcome["accepted"]),
            duplicate=int(outcome["duplicate"]),
            rejected=len(rejects),
            placed_nowhere=int(outcome["nowhere"]) + late,
            mapping=mapping.columns,
            not_read=mapping.not_read + learnt.not_read,
            date_format=learnt.date_format,
            coverage=coverage,
            cells=cells,
            stays=stays,
            rejects=rejects,
            notes=tuple(notes),
        )


def _fill(
    room: Staging, path: Path, options: Options, tick: Callable[[float], None]
) -> tuple[columns.ColumnChoice, list[str], int]:
    with path.open("rb") as raw:
        parquet = raw.read(4) == b"PAR1"
    if parquet:
        names, sample = room.parquet_head(path, SAMPLE_ROWS)
        mapping = columns.settle(names, sample, options.columns)
        apart = hospitals.column_of(names, tuple(mapping.columns.values()))
        if apart is not None:
            hospitals.check(path.name, apart, room.parquet_texts(path, apart))
        return mapping, [], room.fill_from_parquet(path, mapping.columns)
    source = delimited.sniff(path)
    if not source.sample:
        raise DataError(f"{path.name} has a header but no rows: there is nothing to load.")
    if len(set(source.columns)) < len(source.columns):
        twice = next(c for c in source.columns if source.columns.count(c) > 1)
        raise DataError(f"{path.name} has two columns named {twice!r}: rename one of them.")
    mapping = columns.settle(source.columns, source.sample, options.columns)
    notes = []
    if source.skipped:
        notes.append(f"The first {source.skipped} lines, above the header, were passed over.")
    if not source.has_header:
        notes.append("The file has no header: its columns are named column 1, column 2, …")
    apart = hospitals.column_of(source.columns, tuple(mapping.columns.values()))
    rows, named = room.fill_from_text(
        source, mapping.columns, lambda share: tick(0.6 * share), apart
    )
    if apart is not None:
        hospitals.check(path.name, apart, named)
    return mapping, notes, rows


def _collected(room: Staging, coverage: Coverage | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    since = pd.Timestamp("1970-01-01", tz="UTC") if coverage is None else coverage.since
    until = since if coverage is None else coverage.until
    cells = room.frame("cells", since=since, until=until)
    stays = room.frame("stay_bins", since=since, until=until)
    if coverage is not None:
        unseen = coverage.steps.loc[~coverage.steps["observed"], "start_utc"]
        cells = cells[~cells["start_utc"].isin(unseen)]
    return cells, stays


def _stay_notes(outcome: pd.Series) -> list[str]:
    odd = int(outcome["odd_stays"])
    if not odd:
        return []
    return [
        f"No length of stay is taken from {locale.counted(odd, 'departure')} before the arrival or "
        "more than 7 days after it."
    ]


def _shifted_notes(room: Staging) -> list[str]:
    """A sentence where counts are of hours that begin at a quarter, half or three quarters."""
    past = list(room.frame("minutes_past")["minutes"])
    if len(past) != 1 or past[0] not in (15, 30, 45):
        return []
    return [
        f"Each count begins {past[0]} minutes past an hour of the hospital's clock and is taken "
        f"for the hour in which it begins: all hours lie {past[0]} minutes too early. Counts by "
        "the hospital's own hours, or by the quarter of an hour, would be exact."
    ]


def _twin_notes(room: Staging, rows: int, mapping: columns.ColumnChoice) -> list[str]:
    """A sentence where visits are told twice, which an export does whose parts overlap."""
    of = 1 + rows // LOOKED_AT
    found = room.frame("twins", of=of).iloc[0]
    twins, chance = int(found["twins"]), int(found["a_day_apart"])
    if twins <= TWINS_BY_CHANCE + 2 * chance:
        return []
    about = "About " if of > 1 else ""
    return [
        f"{about}{locale.number(twins * of)} {ALIKE} ({', '.join(mapping.columns)}), far more than "
        "chance gives: each is counted. If the export repeats rows, load a file without the "
        "repetitions."
    ]


def _nowhere_note(rows: int) -> str:
    which = "1 row lies in an hour" if rows == 1 else f"{locale.number(rows)} rows lie in hours"
    return (
        f"{which} that the clock skipped in spring or repeated in autumn: "
        "such hours count as not observed."
    )
