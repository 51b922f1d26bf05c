"""Rosters as they were imported: who is to be at work, and on which days that is known.

Later imports stand in place of earlier ones for the roles and days that they speak of; nothing
is removed. It knows frames, not the staffing floor's classes.
"""

import pandas as pd

from data.store import Store

SHIFTS = {"start": "start_utc", "end": "end_utc"}
SPANS = {"start": "from_utc", "end": "to_utc"}


def save(
    store: Store,
    *,
    site: str,
    file: str,
    imported_at_utc: pd.Timestamp,
    who: str,
    shifts: pd.DataFrame,
    spans: pd.DataFrame,
) -> int:
    """Keep a roster and return its number.

    shifts: role, code, start, end (UTC), heads. spans: the days that it speaks of, also where
    nobody works: role, start, end (UTC), a row per role and unbroken row of days.
    """
    with store.transaction() as write:
        number = int(write.frame("next_roster_id")["roster_id"].iloc[0])
        about = {
            "roster_id": number,
            "site": site,
            "file": file,
            "imported_at_utc": imported_at_utc,
            "who": who,
        }
        write.append("rosters", pd.DataFrame([about]))
        write.append("roster_spans", spans.rename(columns=SPANS).assign(roster_id=number))
        write.append("roster_shifts", shifts.rename(columns=SHIFTS).assign(roster_id=number))
    return number


def imported(store: Store, site: str) -> pd.DataFrame:
    """A row per import, role and unbroken row of days, newest first.

    Columns: roster_id, file, imported_at_utc, who, role, from_utc, to_utc.
    """
    return store.frame("rosters_imported", site=site)


def live(store: Store, site: str) -> pd.DataFrame:
    """Shifts that count now: role, code, start, end (UTC), heads."""
    found = store.frame("live_roster", site=site)
    return found.rename(columns={ours: name for name, ours in SHIFTS.items()})
