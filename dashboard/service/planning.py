"""A forecast, a department and its rules → need and shifts, for pages and commands alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.service import borrowed
from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from data import history
from data.store import Store
from forecasting.forecast import Forecast
from staffing import planner
from staffing.department import Department
from staffing.errors import StaffingError
from staffing.given import Given
from staffing.plan import BREAK_COLUMNS, COLUMNS, ShiftPlan
from staffing.requirement import Requirement, requirement
from staffing.role import in_words
from staffing.rule_planner import RELAX_SECONDS, plan_under
from staffing.rules import Rules, posted
from staffing.shortage import Shortage, shortage
from staffing.stays import learn_every
from staffing.weekly import WeeklyRules
from staffing.weeks import Amounts, per_start, step_weeks, week_shares

NO_GIVEN = Given()
PAGE_SECONDS = 4.0
NO_ROSTER = (
    "changes_per_week counts from today's roster, and none of this time is known: import it with "
    "edinflow import-roster."
)


@dataclass(frozen=True, eq=False)
class Basis:
    """What shifts are planned on: the hourly forecast, the department as it stands, its need."""

    forecast: Forecast
    department: Department
    mix: tuple[float, ...] | None
    need: Requirement
    notes: tuple[str, ...] = ()

    def worth(self) -> Shortage:
        """What each head is worth over the forecast's futures."""
        return shortage(self.forecast, self.department, self.mix)


def basis(
    settings: Settings, store: Store, forecast: Forecast, service_level: float | None = None
) -> Basis:
    """Need of a stored site's forecast. Raises where staff cannot be worked out from it."""
    with store.reading():
        hourly = hourly_forecast(settings, store, forecast)
        department = site_department(settings, store, forecast.site, forecast.origin)
        mix = history.acuity_mix(store, forecast.site, forecast.origin)
    if service_level is not None:
        department = replace(department, service_level=service_level)
    notes = () if hourly is forecast else hourly.notes[-1:]
    return Basis(hourly, department, mix, requirement(hourly, department, mix), notes)


def hourly_forecast(settings: Settings, store: Store, forecast: Forecast) -> Forecast:
    """The forecast by the hour: days take the hours that the settings lend their site."""
    if forecast.step == "hour":
        return forecast
    about = settings.site(forecast.site)
    if about is None or about.hours_from is None:
        raise ServiceError(
            "The arrivals are by the day: staff by the hour needs hourly arrivals, or "
            'hours_from = "general" for this site in edinflow.toml.'
        )
    folder = settings.source.parent if settings.source else Path.cwd()
    lent = borrowed.profile(about.hours_from, store, folder)
    return borrowed.with_hours(forecast, lent, settings.forecast.seed)


def site_department(
    settings: Settings, store: Store, site: str, before: pd.Timestamp | None = None
) -> Department:
    """The department of the settings, with lengths of stay learned where it wants them to be.

    before: from those only who had left by then.
    """
    department = settings.department
    if not department.learn_stays:
        return department
    learned = learn_every(history.length_of_stay(store, site, before))
    if not learned:
        raise ServiceError(
            f"The length of stay is to be learned, but the store holds too few departures of "
            f"{site!r}: load visits with a departure column, or give department.length_of_stay in "
            "minutes."
        )
    return replace(department, stays=learned)


def plan_shifts(
    on: Basis,
    rules: WeeklyRules,
    given: Given = NO_GIVEN,
    relax_seconds: float = RELAX_SECONDS,
) -> ShiftPlan:
    """Shifts under the rules; without any, those that cover the need with the fewest hours.

    Roles whose hours, cost or changes are limited are planned by what each head is worth, the
    others cover their need. Where changes are limited and hours are not given, a role keeps the
    hours of today's roster.
    """
    if rules.empty and given.today is None and given.locked is None:
        return planner.plan(on.need, on.department)
    whole = rules.over(on.need)
    limited, free = _roles(on, whole, given)
    parts = []
    if limited:
        kept = replace(whole, hours=_hours(on.need, whole, given, limited))
        parts.append(_part(on, limited, kept, on.worth, given, relax_seconds))
    if free:
        kept = replace(whole, hours=(), budget=None, changes_at_most=None, short_cost=None)
        parts.append(_part(on, free, kept, None, given, relax_seconds))
    return _joined(on.need, parts)


def page_plan(
    on: Basis,
    rules: WeeklyRules,
    notes: list[str],
    today: pd.DataFrame | None = None,
    seconds: float | None = None,
) -> ShiftPlan:
    """Shifts where some must be shown: with only the posts where no plan keeps the rules in time.

    today: the roster from which changes are counted; without it they are not limited. seconds: for
    each role at most, as somebody waits (default: those of a page).
    """
    quick = replace(rules, seconds=min(rules.seconds, seconds or PAGE_SECONDS))
    if today is None and rules.changes is not None:
        quick = replace(quick, changes=None)
        notes.append(NO_ROSTER)
    try:
        return plan_shifts(on, quick, Given(today), relax_seconds=0.0)
    except StaffingError as error:
        but = " except its posts" if rules.posts else ""
        notes.append(
            f"The plan shown covers the need without the rules of the settings{but}: {error}"
        )
        return replace(planner.plan(_at_posts(on.need, rules), on.department), requirement=on.need)


def _at_posts(need: Requirement, rules: WeeklyRules) -> Requirement:
    """The need with at least the heads of the posts: a minimum is not given up for want of time."""
    index = pd.DatetimeIndex(need.heads.index)
    heads = {
        role: np.maximum(need.heads[role], posted(rules.posts, role, index, need.time_zone))
        for role in need.roles
    }
    return replace(need, heads=pd.DataFrame(heads, index=index))


def _roles(on: Basis, rules: Rules, given: Given) -> tuple[list[str], list[str]]:
    """Roles that a limit binds, and the others."""
    bound = {role for role, _ in rules.hours}
    if rules.budget is not None or rules.short_cost is not None:
        bound |= {role.name for role in on.department.roles if role.cost_per_hour > 0}
    if rules.changes_at_most is not None and given.today is not None:
        bound |= set(given.today["role"])
    return (
        [role for role in on.need.roles if role in bound],
        [role for role in on.need.roles if role not in bound],
    )


def _hours(
    need: Requirement, rules: Rules, given: Given, roles: list[str]
) -> tuple[tuple[str, Amounts], ...]:
    """Hours that each role may use; those of today's roster where only changes are limited.

    In each week those that the roster has in it, where changes are limited by the week. A week of
    which the roster does not tell takes as much as the others have on average.
    """
    stated = {role: hours for role, hours in rules.hours if role in roles}
    if rules.changes_at_most is not None and given.today is not None and rules.budget is None:
        index = need.heads.index
        shares = week_shares(need)
        for role in roles:
            own = given.today[given.today["role"] == role]
            first = index.searchsorted(pd.DatetimeIndex(own["start"]), side="left")
            last = index.searchsorted(pd.DatetimeIndex(own["end"]) - need.step, side="right")
            steps = per_start(np.ones(len(index)), step_weeks(need), first, np.maximum(last, first))
            weekly = (steps * own["heads"].to_numpy()).sum(axis=1) * need.step_minutes / 60
            if weekly.sum() == 0:
                continue
            told = weekly > 0
            weekly = np.where(told, weekly, shares * weekly.sum() / shares[told].sum())
            each = tuple(float(hours) for hours in weekly)
            by_week = isinstance(rules.changes_at_most, tuple)
            stated.setdefault(role, each if by_week else sum(each))
    return tuple(stated.items())


def _part(
    on: Basis,
    roles: list[str],
    rules: Rules,
    worth: Callable[[], Shortage] | None,
    given: Given,
    relax_seconds: float,
) -> ShiftPlan:
    need = replace(
        on.need, heads=on.need.heads[roles], low=on.need.low[roles], high=on.need.high[roles]
    )
    if given.today is None or rules.changes_at_most is None:
        given = replace(given, today=None)
        rules = replace(rules, changes_at_most=None)
    valued = None if worth is None else worth()
    return plan_under(need, on.department, rules, valued, given, relax_seconds)


def _joined(need: Requirement, parts: list[ShiftPlan]) -> ShiftPlan:
    """Plans of different roles as one.

    The first note of each says its aim, of no role in particular; the others name theirs.
    """
    notes: list[str] = []
    for part in parts:
        aim, *others = part.notes
        whose = f"{in_words(part.requirement.roles)}: " if len(parts) > 1 else ""
        notes += [whose + aim, *others]
    return ShiftPlan(
        need,
        pd.concat([part.shifts[COLUMNS] for part in parts], ignore_index=True),
        max(part.proven_gap for part in parts),
        pd.concat([part.breaks[BREAK_COLUMNS] for part in parts], ignore_index=True),
        tuple(notes),
    )
