"""Rosters against the stored forecast: what each head is worth, how long patients wait, moves.

A replay judges on futures that the plan was not made on: the forecast's draws are split in two
halves, one to plan on, one to replay. Where nothing is replayed all of them are planned on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.service import answers, planning
from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from data.store import Store
from forecasting.forecast import Forecast
from staffing.department import Department, checked_mix
from staffing.moves import Move, moves
from staffing.occupancy import staying
from staffing.outcome import Outcome
from staffing.patients import CareTimes, Patients, draw_patients
from staffing.plan import ShiftPlan
from staffing.promise import wait_minutes
from staffing.requirement import Requirement
from staffing.role import StaffRole
from staffing.roster import Roster, read_roster
from staffing.shortage import Shortage, shortage
from staffing.simulate import replay, servers
from staffing.standards import ATS, standard
from staffing.weekly import NO_WEEKLY_RULES, WeeklyRules
from staffing.workload import seen_share

A_DAY = pd.Timedelta(days=1)
MOST_FUTURES = 500


@dataclass(frozen=True, eq=False)
class Ward:
    """A site's stored forecast with its need and acuity mix, ready to try rosters on.

    known, fresh: two halves of the futures, to plan on and to judge on; of a ward for planning
    alone, both are all of them. rules: those of plans. codes, roles: what the hospital's rosters
    call shifts and roles → ours.
    """

    department: Department
    need: Requirement
    known: Forecast
    fresh: Forecast
    mix: tuple[float, ...] | None
    notes: tuple[str, ...]
    rules: WeeklyRules = NO_WEEKLY_RULES
    codes: tuple[tuple[str, str], ...] = ()
    roles: tuple[tuple[str, str], ...] = ()

    @cached_property
    def plan(self) -> ShiftPlan:
        """The shifts planned on the futures to plan on, under the rules of the settings."""
        return planning.plan_shifts(self._basis, self.rules)

    @cached_property
    def shown(self) -> tuple[ShiftPlan, tuple[str, ...]]:
        """The plan, or where its rules clash one without them; and what is to be said of it."""
        notes: list[str] = []
        plan = planning.page_plan(self._basis, self.rules, notes, seconds=self.rules.seconds)
        return plan, tuple(notes)

    @property
    def _basis(self) -> planning.Basis:
        return planning.Basis(self.known, self.department, self.mix, self.need)

    def worth(self) -> Shortage:
        """What each head is worth, on the futures to plan on."""
        return shortage(self.known, self.department, self.mix)

    def role(self, name: str | None) -> str:
        """The role meant; without a name, the department's first."""
        return self.department.roles[0].name if name is None else self.department.role(name).name


def ward(
    settings: Settings, site: str, service_level: float | None = None, replays: bool = True
) -> Ward:
    """The stored forecast of a site, made ready. Raises ServiceError where there is none.

    replays: whether rosters are to be judged, so that half of the futures is kept for that.
    """
    plain = replace(settings, rules=NO_WEEKLY_RULES)  # the ward's own plan keeps the rules
    question = answers.question(plain, site, service_level=service_level)
    answer = answers.answer(plain, question)
    if answer is None:
        raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
    if answer.need is None:
        raise ServiceError(" ".join(answer.notes))
    store = Store.open(settings.store)
    known = fresh = planning.hourly_forecast(settings, store, answer.forecast)
    if replays:
        known, fresh = _halves(known)
    on = planning.basis(settings, store, known, question.service_level)
    return Ward(
        department=on.department,
        need=on.need,
        known=known,
        fresh=fresh,
        mix=on.mix,
        notes=answer.notes,
        rules=settings.rules,
        codes=settings.codes,
        roles=settings.roster.roles,
    )


def _halves(forecast: Forecast) -> tuple[Forecast, Forecast]:
    """The futures to plan on and those to judge on."""
    half = forecast.draws.shape[1] // 2
    if half < 10:
        raise ServiceError(
            f"The forecast of {forecast.site!r} has {forecast.draws.shape[1]} futures: make one "
            "with 20 or more."
        )
    first, second = forecast.draws[:, :half], forecast.draws[:, half:]
    return replace(forecast, draws=first), replace(forecast, draws=second)


def roster_of(ward: Ward, path: Path, codes: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Today's roster from a file, the part that touches the forecast's horizon."""
    known = {**dict(ward.codes), **(codes or {})}
    return roster_within(path, ward.department, ward.need, known, dict(ward.roles), True)


def roster_within(
    path: Path,
    department: Department,
    need: Requirement,
    codes: Mapping[str, str],
    roles: Mapping[str, str],
    whole: bool,
) -> pd.DataFrame:
    """A roster from a file, the part that touches the horizon of a need.

    whole: raise ServiceError where it leaves out more than a day of the horizon.
    """
    roster = read_roster(path, department, need.time_zone, codes, roles)
    shifts = roster.shifts
    inside = (shifts["end"] > need.start) & (shifts["start"] < need.end)
    if not inside.any():
        zone = need.time_zone
        first, last = (
            shifts[name].iloc[place].tz_convert(zone) for name, place in (("start", 0), ("end", -1))
        )
        raise ServiceError(
            f"{path.name} covers {first:%Y-%m-%d} to {last:%Y-%m-%d}, the forecast "
            f"{need.start.tz_convert(zone):%Y-%m-%d} to "
            f"{need.end.tz_convert(zone):%Y-%m-%d}: they do not meet."
        )
    if whole:
        refuse_partial(roster, path.name, need)
    return shifts[inside].reset_index(drop=True)


def refuse_partial(roster: Roster, file: str, need: Requirement) -> None:
    """Raise ServiceError where a roster leaves out more than a day of the need's horizon.

    Nobody would seem to be at work on days of which it does not tell.
    """
    for span in roster.spans.itertuples():
        begins, ends = (pd.Timestamp(str(at)) for at in (span.start, span.end))
        if begins > need.start + A_DAY or ends < need.end - A_DAY:
            zone = need.time_zone
            raise ServiceError(
                f"{file} tells of {span.role} from {begins.tz_convert(zone):%Y-%m-%d} up to "
                f"{ends.tz_convert(zone):%Y-%m-%d}, the forecast runs from "
                f"{need.start.tz_convert(zone):%Y-%m-%d} to {need.end.tz_convert(zone):%Y-%m-%d}: "
                "add the other days (with 0 heads where nobody is at work), or make a forecast of "
                "the roster's days."
            )


def patients_of(ward: Ward, role: str, seed: int = 1) -> Patients:
    """Everyone who waits for a role in the futures to judge on, with its care times."""
    chosen = ward.department.role(role)
    mix = ward.department.acuity_mix if ward.mix is None else ward.mix
    coming, seen = those_seen(ward.fresh, chosen, mix, seed)
    met = draw_patients(coming, seen, care_of(chosen), ward.department.patience, seed, MOST_FUTURES)
    return staying(met, ward.department, chosen)


def care_of(role: StaffRole) -> CareTimes:
    """Rostered minutes of a role's patients; refuses a role for which nobody waits in line."""
    if not role.queues:
        raise ServiceError(
            f"Nobody waits in line for {role.name!r}, which has no minutes of care: replay a role "
            "that has, with --role."
        )
    return CareTimes(tuple(minutes / role.patient_share for minutes in role.minutes))


def those_seen(
    forecast: Forecast, role: StaffRole, mix: tuple[float, ...], seed: int
) -> tuple[Forecast, tuple[float, ...]]:
    """The part of the patients whom a role takes on, and their acuities."""
    share = seen_share(role, checked_mix(mix))
    if share == 1:
        return forecast, mix
    rng = np.random.default_rng([seed, 7])
    shares = np.multiply(role.sees, mix) / max(share, 1e-12)
    part = rng.binomial(forecast.draws, share).astype(np.int32)
    return replace(forecast, draws=part), tuple(float(one) for one in shares)


def outcome(
    ward: Ward,
    met: Patients,
    shifts: pd.DataFrame,
    name: str,
    role: str,
    pickup_stop: float | None = None,
    promise: str | None = None,
) -> Outcome:
    """One roster's replay. shifts: of all roles, or duties of this one.

    pickup_stop, promise: minutes and a standard's name, in place of the department's.
    """
    kept = ward.department.standard or ATS if promise is None else standard(promise)
    own = shifts[shifts["role"] == role] if "role" in shifts.columns else shifts
    if own.empty:
        raise ServiceError(f"{name} holds no shift of {role!r} in the forecast's horizon.")
    stop = ward.department.pickup_stop_minutes if pickup_stop is None else pickup_stop
    targets = wait_minutes(kept, ward.department.role(role))
    return replay(met, servers(own, met.horizon, stop), name, targets)


def need_table(ward: Ward, on_duty: pd.DataFrame) -> pd.DataFrame:
    """A row per role and step.

    on_duty: heads, steps × roles, NaN where it is not known who is there.

    role, start (UTC), required, rostered (those heads), gap, one_fewer (staff hours in which work
    would wait that one head less would add), by_cost (heads at which one more would cost more than
    it saves; NaN without short_cost and a cost of the role). NaN where nobody tells.
    """
    need, worth, short = ward.need, ward.worth(), ward.rules.short_cost
    parts = []
    for name in need.roles:
        role, there = ward.department.role(name), on_duty[name]
        fewer = worth.one_fewer(name, there.fillna(0).to_numpy().astype(np.int64)).round(3)
        best = np.full(len(there), np.nan)
        if short is not None and role.cost_per_hour > 0:
            found = worth.best_heads(name, short, role.cost_per_hour)
            best = np.maximum(found, role.minimum).astype(float)
        parts.append(
            pd.DataFrame(
                {
                    "role": name,
                    "start": need.heads.index,
                    "required": need.heads[name].to_numpy(),
                    "rostered": there.to_numpy(),
                    "gap": (there - need.heads[name]).to_numpy(),
                    "one_fewer": np.where(there.notna(), fewer, np.nan),
                    "by_cost": best,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def move_list(
    ward: Ward, today: pd.DataFrame, role: str, most: int, across_weeks: bool = False
) -> list[Move]:
    """The moves of a role's roster that gain most, each within its week unless across_weeks."""
    rules = ward.rules
    return moves(
        ward.need,
        ward.department,
        ward.worth(),
        today,
        role,
        most,
        posts=rules.posts,
        counts=rules.counts,
        across_weeks=across_weeks,
    )
