"""Quality of a site's data: what is late, missing, doubtful or odd, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock, history
from data.feeds.absence import IMPLAUSIBLE, Run, expected, zero_runs
from data.store import Store

Severity = Literal["info", "watch", "act"]

LATE_AFTER = pd.Timedelta(hours=36)
VERY_LATE_AFTER = pd.Timedelta(days=7)
DAY_EFFECT_SD = 0.05
ODD_DAY_SCORES = 5.0
NEIGHBOUR_WEEKS = 4
LEVEL_WEEKS = 4
LEVEL_SHIFT = 0.15
MOST_FINDINGS_OF_A_KIND = 10
RECENT = pd.Timedelta(days=56)
COLUMNS = ["kind", "severity", "start_utc", "end_utc", "steps", "sentence", "action"]


@dataclass(frozen=True, eq=False)
class QualityReport:
    """What is known of a site's data at one moment.

    data_until: end of the last observed step (UTC); age: how long ago that was. findings: kind,
    severity (info, watch, act), start_utc, end_utc, steps, sentence, action; gravest first.
    """

    site: str
    last_load_at: pd.Timestamp | None
    data_until: pd.Timestamp | None
    age: pd.Timedelta | None
    is_late: bool
    findings: pd.DataFrame


@dataclass(frozen=True)
class _Finding:
    kind: str
    severity: Severity
    start_utc: pd.Timestamp
    end_utc: pd.Timestamp
    steps: int
    sentence: str
    action: str


@dataclass(frozen=True, eq=False)
class _Record:
    """Complete steps of a site: counts (NaN where not observed) and merged autumn hours."""

    step: clock.Step
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
        return f"{self.local[position]:%Y-%m-%d}" + (
            "" if self.step == "day" else f" {self.local[position]:%H:%M}"
        )


def quality(
    store: Store,
    site: str,
    now: pd.Timestamp,
    *,
    late_after: pd.Timedelta = LATE_AFTER,
    very_late_after: pd.Timedelta = VERY_LATE_AFTER,
) -> QualityReport:
    """Examine a site's data as it stands.

    now: the moment (UTC) that lateness is measured against. Raises DataError for an unknown site.
    """
    about = history.site(store, site)
    last = store.frame("last_load", site=site)
    loaded_at = None if last.empty else pd.Timestamp(last["loaded_at"].iloc[0])
    record = _record(store, site, about["step"], about["time_zone"])
    if record is None:
        return QualityReport(site, loaded_at, None, None, False, pd.DataFrame(columns=COLUMNS))
    age = now - record.end
    findings = [
        *_late(record, age, now, late_after, very_late_after),
        *_gaps(record),
        *_merged(record),
        *_quiet_runs(record),
        *_odd_days(record),
        *_level(record),
        *_last_load(record, last),
    ]
    rank = {"act": 0, "watch": 1, "info": 2}
    findings.sort(key=lambda f: (rank[f.severity], -f.start_utc.value))
    rows = [tuple(getattr(f, column) for column in COLUMNS) for f in findings]
    return QualityReport(
        site, loaded_at, record.end, age, age > late_after, pd.DataFrame(rows, columns=COLUMNS)
    )


def _record(store: Store, site: str, step: clock.Step, zone: str) -> _Record | None:
    rows = history.step_counts(store, site)
    seen = rows.loc[rows["patients"].notna(), "start_utc"]
    if seen.empty:
        return None
    end = clock.steps_from(seen.iloc[-1], 2, step, zone)[1]
    index = clock.steps_between(seen.iloc[0], end, step, zone)
    rows = rows.set_index("start_utc").reindex(index)
    return _Record(
        step,
        index,
        index.tz_convert(zone),
        end,
        rows["patients"].to_numpy(float),
        rows["merged"].eq(True).to_numpy(bool),
    )


def _late(
    record: _Record,
    age: pd.Timedelta,
    now: pd.Timestamp,
    late_after: pd.Timedelta,
    very_late_after: pd.Timedelta,
) -> Iterator[_Finding]:
    if age <= late_after:
        return
    days = age / pd.Timedelta(days=1)
    last = f"{record.end.tz_convert(record.local.tz):%Y-%m-%d %H:%M}"
    yield _Finding(
        "late feed",
        "act" if age > very_late_after else "watch",
        record.end,
        now,
        int(age / pd.Timedelta(days=1 if record.step == "day" else 1 / 24)),
        f"The data ends on {last}, {days:,.1f} days ago.",
        "Load the newer arrivals; a forecast made from old data is less sure.",
    )


def _gaps(record: _Record) -> Iterator[_Finding]:
    unseen = np.isnan(record.counts) & ~record.merged
    runs = zero_runs(unseen, np.zeros(len(unseen)))
    for run in sorted(runs, key=lambda r: -r.last)[:MOST_FINDINGS_OF_A_KIND]:
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


def _merged(record: _Record) -> Iterator[_Finding]:
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
            f"last on {record.local[newest.first]:%Y-%m-%d}: they count as not observed.",
            "Nothing to do; an export with time-zone offsets would keep them apart.",
        )


def _quiet_runs(record: _Record) -> Iterator[_Finding]:
    zero = record.counts == 0
    limit = float(np.log(IMPLAUSIBLE))
    runs = [
        r for r in zero_runs(zero, expected(record.counts, record.local)) if r.log_chance < limit
    ]
    for run in sorted(runs, key=lambda r: -r.last)[:MOST_FINDINGS_OF_A_KIND]:
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


def _odd_days(record: _Record) -> Iterator[_Finding]:
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
    for day in odd[::-1][:MOST_FINDINGS_OF_A_KIND]:
        local = record.local[starts[day]]
        next_start = starts[day + 1] if day + 1 < len(starts) else len(record.index)
        yield _Finding(
            "odd day",
            "info",
            record.index[starts[day]],
            record.stop(next_start - 1),
            int(next_start - starts[day]),
            f"{local:%A %Y-%m-%d} had {totals[day]:,.0f} patients where about {level[day]:,.0f} "
            "are usual.",
            "If something special happened, note it as an event; if not, check the file.",
        )


def _level(record: _Record) -> Iterator[_Finding]:
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
        yield _Finding(
            "level shift",
            "watch",
            record.index[starts[-days]],
            record.end,
            len(record.index) - int(starts[-days]),
            f"The last {LEVEL_WEEKS} weeks had {now:,.0f} patients a day; the 12 weeks before "
            f"{then:,.0f} ({now / then - 1:+.0%}).",
            "Check whether the department or the export changed; forecasts need some weeks to "
            "follow.",
        )


def _last_load(record: _Record, last: pd.DataFrame) -> Iterator[_Finding]:
    if last.empty:
        return
    row = last.iloc[0]
    refused, doubled = int(row["rejected"]), int(row["duplicate"])
    if refused:
        share = refused / max(int(row["rows_in"]), 1)
        see = "" if pd.isna(row["rejects_file"]) else f" They stand in {row['rejects_file']}."
        yield _Finding(
            "refused rows",
            "act" if share > 0.05 else "watch",
            record.index[0],
            record.end,
            0,
            f"{refused:,} of {int(row['rows_in']):,} rows of {row['file']} were refused.{see}",
            "Correct these rows at the source and load the file again.",
        )
    if doubled:
        yield _Finding(
            "duplicate rows",
            "info",
            record.index[0],
            record.end,
            0,
            f"{doubled:,} rows of {row['file']} stand in it more than once; each was counted once.",
            "Nothing to do, unless the export should not repeat rows.",
        )


def _daily(record: _Record) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
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
    record: _Record, run: Run, kind: str, severity: Severity, sentence: str, action: str
) -> _Finding:
    return _Finding(
        kind, severity, record.index[run.first], record.stop(run.last), run.steps, sentence, action
    )


def _steps(record: _Record, run: Run) -> str:
    return f"{run.steps:,} {record.step}{'' if run.steps == 1 else 's'}"


def _more(record: _Record, kind: str, runs: list[Run], what: str) -> Iterator[_Finding]:
    hidden = sorted(runs, key=lambda r: -r.last)[MOST_FINDINGS_OF_A_KIND:]
    if hidden:
        steps = sum(run.steps for run in hidden)
        yield _Finding(
            kind,
            "info",
            record.index[hidden[-1].first],
            record.stop(hidden[0].last),
            steps,
            f"{len(hidden):,} earlier {what} hold another {steps:,} {record.step}s.",
            "Nothing urgent; older data weighs little in a forecast.",
        )
