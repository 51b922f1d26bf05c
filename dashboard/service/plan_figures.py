"""What a plan means for one role and week: hours, cost, and what patients live through."""

from dataclasses import dataclass, replace

import pandas as pd

from dashboard.service import planning
from dashboard.service.staffing import care_of, those_seen
from dashboard.settings import Settings
from data import history
from data.store import Store
from forecasting.forecast import Forecast
from staffing.cost import shift_cost
from staffing.department import Department
from staffing.estimate import Estimate
from staffing.occupancy import BusyHour, staying
from staffing.patients import Patients, draw_patients
from staffing.plan import ShiftPlan
from staffing.rules import Premium
from staffing.simulate import replay, servers

FUTURES = 200
SHORTEST = pd.Timedelta("1D")


@dataclass(frozen=True)
class Figures:
    """Of one role from `start` up to `stop` (UTC).

    paid_hours: of the shifts that start then. cost: of those shifts, premiums included.
    short_hours: head-hours needed and not on duty. wait: minutes that a patient waits for the
    role; left: share who leave unseen; unserved: share whom nobody ever sees. None where the
    forecast does not reach.
    """

    paid_hours: float
    cost: float
    short_hours: float
    wait: Estimate | None
    left: Estimate | None
    unserved: float | None
    crowd: BusyHour | None = None
    whole_stay: bool = False


@dataclass(frozen=True, eq=False)
class Week:
    """Figures of a role and week, each on the same patients.

    before: without the edit in hand; None where there is none. roster: of today's roster; None
    where it does not tell of the whole week. today: heads on duty by it, steps × roles, NaN where
    it is not known; None where none was imported.
    """

    now: Figures
    before: Figures | None
    roster: Figures | None
    today: pd.DataFrame | None


def patients_of(
    settings: Settings, forecast: Forecast, role: str, start: pd.Timestamp, stop: pd.Timestamp
) -> Patients | None:
    """Everyone who comes between two instants in some of the futures, with a role's care times.

    Drawn once and kept, so that each edit of a plan meets the same patients. None where nobody
    waits in line for the role, and where the forecast holds less than a day of that time.
    """
    chosen = settings.department.role(role)
    if not chosen.queues:
        return None
    store = Store.open(settings.store)
    hourly = planning.hourly_forecast(settings, store, forecast)
    inside = (hourly.index >= start) & (hourly.index < stop)
    if inside.sum() < SHORTEST / pd.Timedelta("1h"):
        return None
    known = history.acuity_mix(store, hourly.site, hourly.origin)
    mix = settings.department.acuity_mix if known is None else known
    draws = hourly.draws[inside][:, :FUTURES]
    part = replace(hourly, index=hourly.index[inside], draws=draws, factors=None)
    seed = settings.forecast.seed
    coming, seen = those_seen(part, chosen, mix, seed)
    met = draw_patients(coming, seen, care_of(chosen), settings.department.patience, seed)
    department = planning.site_department(settings, store, hourly.site, hourly.origin)
    return staying(met, department, chosen)


def figures(
    plan: ShiftPlan,
    role: str,
    start: pd.Timestamp,
    stop: pd.Timestamp,
    department: Department,
    met: Patients | None,
    premiums: tuple[Premium, ...] = (),
) -> Figures:
    """Figures of a plan for one role between two instants; met: patients of that time."""
    own = plan.shifts[plan.shifts["role"] == role]
    begun = own[(own["start"] >= start) & (own["start"] < stop)]
    lengths = (begun["end"] - begun["start"]).dt.total_seconds() / 3600
    paid = float((lengths * begun["heads"]).sum())
    gap = plan.gap()[role]
    short = -gap[(gap.index >= start) & (gap.index < stop)].clip(upper=0).sum()
    done = None
    if met is not None:
        stop_minutes = department.pickup_stop_minutes
        done = replay(met, servers(plan.duties(role), met.horizon, stop_minutes))
    return Figures(
        paid_hours=paid,
        cost=shift_cost(begun, department, premiums, plan.requirement.time_zone),
        short_hours=float(short) * plan.requirement.step_minutes / 60,
        wait=None if done is None else done.mean_wait(),
        left=None if done is None else done.left_unseen(),
        unserved=None if done is None else done.unserved(),
        crowd=None if done is None else done.occupancy.busiest(plan.requirement.time_zone),
        whole_stay=done is not None and done.occupancy.whole,
    )
