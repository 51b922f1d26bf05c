"""Plans as versions of a site: draft, edit with a reason, undo, lock, restore."""

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd

from dashboard.service import answers, minimum_cover, rosters
from dashboard.service.errors import ServiceError
from dashboard.service.plan_attempt import checked
from dashboard.service.plan_version import Version, keep, plan_of
from dashboard.service.promotion import person
from dashboard.service.question import Answer
from dashboard.settings import Settings
from data import locale, plans
from data.store import Store, fingerprint
from staffing import edits
from staffing.edits import Change
from staffing.plan import ShiftPlan


def draft(
    settings: Settings,
    site: str,
    *,
    now: pd.Timestamp,
    service_level: float | None = None,
    note: str = "",
    shifts: pd.DataFrame | None = None,
    made_from: str = "the forecast",
    known: Answer | None = None,
) -> int:
    """Keep a new draft for the stored forecast of a site and return its number.

    known: the answer that is shown, if one is; its plan is kept and none is made anew. shifts:
    role, code, start, end (UTC), heads, of which those that touch the forecast's horizon are taken;
    None: those that were planned for it. Shifts that are also planned keep the breaks planned for
    them. made_from: what the shifts are, in words. Raises ServiceError where there is no forecast,
    or no shift in its horizon.
    """
    answer, plan = _proposed(settings, site, service_level, known)
    question = answer.question
    if shifts is not None:
        need = plan.requirement
        inside = shifts[(shifts["end"] > need.start) & (shifts["start"] < need.end)]
        if inside.empty:
            raise ServiceError(
                f"No shift of {made_from} touches the forecast of {site!r}, which runs from "
                f"{locale.date(need.start.tz_convert(need.time_zone), year=True)} to "
                f"{locale.date((need.end - need.step).tz_convert(need.time_zone), year=True)}."
            )
        plan = ShiftPlan(need, inside, math.inf, edits.kept_breaks(plan.breaks, inside))
    about = {
        "made_from": made_from,
        "area": settings.department.name,
        "data_version": question.data_version,
        "forecast_id": question.forecast_id,
        "settings_hash": settings.hash,
    }
    return keep(settings, plan, about, note, now)


def draft_of_roster(
    settings: Settings,
    site: str,
    *,
    now: pd.Timestamp,
    service_level: float | None = None,
    note: str = "",
) -> int:
    """Keep today's roster as a draft and return its number.

    On days that it does not tell of, the plan for the stored forecast stands in. Raises
    ServiceError where there is no roster, or it does not reach the forecast.
    """
    known, plan = _proposed(settings, site, service_level)
    shifts, filled = rosters.completed(settings, site, plan)
    return draft(
        settings,
        site,
        now=now,
        service_level=service_level,
        note=note,
        shifts=shifts,
        made_from="today's roster, and the plan where it tells nothing"
        if filled
        else "today's roster",
        known=known,
    )


def listed(settings: Settings, site: str) -> pd.DataFrame:
    """A row per version, newest first; columns as data.plans.versions gives them."""
    if not settings.store.exists():
        return pd.DataFrame(columns=["version", "status"])
    return plans.versions(Store.open(settings.store), site)


def counting(table: pd.DataFrame) -> int | None:
    """The version that counts, of a table as `listed` gives it: locked last, else the newest."""
    if table.empty:
        return None
    locked = table[table["status"] == "locked"].sort_values("locked_at_utc")
    return int(table["version"].iloc[0] if locked.empty else locked["version"].iloc[-1])


def version(settings: Settings, site: str, number: int | None = None) -> Version:
    """One version; without a number the one that counts.

    Raises ServiceError where there is none.
    """
    number = number or counting(listed(settings, site))
    stored = None
    if number is not None and settings.store.exists():
        stored = plans.version(Store.open(settings.store), site, number)
    if stored is None:
        known = ", ".join(str(one) for one in sorted(listed(settings, site)["version"]))
        if not known:
            raise ServiceError(
                f"{site!r} has no version of its plan yet: run edinflow plans draft."
            )
        raise ServiceError(f"{site!r} has no version {number} of its plan; known: {known}.")
    return Version(stored, plan_of(stored))


def edit(
    settings: Settings,
    site: str,
    number: int,
    changes: Sequence[Change],
    reason: str,
    *,
    now: pd.Timestamp,
    below_minimum: bool = False,
    seen: int | None = None,
) -> int:
    """Edit a version for a reason, and return the number of the version that holds the edit.

    A locked version stays as it is: the edit goes into a new draft of it. below_minimum: whether
    the edit may leave fewer on duty than a role's minimum; else such an edit is refused. seen: the
    newest edit that was looked at; a draft that was edited since is refused. None: as it is now.
    """
    before = version(settings, site, number)
    tried = checked(settings, before.plan, changes, reason, below_minimum)
    seen = before.stored.newest_edit if seen is None else seen
    if before.status == "locked":
        number, seen = restore(settings, site, number, now=now), 0
    plans.add_edit(
        Store.open(settings.store),
        site,
        number,
        tried.rows,
        made_at_utc=now,
        who=person(),
        reason=reason.strip(),
        seen=seen,
        below_minimum=not tried.low.empty,
    )
    return number


def edit_proposed(
    settings: Settings,
    site: str,
    changes: Sequence[Change],
    reason: str,
    *,
    now: pd.Timestamp,
    service_level: float | None = None,
    below_minimum: bool = False,
    known: Answer | None = None,
) -> int:
    """Edit the plan for the stored forecast: a new draft of it, which holds the edit.

    An edit that is refused leaves no draft behind. known: the answer whose plan it is, if shown.
    """
    known, plan = _proposed(settings, site, service_level, known)
    checked(settings, plan, changes, reason, below_minimum)
    number = draft(settings, site, now=now, service_level=service_level, known=known)
    return edit(settings, site, number, changes, reason, now=now, below_minimum=below_minimum)


def undo(
    settings: Settings, site: str, number: int, *, now: pd.Timestamp, seen: int | None = None
) -> str:
    """Take the last edit of a draft back; returns its reason. Raises ServiceError without one.

    seen: as in `edit`.
    """
    found = version(settings, site, number)
    last = found.last_edit()
    if last is None:
        raise ServiceError(f"Version {number} of {site!r} has no edit to take back.")
    rows = found.stored.edits
    rows = rows[rows["edit"] == last]
    reason = str(rows["reason"].iloc[0])
    back = rows[["role", "code", "start", "end", "change"]]
    plans.add_edit(
        Store.open(settings.store),
        site,
        number,
        back.assign(change=-back["change"]),
        made_at_utc=now,
        who=person(),
        reason=f"undo: {reason}",
        seen=found.stored.newest_edit if seen is None else seen,
        undoes=last,
    )
    return reason


def lock(
    settings: Settings,
    site: str,
    number: int,
    note: str,
    *,
    now: pd.Timestamp,
    why_low: str = "",
    seen: int | None = None,
) -> None:
    """Lock a draft for good, with a note on what it is or why.

    why_low: why it is below minimum cover, where it is; kept with the lock. seen: as in `edit`.
    Raises ServiceError without a reason where one is needed, with where and by how much.
    """
    if not note.strip():
        raise ServiceError("A lock needs a note, such as 'agreed with the ward, 3 March'.")
    found = version(settings, site, number)
    why = minimum_cover.checked(found, settings, why_low.strip())
    plans.lock(
        Store.open(settings.store),
        site,
        number,
        locked_at_utc=now,
        who=person(),
        note=note.strip(),
        seen=found.stored.newest_edit if seen is None else seen,
        below_minimum=why,
    )


def restore(settings: Settings, site: str, number: int, *, now: pd.Timestamp) -> int:
    """Make a new draft that is what a version is now, need and shifts; returns its number."""
    old = version(settings, site, number)
    about = {**old.stored.about, "made_from": f"version {number}"}
    return keep(settings, old.plan, about, "", now)


def marks(settings: Settings, site: str) -> tuple[int, ...]:
    """Numbers that change with whatever is done to a site's plans and rosters.

    The store is opened only after its file changed.
    """
    if not settings.store.exists():
        return ()
    return _marks(settings.store, fingerprint(settings.store), site)


@lru_cache(maxsize=64)
def _marks(path: Path, _fingerprint: tuple[object, ...], site: str) -> tuple[int, ...]:
    return plans.marks(Store.open(path), site)


def _proposed(
    settings: Settings, site: str, service_level: float | None, known: Answer | None = None
) -> tuple[Answer, ShiftPlan]:
    """The plan for the stored forecast. Raises ServiceError where there is none."""
    answer = known
    if answer is None:
        asked = answers.question(settings, site, service_level=service_level)
        answer = answers.answer(settings, asked)
    if answer is None:
        raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
    if answer.plan is None:
        raise ServiceError(" ".join(answer.notes))
    return answer, answer.plan
