"""Rosters against the stored forecast: what each head is worth, how long patients wait, moves.

Judged on futures that the plan was not made on: the forecast's draws are split in two halves, one
to plan on, one to replay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.service import answers
from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from data import history
from data.store import Store
from forecasting.forecast import Forecast
from staffing import planner
from staffing.department import Department
from staffing.moves import Move, moves
from staffing.outcome import Outcome
from staffing.patience import SURVEY
from staffing.patients import CareTimes, Patients, draw_patients
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement, requirement
from staffing.roster import read_roster
from staffing.shortage import Shortage, shortage
from staffing.simulate import PICKUP_STOP_MINUTES, replay, servers
from staffing.standards import standard

MOST_FUTURES = 500


@dataclass(frozen=True, eq=False)
class Ward:
    """A site's stored forecast with its need, plan and acuity mix, ready to try rosters on.

    known, fresh: two halves of the futures, to plan on and to judge on.
    """

    department: Department
    need: Requirement
    plan: ShiftPlan
    known: Forecast
    fresh: Forecast
    mix: tuple[float, ...] | None
    notes: tuple[str, ...]

    def worth(self) -> Shortage:
        """What each head is worth, on the futures to plan on."""
        return shortage(self.known, self.department, self.mix)

    def role(self, name: str | None) -> str:
        """The role meant; without a name, the department's first."""
        return self.department.roles[0].name if name is None else self.department.role(name).name


def ward(settings: Settings, site: str, service_level: float | None = None) -> Ward:
    """The stored forecast of a site, made ready. Raises ServiceError where there is none."""
    question = answers.question(settings, site, service_level=service_level)
    answer = answers.answer(settings, question)
    if answer is None:
        raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
    if answer.need is None or answer.plan is None:
        raise ServiceError(" ".join(answer.notes))
    forecast = answer.forecast
    department = replace(settings.department, service_level=question.service_level)
    mix = history.acuity_mix(Store.open(settings.store), site, forecast.origin)
    half = forecast.draws.shape[1] // 2
    if half < 10:
        raise ServiceError(
            f"The forecast of {site!r} has {forecast.draws.shape[1]} futures: make one with 20 or "
            "more."
        )
    known = replace(forecast, draws=forecast.draws[:, :half])
    need = requirement(known, department, mix)
    return Ward(
        department=department,
        need=need,
        plan=planner.plan(need, department),
        known=known,
        fresh=replace(forecast, draws=forecast.draws[:, half:]),
        mix=mix,
        notes=answer.notes,
    )


def roster_of(ward: Ward, path: Path, codes: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Today's roster from a file, the part that touches the forecast's horizon."""
    read = read_roster(path, ward.department, ward.need.time_zone, codes)
    shifts = read.shifts
    inside = (shifts["end"] > ward.need.start) & (shifts["start"] < ward.need.end)
    if not inside.any():
        zone = ward.need.time_zone
        first, last = (
            shifts[name].iloc[place].tz_convert(zone) for name, place in (("start", 0), ("end", -1))
        )
        raise ServiceError(
            f"{path.name} covers {first:%Y-%m-%d} to {last:%Y-%m-%d}, the forecast "
            f"{ward.need.start.tz_convert(zone):%Y-%m-%d} to "
            f"{ward.need.end.tz_convert(zone):%Y-%m-%d}: they do not meet."
        )
    return shifts[inside].reset_index(drop=True)


def patients_of(ward: Ward, role: str, seed: int = 1) -> Patients:
    """Everyone who comes in the futures to judge on, with this role's care times."""
    chosen = ward.department.role(role)
    care = CareTimes(tuple(minutes / chosen.patient_share for minutes in chosen.minutes))
    mix = ward.department.acuity_mix if ward.mix is None else ward.mix
    return draw_patients(ward.fresh, mix, care, SURVEY, seed, MOST_FUTURES)


def outcome(
    met: Patients,
    shifts: pd.DataFrame,
    name: str,
    role: str,
    pickup_stop: float = PICKUP_STOP_MINUTES,
    promise: str = "ATS",
) -> Outcome:
    """One roster's replay. shifts: of all roles, or duties of this one."""
    targets = standard(promise).minutes
    own = shifts[shifts["role"] == role] if "role" in shifts.columns else shifts
    if own.empty:
        raise ServiceError(f"{name} holds no shift of {role!r} in the forecast's horizon.")
    return replay(met, servers(own, met.horizon, pickup_stop), name, targets)


def need_table(ward: Ward) -> pd.DataFrame:
    """A row per role and step.

    role, start (UTC), required, rostered (by our plan), gap, one_fewer (staff hours in which work
    would wait that one head less would add).
    """
    frame = ward.plan.long_frame()[["role", "start", "required", "rostered", "gap"]]
    worth, cover = ward.worth(), ward.plan.cover()
    fewer = [worth.one_fewer(role, cover[role].to_numpy()) for role in ward.need.roles]
    return frame.assign(one_fewer=np.concatenate(fewer).round(3))


def move_list(ward: Ward, today: pd.DataFrame, role: str, most: int) -> list[Move]:
    """The moves of a role's roster that gain most."""
    return moves(ward.need, ward.department, ward.worth(), today, role, most)
