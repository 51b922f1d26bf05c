"""Which steps a file is the authority for, and which of them were observed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock, locale
from data.clock import Step
from data.errors import DataError
from data.feeds import absence

if TYPE_CHECKING:
    from data.feeds.table import Options

MIDNIGHT_REACH_HOURS = 3
# Counts whose rows lie so far apart are totals of longer spans: (least gap in steps, gaps needed).
# Of quiet steps that were left out, no file has gaps that are all alike.
APART = {"hour": (2, 12), "day": (7, 3)}


@dataclass(frozen=True, eq=False)
class Coverage:
    """steps: start_utc, observed, merged for each step from since up to until (UTC)."""

    since: pd.Timestamp
    until: pd.Timestamp
    steps: pd.DataFrame
    absent_rule: str


def settle_coverage(
    seen: pd.DataFrame, step: Step, has_counts: bool, options: "Options", notes: list[str]
) -> Coverage:
    """Decide range and observation of a file's steps; what was decided is added to notes.

    seen: start_utc, patients, missing, stamps, merged for each step that rows fell into.
    """
    if has_counts and options.absent == "guess":
        _refuse_totals_of_longer_spans(seen, step)
    since, until = _range(seen, step, has_counts, options, notes)
    zone = options.time_zone
    index = clock.steps_between(since, until, step, zone)
    if len(index) == 0:
        raise DataError(
            f"The file covers no whole {step} between {_local(since, zone)} and "
            f"{_local(until, zone)}: check --covers-from and --covers-to."
        )
    rows = seen.groupby("start_utc").agg(
        patients=("patients", "sum"),
        missing=("missing", "any"),
        stamps=("stamps", "sum"),
        merged=("merged", "any"),
    )
    rows.index = pd.DatetimeIndex(rows.index)
    rows = rows.reindex(index)
    present = rows["stamps"].to_numpy(float, na_value=0.0) > 0
    merged = rows["merged"].eq(True).to_numpy(bool)
    missing = rows["missing"].eq(True).to_numpy(bool) & has_counts
    if has_counts:
        usual = rows.loc[present, "stamps"].mode()
        if len(usual):
            missing |= present & (rows["stamps"].to_numpy(float, na_value=0.0) < usual.iloc[0])
    unseen = merged | missing
    absent = ~present & ~unseen
    counts = rows["patients"].to_numpy(float, na_value=0.0)
    counts = np.where(unseen | absent, np.nan, counts)
    local = index.tz_convert(zone)
    both_said = options.covers_from is not None and options.covers_to is not None
    observed, rule = _observed(counts, local, absent, step, has_counts, options, both_said, notes)
    steps = pd.DataFrame({"start_utc": index, "observed": observed, "merged": merged})
    return Coverage(since, until, steps, rule)


def _refuse_totals_of_longer_spans(seen: pd.DataFrame, step: Step) -> None:
    """Totals of shifts, weeks or months, read as those of one step, would mislead by far."""
    least, needed = APART[step]
    starts = pd.DatetimeIndex(seen.loc[seen["stamps"] > 0, "start_utc"].unique()).sort_values()
    unit = pd.Timedelta(hours=1 if step == "hour" else 24)
    gaps = np.sort(np.rint(np.asarray((starts[1:] - starts[:-1]) / unit)))
    if len(gaps) < needed:
        return
    usual = int(gaps[len(gaps) // 20])  # a clock change may bring two rows closer together
    if usual < least or np.mean(gaps <= 1.25 * usual) < 0.9:
        return
    raise DataError(
        f"The rows lie {locale.number(usual)} {step}s apart, as totals of longer spans than one "
        f"{step} do: load counts by the hour or by the day; if each row is the count of that one "
        f"{step} alone, say --absent missing."
    )


def _observed(
    counts: npt.NDArray[np.float64],
    local: pd.DatetimeIndex,
    absent: npt.NDArray[np.bool_],
    step: Step,
    has_counts: bool,
    options: "Options",
    both_said: bool,
    notes: list[str],
) -> tuple[npt.NDArray[np.bool_], str]:
    seen = ~np.isnan(counts)
    if options.absent == "zero" or (both_said and options.absent == "guess"):
        why = "because you said so" if options.absent == "zero" else "the covered range was given"
        return (
            seen | absent,
            f"zero: 0 patients in {locale.counted(int(absent.sum()), f'absent {step}')}, {why}",
        )
    if has_counts:
        if options.absent == "missing":
            return (
                seen,
                f"missing: {locale.counted(int(absent.sum()), f'absent {step}')} not observed, as "
                "told",
            )
        verdict = absence.judge(counts, local, absent, step)
        if verdict.rule == "none":
            return seen, "none absent"
        if verdict.said:
            notes.append(verdict.reason)
        if verdict.rule == "missing":
            return seen, f"missing (guess): {verdict.reason}"
        rule = f"zero (guess): {verdict.reason}"
    else:
        rule = f"{step}s without a visit are 0 patients, unless so many in a row is not believable"
    filled = np.where(absent, 0.0, counts)
    gaps = absence.implausible_runs(filled, local, absent)
    quiet = absent.copy()
    for gap in gaps:
        quiet[gap.first : gap.last + 1] = False
    if gaps:
        longest = max(gaps, key=lambda gap: gap.steps)
        notes.append(
            f"{locale.number(sum(gap.steps for gap in gaps))} {step}s in "
            f"{locale.number(len(gaps))} "
            f"{'gap' if len(gaps) == 1 else 'gaps'} count as not "
            f"observed, because so long without a patient is not believable here; the longest "
            f"is {locale.number(longest.steps)} {step}s from "
            f"{locale.moment(local[longest.first], year=True)}."
        )
    return seen | quiet, rule


def _range(
    seen: pd.DataFrame, step: Step, has_counts: bool, options: "Options", notes: list[str]
) -> tuple[pd.Timestamp, pd.Timestamp]:
    zone = options.time_zone
    first, last = seen["start_utc"].min(), seen["start_utc"].max()
    until = clock.steps_from(last, 2, step, zone)[1]
    since = first
    if not has_counts and step == "hour":
        midnight = clock.day_starts(first, 1, zone)[0]
        if first - midnight < pd.Timedelta(hours=MIDNIGHT_REACH_HOURS):
            since = midnight
        ends_day = until == clock.day_starts(until, 1, zone)[0]
        until = until if ends_day or last == first else last
    if options.covers_from is not None:
        since = clock.floor_to_step(clock.instant(options.covers_from, zone), step, zone)
    if options.covers_to is not None:
        until = clock.floor_to_step(clock.instant(options.covers_to, zone), step, zone)
    if not has_counts:
        notes.append(
            f"The file is taken as complete from {_local(since, zone)} to {_local(until, zone)}; "
            "say --covers-from and --covers-to if that is wrong."
        )
    return since, until


def _local(moment: pd.Timestamp, zone: str) -> str:
    return locale.moment(moment.tz_convert(zone), year=True)
