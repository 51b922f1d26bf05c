"""The live forecast against today's roster: whom to call, move or send home in the next hours."""

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
from staffing.live_replay import patients_from_now, with_yesterday
from staffing.outcome import Outcome, difference
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement
from staffing.role import StaffRole
from staffing.same_day import same_day_changes
from staffing.same_day_options import Action, SameDayChange
from staffing.simulate import replay, servers

HOUR = pd.Timedelta("1h")
USUAL_HOURS = 8
AHEAD_HOURS = 36
FUTURES = 300
SEED = 1


@dataclass(frozen=True)
class SameDayLine:
    """One head's change for today.

    when, until: the time (UTC) for which it is called, or which it gives up; of a move, its new
    time, and moved_from its old start. cost: added, in the department's money, negative where it
    saves some; None where the role has no cost. effect: minutes by which the mean wait of all who
    come in the window changes, on top of the lines before it, with its 95 % interval on the same
    patients; None where nobody waits in line for the role. short_hours: expected staff hours in
    which work waits that it takes away.
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


@dataclass(frozen=True, eq=False)
class SameDay:
    """What to do about the next hours.

    now, until: the window (UTC). forecast_from: first hour of the forecast that it rests on.
    gap: steps × roles, heads on duty less heads needed, before any change. waits: expected mean
    wait of those who come in the window, by role: as rostered, and after all lines.
    """

    site: str
    time_zone: str
    now: pd.Timestamp
    until: pd.Timestamp
    forecast_from: pd.Timestamp
    lines: tuple[SameDayLine, ...]
    gap: pd.DataFrame
    waits: tuple[tuple[str, Estimate, Estimate], ...]
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
    ahead = _from(hourly, now)
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
    waits: list[tuple[str, Estimate, Estimate]] = []
    worth = on.worth()
    rostered = [role for role in on.department.roles if role.name in set(there["role"])]
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
        told = _Told(on, settings, role, came, hours)
        lines += told.lines(roster, found)
        if role.queues:
            before, after = told.outcomes[0], told.outcomes[-1]
            waits.append((role.name, before.mean_wait(), after.mean_wait()))
    missing = [role.name for role in on.department.roles if role not in rostered]
    notes = on.notes
    if missing:
        notes += (f"The roster says nothing of {', '.join(missing)} in these hours.",)
    gap = ShiftPlan(on.need, roster[roster["role"].isin(on.need.roles)]).gap()
    names = [role.name for role in rostered]
    inside = (gap.index >= start) & (gap.index < until)
    return SameDay(
        site, zone, now, until, pd.Timestamp(hourly.index[0]), tuple(lines),
        gap.loc[inside, names], tuple(waits), notes,
    )  # fmt: skip


class _Told:
    """Changes of one role as lines: what each costs, and what it does to the wait."""

    def __init__(
        self, on: planning.Basis, settings: Settings, role: StaffRole, came: pd.Series, hours: int
    ) -> None:
        self.need: Requirement = on.need
        self.role = role
        self.stop = on.department.pickup_stop_minutes
        self.premiums = settings.rules.premiums
        self.outcomes: list[Outcome] = []
        if role.queues:
            mix = on.department.acuity_mix if on.mix is None else on.mix
            coming, shares = those_seen(on.forecast, role, mix, SEED)
            share = coming.draws.sum() / max(on.forecast.draws.sum(), 1)
            self.met = patients_from_now(
                coming, (came * share).round(), hours, shares, care_of(role),
                on.department.patience, SEED, FUTURES,
            )  # fmt: skip

    def lines(self, roster: pd.DataFrame, found: list[SameDayChange]) -> list[SameDayLine]:
        """Each change, on top of those before it."""
        self._replay(roster)
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
                )
            )
        return told

    def _replay(self, roster: pd.DataFrame) -> None:
        if not self.role.queues:
            return
        own = roster[roster["role"] == self.role.name]
        horizon = self.met.horizon
        staff = servers(with_yesterday(own, horizon), horizon, self.stop, borrow=False)
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


def _from(forecast: Forecast, now: pd.Timestamp) -> Forecast:
    """The forecast from the hour that is running, a day and a half of it."""
    place = max(int(forecast.index.searchsorted(now, side="right")) - 1, 0)
    ahead = forecast.index[place : place + AHEAD_HOURS]
    if len(ahead) < AHEAD_HOURS or now >= ahead[0] + HOUR or now < ahead[0] - HOUR:
        zone = forecast.time_zone
        first, last = (forecast.index[at].tz_convert(zone) for at in (0, -1))
        raise ServiceError(
            f"The forecast of {forecast.site!r} runs from {first:%Y-%m-%d %H:%M} to "
            f"{last:%Y-%m-%d %H:%M} and says too little of the hours from "
            f"{now.tz_convert(zone):%Y-%m-%d %H:%M} on: make a new one with edinflow forecast."
        )
    draws = forecast.draws[place : place + AHEAD_HOURS]
    return replace(forecast, index=ahead, draws=draws, factors=None)


def _came(series: ArrivalSeries, forecast: Forecast, start: pd.Timestamp) -> pd.Series:
    """Patients by hour before a moment: as counted, else as forecast, else unknown."""
    hours = pd.date_range(start - 24 * HOUR, start, freq="h", inclusive="left")
    counted = series.counts if series.step == "hour" else series.counts.iloc[:0]
    said = pd.Series(forecast.mean.to_numpy(), index=forecast.index).round()
    return counted.reindex(hours).fillna(said.reindex(hours))
