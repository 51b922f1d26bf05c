"""Plans as versions: what was proposed, how it was edited and why, what was locked.

Nothing is changed or removed: an edit is a row of its own, an undo an edit that takes another
back, and a locked version takes no edit. It knows frames, not the staffing floor's classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.errors import DataError
from data.store import Store, Transaction

TIMES = {"start": "start_utc", "end": "end_utc", "shift_start": "shift_start_utc"}
OURS = {theirs: name for name, theirs in TIMES.items()}


@dataclass(frozen=True, eq=False)
class StoredPlan:
    """A version as it stands after its edits.

    about: a row of `versions`. needs: role, start, heads, low, high. shifts: role, code, start,
    end, heads. breaks: role, code, shift_start, start, end, heads. edits: a row per edit and
    shift: edit, made_at_utc, who, reason, below_minimum, undoes (NA: none), undone, role, code,
    start, end, change. All times in UTC.
    """

    about: Mapping[str, Any]
    needs: pd.DataFrame
    shifts: pd.DataFrame
    breaks: pd.DataFrame
    edits: pd.DataFrame

    @property
    def newest_edit(self) -> int:
        """Number of the newest edit, undone or not; 0 without any."""
        return 0 if self.edits.empty else int(self.edits["edit"].max())


def save(
    store: Store,
    about: Mapping[str, Any],
    needs: pd.DataFrame,
    shifts: pd.DataFrame,
    breaks: pd.DataFrame,
) -> int:
    """Keep a new version, a draft, and return its number, counted by site from 1.

    about: site, made_from, note, who, made_at_utc, area, time_zone, step_minutes, data_version,
    forecast_id, model, service_level, target_minutes and target_share (None: no such promise),
    standard (promises by acuity, as JSON; None: none), settings_hash, proven_gap (None: nothing is
    proven), plan_notes (sentences, as JSON).
    needs: role, place (of the role), start, heads, low, high. The rest as in `StoredPlan`.
    """
    site = about["site"]
    with store.transaction() as write:
        number = int(write.frame("next_plan_version", site=site)["version"].iloc[0])
        write.append("plan_versions", pd.DataFrame([{**about, "version": number}]))
        for table, rows in (("needs", needs), ("shifts", shifts), ("breaks", breaks)):
            named = rows.rename(columns=TIMES).assign(site=site, version=number)
            write.append(f"plan_{table}", named)
    return number


def add_edit(
    store: Store,
    site: str,
    version: int,
    changes: pd.DataFrame,
    *,
    made_at_utc: pd.Timestamp,
    who: str,
    reason: str,
    seen: int,
    below_minimum: bool = False,
    undoes: int | None = None,
) -> int:
    """Keep an edit of a draft and return its number.

    changes: role, code, start, end (UTC), change in heads. seen: the newest edit that whoever asks
    for this one has seen. Raises DataError, and then nothing was kept, where the version is locked
    or was edited since, or heads would fall below 0.
    """
    with store.transaction() as write:
        _refuse_locked(write, site, version)
        number = _refuse_unseen(write, site, version, seen)
        keys: dict[str, Any] = {"site": site, "version": version, "edit": number}
        about = {
            **keys,
            "made_at_utc": made_at_utc,
            "who": who,
            "reason": reason,
            "below_minimum": below_minimum,
            "undoes": undoes,
        }
        write.append("plan_edits", pd.DataFrame([about]))
        write.append("plan_changes", changes.rename(columns=TIMES).assign(**keys))
        shifts = write.frame("plan_shifts", site=site, version=version)
        if (shifts["heads"] < 0).any():
            row = shifts[shifts["heads"] < 0].iloc[0]
            raise DataError(
                f"Version {version} of {site!r} has fewer {row['role']}s in shift {row['code']!r} "
                "than this edit takes away: look at it again, somebody else may have edited it."
            )
    return number


def lock(
    store: Store,
    site: str,
    version: int,
    *,
    locked_at_utc: pd.Timestamp,
    who: str,
    note: str,
    seen: int,
    below_minimum: str | None = None,
) -> None:
    """Lock a version for good. Raises DataError where it is locked already, or edited unseen.

    seen: as `add_edit` takes it. below_minimum: why it is locked below minimum cover; None where it
    is not below.
    """
    with store.transaction() as write:
        _refuse_locked(write, site, version)
        _refuse_unseen(write, site, version, seen)
        row = {
            "site": site,
            "version": version,
            "locked_at_utc": locked_at_utc,
            "who": who,
            "note": note,
            "below_minimum": below_minimum,
        }
        write.append("plan_locks", pd.DataFrame([row]))


def versions(store: Store, site: str) -> pd.DataFrame:
    """A row per version, newest first.

    The columns that `save` takes, version, status ("draft" or "locked"), locked_at_utc, locked_by,
    lock_note, lock_below_minimum (why it was locked so low; None: it was not), edits (how
    many stand), changed_at_utc and below_minimum (whether an edit or the lock left it so low on
    purpose).
    """
    return _whole(store.frame("plan_versions", site=site, version=None))


def version(store: Store, site: str, number: int) -> StoredPlan | None:
    """One version as it stands; None where there is none of that number."""
    with store.reading() as read:
        about = _whole(read.frame("plan_versions", site=site, version=number))
        if about.empty:
            return None
        frames = {
            name: read.frame(f"plan_{name}", site=site, version=number).rename(columns=OURS)
            for name in ("needs", "shifts", "breaks", "edits")
        }
    shifts = frames["shifts"]
    frames["shifts"] = shifts[shifts["heads"] > 0].reset_index(drop=True)
    return StoredPlan(about={str(name): value for name, value in about.iloc[0].items()}, **frames)


def marks(store: Store, site: str) -> tuple[int, ...]:
    """Numbers that change with whatever is done to a site's plans and rosters."""
    return tuple(int(number) for number in store.frame("plan_marks", site=site).iloc[0])


def _whole(found: pd.DataFrame) -> pd.DataFrame:
    """Versions in which a reason that was not given is None, and never a number that is not one."""
    why = found["lock_below_minimum"].astype(object)
    return found.assign(lock_below_minimum=why.where(why.notna(), None))


def _refuse_locked(write: Transaction, site: str, version: int) -> None:
    found = write.frame("plan_versions", site=site, version=version)
    if found.empty:
        raise DataError(f"{site!r} has no version {version} of its plan: see edinflow plans list.")
    if found["status"].iloc[0] == "locked":
        raise DataError(f"Version {version} of {site!r} is locked: edit a new draft of it.")


def _refuse_unseen(write: Transaction, site: str, version: int, seen: int) -> int:
    """Refuse where an edit came after the newest that was seen; the number of the next edit.

    What somebody saw and decided on would not be what comes of it.
    """
    following = int(write.frame("next_plan_edit", site=site, version=version)["edit"].iloc[0])
    if following != seen + 1:
        raise DataError(
            f"Version {version} was edited elsewhere since you saw it, and nothing was kept now: "
            "look at it as it is, then do it again."
        )
    return following
