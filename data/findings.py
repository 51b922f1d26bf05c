"""Findings: what can be wrong with a record of arrivals, each in one sentence with one action."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import locale
from data.clock import Step
from data.feeds.absence import IMPLAUSIBLE, Run, expected, zero_runs
from data.load_report import ALIKE

Severity = Literal["info", "watch", "act"]

DAY_EFFECT_SD = 0.05
ODD_DAY_SCORES = 5.0
NEIGHBOUR_WEEKS = 4
LEVEL_WEEKS = 4
LEVEL_SHIFT = 0.15
MOST_OF_A_KIND = 10
RECENT = pd.Timedelta(days=56)


@dataclass(frozen=True)
class Finding:
    """One thing to know: where it lies (UTC), how many steps, what it is and what to do."""

    kind: str
    severity: Severity
    start_utc: pd.Timestamp
    end_utc: pd.Timestamp
    steps: int
    sentence: str
    action: str


@dataclass(frozen=True, eq=False)
class Record:
    """Complete steps of a site: counts (NaN where not observed) and merged autumn hours."""

    step: Step
    index: pd.DatetimeIndex
    local: pd.DatetimeIndex
    end: pd.Timestamp
    counts: npt.NDArray[np.float64]
    merged: npt.NDArray[np.bool_]

    def stop(self, position: int) -> pd.Timestamp:
        """End (UTC) of a step."""
        return self.index[position + 1] if position + 1 < len(self.index) else self.end

    def when(self, position: int) -> str:
        """Local label of a step."""
        at = self.local[position]
        return locale.day(at, year=True) if self.step == "day" else locale.moment(at, year=True)


def late(
    record: Record,
    age: pd.Timedelta,
    now: pd.Timestamp,
    late_after: pd.Timedelta,
    very_late_after: pd.Timedelta,
) -> Iterator[Finding]:
    """Data that ends too long before now."""
    if age <= late_after:
        return
    days, hours = (age / pd.Timedelta(days=1), int(age / pd.Timedelta(hours=1)))
    ago = f"{locale.number(days, 1)} days" if days >= 2 else locale.counted(hours, "hour")
    last = locale.moment(record.end.tz_convert(record.local.tz), year=True)
    yield Finding(
        "late feed",
        "act" if age > very_late_after else "watch",
        record.end,
        now,
        int(age / pd.Timedelta(days=1 if record.step == "day" else 1 / 24)),
        f"The data ends on {last}, {ago} ago.",
        "Load the newer arrivals; a forecast made from old data is less sure.",
    )


def gaps(record: Record) -> Iterator[Finding]:
    """Runs of steps that nobody observed, newest first."""
    unseen = np.isnan(record.counts) & ~record.merged
    runs = zero_runs(unseen, np.zeros(len(unseen)))
    for run in sorted(runs, key=lambda r: -r.last)[:MOST_OF_A_KIND]:
        recent = record.end - record.stop(run.last) < RECENT
        yield _of_run(
            record,
            run,
            "gap",
            "watch" if recent or run.steps > 24 else "info",
            f"{_steps(record, run)} from {record.when(run.first)} were not observed.",
            "If the department was open, load a file that covers this time.",
        )
    yield from _more(record, "gap", runs, "gaps")


def merged(record: Record) -> Iterator[Finding]:
    """Autumn hours of the same name that the source did not keep apart."""
    runs = zero_runs(record.merged, np.zeros(len(record.merged)))
    if runs:
        newest = runs[-1]
        nights = f"{len(runs)} autumn {'night' if len(runs) == 1 else 'nights'}"
        yield _of_run(
            record,
            newest,
            "clock change",
            "info",
            f"In {nights} the two hours of the same name cannot be told apart, "
            f"last on {locale.day(record.local[newest.first], year=True)}: they count as not "
            "observed.",
            "Nothing to do; an export with time-zone offsets would keep them apart.",
        )


def quiet_runs(record: Record) -> Iterator[Finding]:
    """Runs of zeros that a Poisson process at the usual level gives less than once in a million."""
    zero = record.counts == 0
    limit = float(np.log(IMPLAUSIBLE))
    runs = [
        r for r in zero_runs(zero, expected(record.counts, record.local)) if r.log_chance < limit
    ]
    for run in sorted(runs, key=lambda r: -r.last)[:MOST_OF_A_KIND]:
        recent = record.end - record.stop(run.last) < RECENT
        yield _of_run(
            record,
            run,
            "doubtful zeros",
            "act" if recent else "watch",
            f"{_steps(record, run)} without a patient from {record.when(run.first)}: that is less "
            "likely than one in a million here.",
            "Check whether the record was down; if so, load that time again without the zeros.",
        )
    yield from _more(record, "doubtful zeros", runs, "doubtful runs of zeros")


def odd_days(record: Record) -> Iterator[Finding]:
    """Days far from the same weekday of the four weeks before and after.

    Score: (count − level) / √(level + (5 % × level)²): Poisson plus a day effect.
    """
    totals, starts = _daily(record)
    if len(totals) < 7 * NEIGHBOUR_WEEKS:
        return
    around = [
        _shifted(totals, 7 * week) for week in range(-NEIGHBOUR_WEEKS, NEIGHBOUR_WEEKS + 1) if week
    ]
    stacked = np.vstack(around)
    known = (~np.isnan(stacked)).sum(axis=0) >= NEIGHBOUR_WEEKS - 1
    level = np.full(len(totals), np.nan)
    level[known] = np.nanmedian(stacked[:, known], axis=0)
    score = (totals - level) / np.sqrt(np.maximum(level + (DAY_EFFECT_SD * level) ** 2, 1.0))
    odd = np.flatnonzero(np.abs(score) > ODD_DAY_SCORES)
    for day in odd[::-1][:MOST_OF_A_KIND]:
        local = record.local[starts[day]]
        next_start = starts[day + 1] if day + 1 < len(starts) else len(record.index)
        yield Finding(
            "odd day",
            "info",
            record.index[starts[day]],
            record.stop(next_start - 1),
            int(next_start - starts[day]),
            f"{locale.day(local, year=True)} had {locale.number(totals[day])} patients where about "
            f"{locale.number(level[day])} are usual.",
            "If something special happened, note it as an event; if not, check the file.",
        )


def level(record: Record) -> Iterator[Finding]:
    """Last four weeks against the twelve before: more than 15 % and beyond chance."""
    totals, starts = _daily(record)
    days = 7 * LEVEL_WEEKS
    if len(totals) < 4 * days:
        return
    recent, before = totals[-days:], totals[-4 * days : -days]
    if np.isnan(recent).sum() > days / 2 or np.isnan(before).sum() > days:
        return
    now, then = float(np.nanmean(recent)), float(np.nanmean(before))
    noise = np.sqrt(now / days + (DAY_EFFECT_SD * now) ** 2 / days)
    if then > 0 and abs(now / then - 1) > LEVEL_SHIFT and abs(now - then) > 5 * noise:
        yield Finding(
            "level shift",
            "watch",
            record.index[starts[-days]],
            record.end,
            len(record.index) - int(starts[-days]),
            f"The last {LEVEL_WEEKS} weeks had {locale.number(now)} patients a day; the 12 weeks "
            "before "
            f"{locale.number(then)} ({locale.signed(100 * (now / then - 1))}%).",
            "Check whether the department or the export changed; forecasts need some weeks to "
            "follow.",
        )


def last_load(record: Record, last: pd.DataFrame) -> Iterator[Finding]:
    """Rows of the newest file that were refused, or stand in it twice or seem to."""
    if last.empty:
        return
    row = last.iloc[0]
    refused, doubled = int(row["rejected"]), int(row["duplicate"])
    if refused:
        share = refused / max(int(row["rows_in"]), 1)
        see = "" if pd.isna(row["rejects_file"]) else f" They stand in {row['rejects_file']}."
        yield Finding(
            "refused rows",
            "act" if share > 0.05 else "watch",
            record.index[0],
            record.end,
            0,
            f"{locale.number(refused)} of {locale.number(int(row['rows_in']))} rows of "
            f"{row['file']} were refused.{see}",
            "Correct these rows at the source and load the file again.",
        )
    if doubled:
        yield Finding(
            "duplicate rows",
            "info",
            record.index[0],
            record.end,
            0,
            f"{locale.counted(doubled, 'row')} of {row['file']} came more than once and counted "
            "once.",
            "Nothing to do, unless the export should not repeat rows.",
        )
    for note in json.loads(row["notes"]):
        if ALIKE in note:
            said, _, what = note.partition(". ")
            yield Finding(
                "duplicate rows", "watch", record.index[0], record.end, 0,
                f"In {row['file']}: {said}.", what,
            )  # fmt: skip


def _daily(record: Record) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Total of each local day (NaN when a step is unobserved) and the position it starts at."""
    if record.step == "day":
        return record.counts, np.arange(len(record.counts))
    date = record.local.tz_localize(None).normalize()
    starts = np.flatnonzero(np.r_[True, np.asarray(date[1:] != date[:-1])])
    totals = np.add.reduceat(record.counts, starts)
    if record.local[0].hour != 0:
        totals[0] = np.nan
    if record.end.tz_convert(record.local.tz).hour != 0:
        totals[-1] = np.nan
    return totals, starts


def _shifted(values: npt.NDArray[np.float64], by: int) -> npt.NDArray[np.float64]:
    out = np.full(len(values), np.nan)
    if by > 0:
        out[by:] = values[:-by]
    else:
        out[:by] = values[-by:]
    return out


def _of_run(
    record: Record, run: Run, kind: str, severity: Severity, sentence: str, action: str
) -> Finding:
    return Finding(
        kind, severity, record.index[run.first], record.stop(run.last), run.steps, sentence, action
    )


def _steps(record: Record, run: Run) -> str:
    return locale.counted(run.steps, record.step)


def _more(record: Record, kind: str, runs: list[Run], what: str) -> Iterator[Finding]:
    hidden = sorted(runs, key=lambda r: -r.last)[MOST_OF_A_KIND:]
    if hidden:
        steps = sum(run.steps for run in hidden)
        yield Finding(
            kind,
            "info",
            record.index[hidden[-1].first],
            record.stop(hidden[0].last),
            steps,
            f"{locale.number(len(hidden))} earlier {what} hold another {locale.number(steps)} "
            f"{record.step}s.",
            "Nothing urgent; older data weighs little in a forecast.",
        )
