"""The promise on waiting as loads: how much work so many heads carry while they keep it.

For all patients together: Erlang C, first come first served. By acuity: the more urgent go first,
care is never interrupted (mean waits by Cobham 1954), and the wait of those who wait is taken as
exponential, which is exact for one acuity. "Immediate" interrupts the care of others, so it asks
only that not all staff are with patients who are immediate too; as no queue is ever certain, it
counts as kept at 99 %.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from staffing import queueing, workload
from staffing.department import Department
from staffing.errors import StaffingError
from staffing.role import ACUITIES, Acuities, StaffRole
from staffing.standards import IMMEDIATE_MINUTES, Standard

Floats = npt.NDArray[np.float64]
SURE = 0.99


def tables(role: StaffRole, mix: Acuities, department: Department, most: float) -> list[Floats]:
    """For each promise, the largest load in erlangs that 0, 1, 2 … heads carry, up to `most`."""
    minutes = workload.visit_length(role, mix)
    if minutes == 0 or most == 0:
        return [np.array([0.0])]
    found = []
    if department.target is not None:
        target = department.target
        found.append(queueing.capacities(most, minutes, target.wait_minutes, target.share))
    if department.standard is not None:
        times = wait_minutes(department.standard, role)
        kept = _kept(_seen(role, mix), minutes, times, department.standard.shares)
        found.append(queueing.largest_loads(most, kept))
    return found


def wait_minutes(standard: Standard, role: StaffRole) -> tuple[float, ...]:
    """Minutes of waiting for a role that a standard leaves, by acuity.

    Where the standard is of the whole stay, what the role's own care leaves of it. Raises
    StaffingError where nothing is left, or where a queue is to be certain.
    """
    left: list[float] = []
    for acuity, minutes, share, care, seen in zip(
        ACUITIES, standard.minutes, standard.shares, role.minutes, role.sees, strict=True
    ):
        own = care / role.patient_share if standard.of == "stay" else 0.0
        if seen > 0 and minutes <= own and own > 0:
            raise StaffingError(
                f"No staffing keeps {standard.name!r} for acuity {acuity}: care by role "
                f"{role.name!r} alone takes {own:.0f} of its {minutes:g} minutes; lower that "
                "role's minutes, raise its patient_share, or take another standard."
            )
        if seen > 0 and share >= 1 and minutes - own > IMMEDIATE_MINUTES:
            raise StaffingError(
                f"No staffing keeps {standard.name!r} for acuity {acuity}: 100 % within "
                f"{minutes:g} minutes is more than a queue can promise; give a share below 1."
            )
        left.append(max(minutes - own, 0.0))
    return tuple(left)


def _seen(role: StaffRole, mix: Acuities) -> Floats:
    """Shares of acuity 1 to 5 among the patients whom a role takes on."""
    shares = np.multiply(role.sees, mix)
    found: Floats = shares / max(shares.sum(), 1e-12)
    return found


def _kept(
    shares: Floats, care: float, times: tuple[float, ...], promised: tuple[float, ...]
) -> Callable[[Floats, npt.NDArray[np.int64]], npt.NDArray[np.bool_]]:
    """Whether staff keep the promise to every acuity at a load; care: minutes of a visit."""
    at_once = np.array(times) <= IMMEDIATE_MINUTES

    def kept(load: Floats, staff: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        chance = queueing.wait_probability(load, staff)
        good = np.ones(np.shape(load), dtype=bool)
        urgent = load * float(shares[at_once].sum())
        before = np.zeros(np.shape(load))
        for share, time, now, aim in zip(shares, times, at_once, promised, strict=True):
            after = before + share * load / staff
            if share > 0 and now:
                late = queueing.wait_longer(urgent, staff, care, time)
                good &= late <= 1 - min(aim, SURE)
            elif share > 0:
                pace = np.maximum((1 - before) * (1 - after), 0.0) * staff / care
                good &= chance * np.exp(-pace * time) <= 1 - aim
            before = after
        return good

    return kept
