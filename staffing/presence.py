"""Staff by the patients present: census of each area from arrivals and lengths of stay.

Presence follows arrivals with the whole length of stay: at an instant the mean census of a future
is the sum over the past of arrivals × the share that is still there, and the census is Poisson
around it (M(t)/G/∞: Eick, Massey & Whitt 1993). Need of a role = Σ areas ⌈census at the service
level ÷ patients to one head⌉ + fixed posts. Patients who board for a bed count as long as the
length of stay says.
"""

import math
from functools import reduce

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from staffing.busy_heads import curve, grouped, quantile, trimmed
from staffing.errors import StaffingError
from staffing.role import Acuities, Area, StaffRole
from staffing.stays import Stay

Floats = npt.NDArray[np.float64]
STILL_THERE = 0.001
LONGEST_HOURS = 72


def census(
    per_hour: Floats, step_hours: float, area: Area, mix: Acuities, stays: tuple[Stay, ...]
) -> Floats:
    """Mean patients present in an area, steps × futures.

    per_hour: all arrivals per hour, constant within each step. Before the first step its first
    day is taken to repeat, so that the department does not begin empty.
    """
    by_acuity = {stay.acuity: stay for stay in stays}
    for acuity in area.acuities:
        if acuity not in by_acuity:
            raise StaffingError(
                f"The length of stay of acuity {acuity} is not known: area {area.name!r} needs it."
            )
    size = round(LONGEST_HOURS / step_hours)
    stay_on = np.zeros(size)
    for acuity in area.acuities:
        stay_on += mix[acuity - 1] * _still_there(by_acuity[acuity], size, step_hours)
    if stay_on.max() == 0:
        return np.zeros(per_hour.shape)
    used = int(np.flatnonzero(stay_on > STILL_THERE * stay_on.max())[-1]) + 1
    stay_on = stay_on[:used]
    day = min(round(24 / step_hours), len(per_hour))
    before = np.take(per_hour, np.arange(-(used - 1), 0) % day, axis=0)
    whole = np.concatenate([before, per_hour]) * step_hours
    present: Floats = fftconvolve(whole, stay_on[:, None], mode="valid", axes=0)
    return np.maximum(present, 0.0)


def _still_there(stay: Stay, size: int, step_hours: float) -> Floats:
    """Share still present on average in the step of arrival and in each step after it."""
    parts = 6
    minutes = (np.arange(size * parts) + 0.5) * step_hours * 60 / parts
    within = stay.still_there(minutes).reshape(size, parts)
    # From a random moment of one step to a random moment of another: a triangle over the time.
    rising = (np.arange(parts) + 0.5) / parts
    share: Floats = (within * (1 - rising)).mean(axis=1)
    share[1:] += (within * rising).mean(axis=1)[:-1]
    return share


def heads_needed(
    role: StaffRole, present: dict[str, Floats], levels: tuple[float, ...]
) -> list[npt.NDArray[np.int64]]:
    """Heads by step, for each level: each area's census at it ÷ its ratio, rounded up; and posts.

    present: mean census by area, steps × futures.
    """
    _check_areas(role)
    chances = {area.name: curve(grouped(present[area.name])) for area in role.areas}
    found = []
    for level in levels:
        heads = [
            np.ceil(quantile(chances[area.name], level) / area.patients_per_head - 1e-9)
            for area in role.areas
        ]
        found.append(np.sum(heads, axis=0).astype(np.int64) + role.fixed)
    return found


def _check_areas(role: StaffRole) -> None:
    if not role.areas:
        raise StaffingError(f"Role {role.name!r} has no areas to be staffed by.")


def chance_of_heads(role: StaffRole, present: dict[str, Floats]) -> tuple[Floats, Floats]:
    """P(at least j heads are called for), steps × j, and the mean heads called for, by step.

    A quiet future is quiet in every area: groups of futures from quiet to busy are paired.
    """
    _check_areas(role)
    masses = [
        _mass_of_heads(grouped(present[area.name]), area.patients_per_head) for area in role.areas
    ]
    both = reduce(_summed, masses)
    mass = both.mean(axis=1)
    at_least = np.clip(1 - mass.cumsum(axis=1)[:, :-1], 0.0, 1.0)
    always = np.ones((len(mass), role.fixed))
    chance = trimmed(np.concatenate([always, at_least], axis=1))
    return chance, chance.sum(axis=1)


def _mass_of_heads(work: Floats, ratio: float) -> Floats:
    """P(⌈N ÷ ratio⌉ = j) for j = 0, 1 …: steps × groups × heads, N Poisson around work."""
    most = float(work.max(initial=0.0))
    reach = int(most + 8 * math.sqrt(most + 1)) + 3
    heads = np.ceil(np.arange(reach + 1) / ratio - 1e-9).astype(np.int64)
    found = np.zeros((*work.shape, int(heads[-1]) + 1))
    mass = np.exp(-work)
    for patients in range(reach + 1):
        found[:, :, heads[patients]] += mass
        mass = mass * work / (patients + 1)
    return found


def _summed(one: Floats, other: Floats) -> Floats:
    """Distribution of the sum of two independent numbers of heads."""
    groups = min(one.shape[1], other.shape[1])
    size = one.shape[2] + other.shape[2] - 1
    total = np.zeros((one.shape[0], groups, size))
    for heads in range(other.shape[2]):
        total[:, :, heads : heads + one.shape[2]] += one * other[:, :, heads, None]
    return total
