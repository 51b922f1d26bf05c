"""The live forecast against today's roster: whom to call, move or send home in the next hours."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dashboard.service import planning
from dashboard.service.errors import ServiceError
from dashboard.service.jobs import issued
from dashboard.service.staffing import care_of, those_seen
from dashboard.settings import Settings
from data import archive, history
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting.forecast import Forecast
from staffing.estimate import Estimate
from staffing.live_replay import AFTERWARDS, days_beside, patients_from_now
from staffing.outcome import Outcome, difference
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement
from staffing.role import StaffRole
from staffing.same_day import MOST_OF_A_KIND, same_day_changes
from staffing.same_day_options import Action, SameDayChange
from staffing.simulate import replay, servers

HOUR = pd.Timedelta("1h")
USUAL_HOURS = 8
AHEAD_HOURS = 24 + AFTERWARDS
FUTURES = 300
SEED = 1


@dataclass(frozen=True)
class SameDayLine:
    """One head's change for today.

    when, until: the time (UTC) for which it is called, or which it gives up; of a move, its new
    time, and moved_from its old start. cost: added, in the department's money, negative where it
    saves some, for all of that time; None where the role has no cost. effect: minutes by which the
    mean wait changes of all who come up to `counted_until` (UTC), when the last shift that changes
    has ended, on top of the lines before it, with its 95 % interval on the same patients; None
    where nobody waits in line for the role. short_hours: expected staff hours in which work waits
    that it takes away, over all of that time too.
    """

    role: str
    action: Action
    code: str
    when: pd.Timestamp
    until: pd.Timestamp
    moved_from: pd.Timestamp | None
    heads: int
    hours: float
    cost: float | None
    effect: Estimate | None
    short_hours: float
    counted_until: pd.Timestamp


@dataclass(frozen=True)
class RoleWait:
    """Expected mean wait for a role of those who come up to `until` (UTC).

    before: as rostered; after: with all changes. until: the end of the window, or of the last shift
    that a change is about, so that what it gains is counted for as long as what it costs.
    """

    role: str
    until: pd.Timestamp
    before: Estimate
    after: Estimate


@dataclass(frozen=True, eq=False)
class SameDay:
    """What to do about the next hours.

    now, until: the window (UTC). forecast_from: first hour of the forecast that it rests on.
    gap: steps × roles, heads on duty less heads needed, before any change. waits: of each role
    with a line of patients.
    """

    site: str
    time_zone: str
    now: pd.Timestamp
    until: pd.Timestamp
    forecast_from: pd.Timestamp
    lines: tuple[SameDayLine, ...]
    gap: pd.DataFrame
    waits: tuple[RoleWait, ...]
    notes: tuple[str, ...] = ()


def same_day(
    settings: Settings,
    site: str,
    roster: pd.DataFrame,
    now: pd.Timestamp,
    hours: int = USUAL_HOURS,
) -> SameDay:
    """Changes of today's roster that the live forecast asks for, best first in each role.

    roster: role, code, start, end (UTC), heads. hours: 4 to 12 from now. Raises ServiceError
    where there is no forecast that reaches so far, or nobody is rostered.
    """
    if not 4 <= hours <= 12:
        raise ServiceError(f"The next {hours} hours were asked for: say 4 to 12.")
    store = Store.open(settings.store)
    stored = archive.latest_forecast(store, site, "all")
    if stored is None:
        raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
    hourly = planning.hourly_forecast(settings, store, issued(stored))
    ahead = _from(hourly, now, _reach(settings, roster, hours))
    on = planning.basis(settings, store, ahead)
    start = pd.Timestamp(ahead.index[0])
    until = start + hours * HOUR
    zone = hourly.time_zone
    there = roster[(roster["end"] > now) & (roster["start"] < until)]
    if there.empty:
        raise ServiceError(
            f"Nobody is on the roster from {now.tz_convert(zone):%Y-%m-%d %H:%M} to "
            f"{until.tz_convert(zone):%Y-%m-%d %H:%M}: give the roster of these hours."
        )
    came = _came(history.arrivals(store, site), hourly, start)
    lines: list[SameDayLine] = []
    waits: list[RoleWait] = []
    worth = on.worth()
    rostered = [role for role in on.department.roles if role.name in set(there["role"])]
    notes = on.notes
    for role in rostered:
        found = same_day_changes(
            on.need,
            worth,
            on.department,
            roster,
            role.name,
            max(now, start),
            until,
            settings.rules.posts,
        )
        told = _Told(on, settings, role, roster, came, _ends(found, until))
        lines += told.lines(found)
        notes += stopped(role.name, found)
        if role.queues:
            before, after = told.outcomes[0], told.outcomes[-1]
            waits.append(RoleWait(role.name, told.end, before.mean_wait(), after.mean_wait()))
    missing = [role.name for role in on.department.roles if role not in rostered]
    if missing:
        notes += (f"The roster says nothing of {', '.join(missing)} in these hours.",)
    gap = ShiftPlan(on.need, roster[roster["role"].isin(on.need.roles)]).gap()
    names = [role.name for role in rostered]
    inside = (gap.index >= start) & (gap.index < until)
    return SameDay(
        site, zone, now, until, pd.Timestamp(hourly.index[0]), tuple(lines),
        gap.loc[inside, names], tuple(waits), notes,
    )  # fmt: skip


def stopped(role: str, found: list[SameDayChange]) -> tuple[str, ...]:
    """A sentence where there are as many changes of a kind as are ever proposed."""
    kinds = [one.action for one in found]
    if all(kinds.count(kind) < MOST_OF_A_KIND for kind in kinds):
        return ()
    return (
        f"No more than {MOST_OF_A_KIND} changes of a kind are proposed for one role: once these "
        f"are made, ask again whether more are worth it for {role}.",
    )


class _Told:
    """Changes of one role as lines: what each costs, and what it does to the wait."""

    def __init__(
        self,
        on: planning.Basis,
        settings: Settings,
        role: StaffRole,
        roster: pd.DataFrame,
        came: pd.Series,
        end: pd.Timestamp,
    ) -> None:
        self.need: Requirement = on.need
        self.role = role
        self.roster = roster
        self.end = end
        self.stop = on.department.pickup_stop_minutes
        self.premiums = settings.rules.premiums
        self.outcomes: list[Outcome] = []
        if role.queues:
            mix = on.department.acuity_mix if on.mix is None else on.mix
            coming, shares = those_seen(on.forecast, role, mix, SEED)
            share = coming.draws.sum() / max(on.forecast.draws.sum(), 1)
            hours = round((end - pd.Timestamp(on.forecast.index[0])) / HOUR)
            self.met = patients_from_now(
                coming, (came * share).round(), hours, shares, care_of(role),
                on.department.patience, SEED, FUTURES,
            )  # fmt: skip
            horizon = self.met.horizon
            own = roster[roster["role"] == role.name]
            # Of the roster as it stands: a change of today is not one of yesterday or tomorrow.
            self.beside = days_beside(own, horizon.origin, horizon.end + AFTERWARDS * HOUR)

    def lines(self, found: list[SameDayChange]) -> list[SameDayLine]:
        """Each change, on top of those before it."""
        self._replay(self.roster)
        told = []
        for change in found:
            self._replay(change.roster)
            effect = difference(self.outcomes[-1], self.outcomes[-2]) if self.role.queues else None
            told.append(
                SameDayLine(
                    role=self.role.name,
                    action=change.action,
                    code=change.code,
                    when=change.start,
                    until=change.end,
                    moved_from=change.moved_from,
                    heads=1,
                    hours=change.hours,
                    cost=self._cost(change),
                    effect=effect,
                    short_hours=change.short_hours,
                    counted_until=self.end,
                )
            )
        return told

    def _replay(self, roster: pd.DataFrame) -> None:
        if not self.role.queues:
            return
        own = roster[roster["role"] == self.role.name]
        around = pd.concat([self.beside, own], ignore_index=True)
        staff = servers(around, self.met.horizon, self.stop, borrow=False)
        self.outcomes.append(replay(self.met, staff, "today"))

    def _cost(self, change: SameDayChange) -> float | None:
        if self.role.cost_per_hour == 0:
            return None
        new = self._paid(change.start, change.end)
        if change.action == "call":
            return new * self.role.cost_per_hour
        if change.moved_from is None:
            return -new * self.role.cost_per_hour
        old = self._paid(change.moved_from, change.moved_from + (change.end - change.start))
        return (new - old) * self.role.cost_per_hour

    def _paid(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """Hours of a stretch with the premiums of the settings."""
        steps = pd.date_range(start, end, freq=self.need.step, inclusive="left")
        local = steps.tz_convert(self.need.time_zone)
        weight = np.ones(len(steps))
        for premium in self.premiums:
            weight = np.where(premium.window.holds(local), weight * premium.factor, weight)
        return float(weight.sum()) * self.need.step_minutes / 60


def _ends(found: list[SameDayChange], until: pd.Timestamp) -> pd.Timestamp:
    """When the last shift has ended that a change is about, in whole hours; `until` at least."""
    ends = [until]
    for change in found:
        ends.append(change.end)
        if change.moved_from is not None:
            ends.append(change.moved_from + (change.end - change.start))
    return until + HOUR * math.ceil((max(ends) - until) / HOUR)


def _reach(settings: Settings, roster: pd.DataFrame, hours: int) -> int:
    """Hours of the forecast that changes of the window can be about, and those drawn after them."""
    longest = max(pattern.hours for pattern in settings.department.patterns)
    if not roster.empty:
        lengths = (roster["end"] - roster["start"]).dt.total_seconds() / 3600
        longest = max(longest, float(lengths.max()))
    return max(AHEAD_HOURS, math.ceil(hours + longest) + AFTERWARDS)


def _from(forecast: Forecast, now: pd.Timestamp, reach: int) -> Forecast:
    """So many hours of the forecast from the hour that is running."""
    place = max(int(forecast.index.searchsorted(now, side="right")) - 1, 0)
    ahead = forecast.index[place : place + reach]
    if len(ahead) < reach or now >= ahead[0] + HOUR or now < ahead[0] - HOUR:
        zone = forecast.time_zone
        first, last = (forecast.index[at].tz_convert(zone) for at in (0, -1))
        raise ServiceError(
            f"The forecast of {forecast.site!r} runs from {first:%Y-%m-%d %H:%M} to "
            f"{last:%Y-%m-%d %H:%M} and says too little of the hours from "
            f"{now.tz_convert(zone):%Y-%m-%d %H:%M} on: make a new one with edinflow forecast."
        )
    draws = forecast.draws[place : place + reach]
    return replace(forecast, index=ahead, draws=draws, factors=None)


def _came(series: ArrivalSeries, forecast: Forecast, start: pd.Timestamp) -> pd.Series:
    """Patients by hour before a moment: as counted, else as forecast, else unknown."""
    hours = pd.date_range(start - 24 * HOUR, start, freq="h", inclusive="left")
    counted = series.counts if series.step == "hour" else series.counts.iloc[:0]
    said = pd.Series(forecast.mean.to_numpy(), index=forecast.index).round()
    return counted.reindex(hours).fillna(said.reindex(hours))
