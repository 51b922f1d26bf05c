"""What the planner's pages remember: versions and rosters by the numbers that change with them.

The key of everything here is `marks`, read anew each time, so what is remembered is never old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.service import (
    against,
    plan_attempt,
    plan_drift,
    plan_export,
    plan_figures,
    plans,
    profiles,
    rosters,
)
from dashboard.service.against import Part
from dashboard.service.plan_attempt import Attempt
from dashboard.service.plan_drift import Drift
from dashboard.service.plan_export import Export
from dashboard.service.plan_figures import Figures, Week
from dashboard.service.plan_version import Version
from dashboard.service.question import Question
from dashboard.settings_export import ExportProfile
from staffing import edits
from staffing.edits import Change
from staffing.patients import Patients
from staffing.plan import ShiftPlan

Marks = tuple[int, ...]
__all__ = ["Version"]
HELD = 12  # weeks of a role of which the replayed patients are remembered, and plans beside them


@dataclass(frozen=True, eq=False)
class Shown:
    """The plan that a page looks at; number and version are None for the one proposed now."""

    number: int | None
    status: str
    plan: ShiftPlan
    version: Version | None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return (
            self.status == "draft"
            and self.version is not None
            and self.version.last_edit() is not None
        )


def marks(site: str) -> Marks:
    """Numbers that change with whatever is done to a site's plans and rosters; cheap."""
    return plans.marks(cache.settings(), site)


@st.cache_data(max_entries=8, show_spinner=False)
def versions(site: str, seen: Marks) -> pd.DataFrame:
    """A row per version of a site's plan, newest first."""
    del seen
    return plans.listed(cache.settings(), site)


def counting(site: str, seen: Marks) -> int | None:
    """The version that a program pulls: locked last, else the newest."""
    return plans.counting(versions(site, seen))


@st.cache_data(max_entries=16, show_spinner=False)
def version(site: str, number: int, seen: Marks) -> Version:
    """One version of a site's plan."""
    del seen
    return plans.version(cache.settings(), site, number)


@st.cache_resource(max_entries=HELD, show_spinner=False)
def patients(
    asked: Question, role: str, start: pd.Timestamp, stop: pd.Timestamp
) -> Patients | None:
    """Patients of one week for one role; nothing can write to them, so all sessions share them."""
    found = cache.answer(asked)
    if found is None:
        return None
    return plan_figures.patients_of(cache.settings(), found.forecast, role, start, stop)


def outside(plan: ShiftPlan, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes of shifts that are no part of a plan, such as those of today that are over."""
    return edits.outside(changes, plan, cache.settings().department)


def retired(plan: ShiftPlan, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes of shifts that a role may not work any more, where the plan has none of them."""
    return edits.retired(changes, plan, cache.settings().department)


def roles(plan: ShiftPlan) -> list[str]:
    """A plan's roles that the department still has."""
    known = {role.name for role in cache.settings().department.roles}
    return [role for role in plan.requirement.roles if role in known]


def attempt(plan: ShiftPlan, changes: Sequence[Change]) -> Attempt:
    """What an edit would make of a plan."""
    return plan_attempt.attempt(plan, changes, cache.settings())


def repeated(changes: Sequence[Change], plan: ShiftPlan) -> tuple[Change, ...]:
    """An edit in all weeks of a plan."""
    return edits.repeated(changes, plan, cache.settings().department)


def below_minimum(plan: ShiftPlan) -> pd.DataFrame:
    """Stretches below a role's minimum cover or its posts."""
    settings = cache.settings()
    return edits.below_minimum(plan, settings.department, settings.rules.posts)


def week(
    asked: Question,
    picked: Shown,
    tried: Attempt,
    role: str,
    start: pd.Timestamp,
    stop: pd.Timestamp,
) -> Week:
    """What a plan means for a role and week, with and without the edit in hand.

    Only the edit is replayed anew: what it is compared with is remembered.
    """
    seen, where = marks(asked.site), (role, start, stop)
    kept = _kept_figures(asked, picked.number, seen, *where)
    other, today = _roster_figures(asked, seen, *where), on_duty(asked, seen)
    if tried.rows.empty:
        return Week(kept, None, other, today)
    return Week(_figures(asked, tried.plan, *where), kept, other, today)


@st.cache_data(max_entries=48, show_spinner=False)
def _kept_figures(
    asked: Question,
    number: int | None,
    seen: Marks,
    role: str,
    start: pd.Timestamp,
    stop: pd.Timestamp,
) -> Figures:
    if number is not None:
        return _figures(asked, version(asked.site, number, seen).plan, role, start, stop)
    found = cache.answer(asked)
    assert found is not None, "a page asks only for what it shows"
    assert found.plan is not None, "a page asks only for what it shows"
    return _figures(asked, found.plan, role, start, stop)


@st.cache_data(max_entries=48, show_spinner=False)
def _roster_figures(
    asked: Question, seen: Marks, role: str, start: pd.Timestamp, stop: pd.Timestamp
) -> Figures | None:
    """Of today's roster; None where it does not tell of the whole time."""
    rostered, today = roster(asked, seen), on_duty(asked, seen)
    if rostered is None or today is None:
        return None
    told = today[role][(today.index >= start) & (today.index < stop)]
    if told.empty or told.isna().any():
        return None
    return _figures(asked, rostered, role, start, stop)


def _figures(
    asked: Question, plan: ShiftPlan, role: str, start: pd.Timestamp, stop: pd.Timestamp
) -> Figures:
    met, settings = patients(asked, role, start, stop), cache.settings()
    premiums = settings.rules.premiums
    return plan_figures.figures(plan, role, start, stop, settings.department, met, premiums)


def codes(role: str) -> dict[str, tuple[str, float]]:
    """Shifts that a role may work: code → start and hours."""
    found = cache.settings().department.patterns_of(role)
    return {pattern.code: (pattern.start, pattern.hours) for pattern in found}


@st.cache_data(max_entries=HELD, show_spinner=False)
def roster(asked: Question, seen: Marks) -> ShiftPlan | None:
    """Today's roster against the need of the newest forecast; None where none was imported."""
    del seen
    found, shifts = cache.answer(asked), rosters.rostered(cache.settings(), asked.site)
    if found is None or found.need is None or shifts is None:
        return None
    return ShiftPlan(found.need, shifts[shifts["role"].isin(found.need.roles)], float("inf"))


@st.cache_data(max_entries=8, show_spinner=False)
def imports(site: str, seen: Marks) -> pd.DataFrame:
    """A row per imported roster and role, newest first."""
    del seen
    return rosters.imports(cache.settings(), site)


@st.cache_data(max_entries=HELD, show_spinner=False)
def on_duty(asked: Question, seen: Marks) -> pd.DataFrame | None:
    """Heads on duty by today's roster, steps × roles; NaN where no roster tells."""
    del seen
    found = cache.answer(asked)
    if found is None or found.need is None:
        return None
    return rosters.on_duty(cache.settings(), asked.site, found.need)


@st.cache_resource(max_entries=HELD, show_spinner=False)
def kept_cover(asked: Question, seen: Marks) -> tuple[Part, ...]:
    """Roster and locked version against the need of the newest forecast, where each counts."""
    del seen
    found = cache.answer(asked)
    if found is None or found.need is None or found.plan is None:
        return ()
    plan = found.plan
    held = against.against(cache.settings(), found.need, lambda: plan)
    return tuple(part for part in held.parts if part.source.kind != against.PROPOSED)


@st.cache_data(max_entries=8, show_spinner=False)
def drift(site: str, number: int, asked: Question, seen: Marks) -> Drift:
    """How a version stands against the need of the newest forecast, that of the question."""
    del asked
    return plan_drift.drift(cache.settings(), version(site, number, seen))


def difference(one: Version, other: Version) -> pd.DataFrame:
    """Shifts in which two versions differ."""
    return edits.difference(one.plan, other.plan)


def profile_list() -> list[ExportProfile]:
    """Export profiles, the hospital's own first."""
    return profiles.profiles(cache.settings())


def export(found: Version, name: str, first: date | None, last: date | None) -> Export:
    """A version written in a profile."""
    return plan_export.export(found, profiles.profile(cache.settings(), name), first, last)
