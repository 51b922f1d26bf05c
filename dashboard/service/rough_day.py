"""What a department's settings mean on an ordinary day: load and heads by role, roughly."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dashboard.service import planning
from dashboard.settings import Settings
from data import clock, history, locale
from data.store import Store
from forecasting import hours
from forecasting.forecast import Forecast
from staffing import workload
from staffing.concerns import Concern
from staffing.department import Department
from staffing.requirement import requirement

DAYS = 3
FUTURES = 400
RECENT = 56
ASSUMED_PATIENTS = 100.0
FOR_SAFETY = 2
MOST_IDLE = 5


@dataclass(frozen=True)
class RoleDay:
    """One role on the day: hours of work that arrive, and heads needed at least, at most and when.

    work_hours: rostered hours of care; None where the role is staffed by patients present.
    duty_hours: heads needed, summed over the day.
    """

    role: str
    work_hours: float | None
    least: int
    most: int
    most_at: str
    duty_hours: float


@dataclass(frozen=True)
class RoughDay:
    """patients: of the day; told: where that number and the hours come from."""

    patients: float
    told: str
    roles: tuple[RoleDay, ...]


def rough_day(settings: Settings, site: str | None, patients: float | None = None) -> RoughDay:
    """An ordinary day of a stored site, or of a department in general.

    patients: of the day; None: the site's mean of the last eight weeks, 100 without a site.
    """
    department, profile, zone, told = settings.department, hours.general(), "UTC", ""
    if site is not None:
        store = Store.open(settings.store)
        series = history.arrivals(store, site)
        department, zone = planning.site_department(settings, store, site), series.time_zone
        if series.step == "hour":
            profile = hours.of_site(series)
        per_day = series.counts.iloc[-RECENT * (24 if series.step == "hour" else 1) :].mean()
        per_day *= 24 if series.step == "hour" else 1
        told = f"the mean of the last {RECENT} days of {site!r}"
        mix = history.acuity_mix(store, site, series.end)
        if mix is not None:
            one, two, three, four, five = mix
            department = replace(department, acuity_mix=(one, two, three, four, five))
    elif patients is None:
        per_day, told = ASSUMED_PATIENTS, "assumed, as no arrivals are loaded"
    if patients is not None:
        per_day, told = patients, "as asked"
    forecast = _days(float(per_day), profile, zone)
    return RoughDay(float(per_day), told, _roles(forecast, department, float(per_day)))


def idle_minimums(day: RoughDay, department: Department) -> list[Concern]:
    """Minimum covers that leave nearly all of the day without work, a sentence each.

    One or two heads may be there for safety alone, however few patients come.
    """
    found = []
    for one in day.roles:
        least = department.role(one.role).minimum
        work = one.work_hours
        if work is None or least <= FOR_SAFETY or one.duty_hours <= MOST_IDLE * work:
            continue
        if one.most == least:
            found.append(
                Concern(
                    f"The minimum of role {one.role!r} is {least} at all times: "
                    f"{locale.number(one.duty_hours)} hours on duty for {locale.number(work)} "
                    "of work on this day; check that it is not a slip."
                )
            )
    return found


def _days(per_day: float, profile: hours.HourProfile, zone: str) -> Forecast:
    """Three days of so many patients, of which the middle one is looked at."""
    rng = np.random.default_rng(1)
    start = clock.instant("2026-03-03 00:00", zone)  # Tuesday to Thursday, no clock change
    index = clock.steps_from(start, DAYS, "day", zone)
    draws = rng.poisson(per_day, (DAYS, FUTURES)).astype(np.int32)
    days = Forecast("rough", "department", "all", zone, "day", index, draws)
    return hours.by_hours(days, profile, rng)


def _roles(forecast: Forecast, department: Department, per_day: float) -> tuple[RoleDay, ...]:
    need = requirement(forecast, department)
    size = len(need.heads) // DAYS
    middle = need.heads.iloc[size : 2 * size]
    found = []
    for role in department.roles:
        heads = middle[role.name]
        at = pd.DatetimeIndex(heads.index)[int(heads.to_numpy().argmax())]
        local = at.tz_convert(forecast.time_zone)
        minutes = workload.rostered_minutes(role, department.acuity_mix)
        work = per_day * workload.seen_share(role, department.acuity_mix) * minutes / 60
        found.append(
            RoleDay(
                role.name,
                None if role.areas else work,
                int(heads.min()),
                int(heads.max()),
                f"{local:%H:%M}",
                float(heads.sum()) * need.step_minutes / 60,
            )
        )
    return tuple(found)
