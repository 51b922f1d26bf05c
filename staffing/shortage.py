"""Shortage: what each further head is worth, half hour by half hour, over all possible futures.

If nobody ever had to wait, the number of staff busy at an instant would be random: Poisson around
the work in progress of that future (M(t)/G/∞), and the futures differ. With c heads on duty the
work that waits at that instant is E[(D − c)⁺] = E[D] − Σ P(D ≥ j), j ≤ c. It is convex in c, so a
plan that makes its sum small puts each head where it is worth most (newsvendor).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.forecast import Forecast
from staffing import presence, workload
from staffing.busy_heads import curve, grouped
from staffing.department import Department, checked_mix
from staffing.errors import StaffingError

Floats = npt.NDArray[np.float64]
__all__ = ["Shortage", "curve", "shortage"]


@dataclass(frozen=True, eq=False)
class Shortage:
    """Chance that at least j = 1, 2, 3 … heads are busy, by role: steps × heads.

    index: start of each step (UTC). mean: expected busy heads, by role.
    """

    index: pd.DatetimeIndex
    step_minutes: int
    chance: dict[str, Floats]
    mean: dict[str, Floats]

    def expected(self, role: str, heads: npt.ArrayLike) -> Floats:
        """Mean heads short in each step, with so many heads on duty."""
        self._known(role)
        chance = self.chance[role]
        worth = np.concatenate([np.zeros((len(chance), 1)), chance.cumsum(axis=1)], axis=1)
        on_duty = np.clip(np.asarray(heads, dtype=np.int64), 0, chance.shape[1])
        short: Floats = self.mean[role] - worth[np.arange(len(chance)), on_duty]
        return np.maximum(short, 0.0)

    def one_fewer(self, role: str, heads: npt.ArrayLike) -> Floats:
        """Staff hours short that each step gains when one head is taken away; 0 where none is."""
        on_duty = np.asarray(heads, dtype=np.int64)
        lost = self.expected(role, np.maximum(on_duty - 1, 0)) - self.expected(role, on_duty)
        return lost * self.step_minutes / 60

    def best_heads(self, role: str, short_cost: float, duty_cost: float) -> npt.NDArray[np.int64]:
        """Heads per step at which one more costs more than it saves.

        short_cost: of an hour in which work waits for a head; duty_cost: of an hour on duty.
        The fewest heads with P(D ≤ heads) ≥ (short − duty) ÷ short.

        >>> poisson10 = curve(np.full((1, 1), 10.0))
        >>> only = Shortage(pd.DatetimeIndex([]), 30, {"a": poisson10}, {"a": np.array([10.0])})
        >>> only.best_heads("a", short_cost=5, duty_cost=1).tolist()  # fractile 0.8
        [13]
        """
        if not (short_cost > 0 and duty_cost >= 0):
            raise StaffingError(
                f"An hour short costs {short_cost:g} and an hour on duty {duty_cost:g}: the first "
                "must be above 0, the second 0 or more."
            )
        self._known(role)
        worth = self.chance[role] * short_cost > duty_cost
        heads: npt.NDArray[np.int64] = worth.sum(axis=1).astype(np.int64)
        return heads

    def _known(self, role: str) -> None:
        if role not in self.chance:
            raise StaffingError(f"The shortage of role {role!r} is not known: compute it anew.")


def shortage(
    forecast: Forecast, department: Department, acuity_mix: tuple[float, ...] | None = None
) -> Shortage:
    """What each head of each role is worth in each step of a forecast by the hour.

    Where a role is staffed by the patients present, a head is worth the chance that its areas
    call for so many. Fixed posts are always called for.
    """
    if forecast.step != "hour":
        raise StaffingError(
            f"The forecast of {forecast.site!r} is by the day, which does not say when people "
            "come: load arrivals by the hour, or visits, to plan shifts by what each is worth."
        )
    mix = checked_mix(department.acuity_mix if acuity_mix is None else acuity_mix)
    splits = 60 // department.step_minutes
    local = forecast.index.tz_convert(forecast.time_zone).tz_localize(None)
    days = np.asarray(local.normalize().asi8)
    per_hour = np.repeat(workload.arrival_rates(forecast.draws, days), splits, axis=0)
    chance: dict[str, Floats] = {}
    mean: dict[str, Floats] = {}
    hours = department.step_minutes / 60
    for role in department.roles:
        if role.areas:
            present = {
                area.name: presence.census(per_hour, hours, area, mix, department.stays)
                for area in role.areas
            }
            chance[role.name], mean[role.name] = presence.chance_of_heads(role, present)
            continue
        work = workload.work_of(role, mix, per_hour, hours)
        always = np.ones((len(work), role.fixed))
        chance[role.name] = np.concatenate([always, curve(grouped(work))], axis=1)
        mean[role.name] = work.mean(axis=1) + role.fixed
    index = pd.date_range(
        forecast.index[0], periods=len(per_hour), freq=pd.Timedelta(minutes=department.step_minutes)
    )
    return Shortage(index, department.step_minutes, chance, mean)
