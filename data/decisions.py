"""Decisions on warnings, and how likely each surge was said to be: kept as they were.

It knows frames, not the alerts of the floors above.
"""

import pandas as pd

from data.store import Store


def record(
    store: Store,
    *,
    site: str,
    kind: str,
    role: str,
    start_utc: pd.Timestamp,
    stop_utc: pd.Timestamp,
    forecast_id: int,
    expected: float | None,
    chance: float | None,
    above: int | None,
    heads: int | None,
    action: str,
    until_utc: pd.Timestamp | None,
    number: float | None,
    reason: str,
    who: str,
    decided_at_utc: pd.Timestamp,
) -> int:
    """Keep a decision and return its number; earlier ones stay.

    kind: surge or short; role: "" for a surge. action: acknowledge, snooze, act or override;
    until_utc: of a snooze; number: of an override, in patients (surge) or heads short. Raises
    DataError where the store refuses it.
    """
    row = {
        "site": site,
        "kind": kind,
        "role": role,
        "start_utc": start_utc,
        "stop_utc": stop_utc,
        "forecast_id": forecast_id,
        "expected": expected,
        "chance": chance,
        "above": above,
        "heads": heads,
        "action": action,
        "until_utc": until_utc,
        "number": number,
        "reason": reason,
        "who": who,
        "decided_at_utc": decided_at_utc,
    }
    with store.transaction() as write:
        found = int(write.frame("next_decision_id")["decision_id"].iloc[0])
        frame = pd.DataFrame([{"decision_id": found, **row}])
        frame["until_utc"] = pd.to_datetime(frame["until_utc"], utc=True)
        write.append("decisions", frame)
    return found


def listed(store: Store, site: str | None = None) -> pd.DataFrame:
    """Return decisions, oldest first: the columns of `record`, and decision_id."""
    return store.frame("decisions", site=site)


def note_chances(store: Store, rows: pd.DataFrame) -> None:
    """Keep how likely surges were said to be: site, model, said_at_utc, … as the table names them.

    Backcasts of a site replace its earlier ones; what was said live is only added to.
    """
    with store.transaction() as write:
        for site in rows.loc[rows["backcast"], "site"].unique():
            write.run("forget_backcast_chances", site=site)
        write.append("surge_chances", rows)


def chances(store: Store, site: str, *, backcast: bool) -> pd.DataFrame:
    """Return a row per shift, oldest first: what was last said of it by the time it began."""
    return store.frame("surge_chances", site=site, backcast=backcast)
