"""Quality of a site's data: what is late, missing, doubtful or odd, and what to do about it."""

from dataclasses import dataclass

import pandas as pd

from data import clock, findings, history
from data.findings import Record
from data.store import Store

LATE_AFTER = pd.Timedelta(hours=36)
VERY_LATE_AFTER = pd.Timedelta(days=7)
COLUMNS = ["kind", "severity", "start_utc", "end_utc", "steps", "sentence", "action"]


@dataclass(frozen=True, eq=False)
class QualityReport:
    """What is known of a site's data at one moment.

    data_until: end of the last observed step (UTC); age: how long ago that was; late_after: from
    which age on it is called late. findings: kind,
    severity (info, watch, act), start_utc, end_utc, steps, sentence, action; gravest first.
    """

    site: str
    last_load_at: pd.Timestamp | None
    data_until: pd.Timestamp | None
    age: pd.Timedelta | None
    is_late: bool
    late_after: pd.Timedelta
    findings: pd.DataFrame

    def late_at(self, now: pd.Timestamp) -> bool:
        """Whether the same data is late at another moment: time goes on after a report is made."""
        return self.data_until is not None and now - self.data_until > self.late_after


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
        none = pd.DataFrame(columns=COLUMNS)
        return QualityReport(site, loaded_at, None, None, False, late_after, none)
    age = now - record.end
    found = [
        *findings.late(record, age, now, late_after, very_late_after),
        *findings.gaps(record),
        *findings.merged(record),
        *findings.quiet_runs(record),
        *findings.odd_days(record),
        *findings.level(record),
        *findings.last_load(record, last),
    ]
    rank = {"act": 0, "watch": 1, "info": 2}
    found.sort(key=lambda f: (rank[f.severity], -f.start_utc.value))
    rows = [tuple(getattr(f, column) for column in COLUMNS) for f in found]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return QualityReport(site, loaded_at, record.end, age, age > late_after, late_after, table)


def _record(store: Store, site: str, step: clock.Step, zone: str) -> Record | None:
    rows = history.step_counts(store, site)
    seen = rows.loc[rows["patients"].notna(), "start_utc"]
    if seen.empty:
        return None
    end = clock.steps_from(seen.iloc[-1], 2, step, zone)[1]
    index = clock.steps_between(seen.iloc[0], end, step, zone)
    rows = rows.set_index("start_utc").reindex(index)
    return Record(
        step,
        index,
        index.tz_convert(zone),
        end,
        rows["patients"].to_numpy(float),
        rows["merged"].eq(True).to_numpy(bool),
    )
