"""Arrivals × care time → work in progress for each role, step by step, for each possible future.

Work is in erlangs: how many staff of the role would be busy if nobody ever had to wait.
"""

import numpy as np
import numpy.typing as npt

from staffing import returning
from staffing.role import EVERYONE, Acuities, StaffRole

Floats = npt.NDArray[np.float64]


def seen_share(role: StaffRole, mix: Acuities) -> float:
    """Share of all patients whom a role takes on.

    >>> seen_share(StaffRole("practitioner", (0, 0, 0, 15, 10), sees=(0, 0, 0, 0.5, 1)),
    ...            (0, 0, 0.5, 0.4, 0.1))
    0.3
    """
    return 1.0 if role.sees == EVERYONE else round(float(np.dot(role.sees, mix)), 12)


def care_minutes(role: StaffRole, mix: Acuities) -> float:
    """Hands-on minutes of a role for the average patient whom it takes on.

    >>> doctor = StaffRole("physician", (70, 40, 25, 15, 10))
    >>> care_minutes(doctor, (0, 0, 0.5, 0.5, 0))
    20.0
    """
    if role.sees == EVERYONE:
        return float(np.dot(role.minutes, mix))
    seen = np.multiply(role.sees, mix)
    return float(np.dot(role.minutes, seen) / seen.sum()) if seen.sum() > 0 else 0.0


def rostered_minutes(role: StaffRole, mix: Acuities) -> float:
    """Rostered minutes that the average patient takes: hands-on minutes ÷ share on patients.

    All visits of a returning patient together.
    """
    return care_minutes(role, mix) / role.patient_share


def visit_length(role: StaffRole, mix: Acuities) -> float:
    """Rostered minutes of one visit: of all of a patient's minutes, where nobody comes back."""
    visits = role.returning.visits if role.returning else 1.0
    return rostered_minutes(role, mix) / visits


def work_of(role: StaffRole, mix: Acuities, per_hour: Floats, step_hours: float) -> Floats:
    """Mean work of a role in each step and future, in erlangs; per_hour: all arrivals."""
    seen = seen_share(role, mix)
    coming = per_hour if seen == 1 else per_hour * seen
    hours = visit_length(role, mix) / 60
    if role.returning:
        return returning.work_in_progress(coming, step_hours, hours, role.returning)
    return work_in_progress(coming, step_hours, hours)


def visit_minutes(
    procedure: bool,
    triage: int,
    ambulance: bool,
    coma_scale: int,
    age: float,
    previous_visits: int,
    comorbidity: bool,
) -> float:
    """Physician minutes of one visit, from what is known of the patient (Innes et al. 2005).

    triage: level 1 to 5. coma_scale: Glasgow, 3 to 15. age: years. A linear fit to measured
    visits (Canadian Journal of Emergency Medicine 7(5), 299–308), for calibrating care times.

    >>> round(visit_minutes(True, 3, True, 15, 60, 0, True), 1)
    26.6
    """
    return (
        29.7
        + 8.6 * procedure
        - 3.8 * triage
        + 7.1 * ambulance
        - 1.1 * coma_scale
        + 0.1 * age
        - 0.05 * previous_visits
        + 3.1 * comorbidity
    )


def arrival_rates(draws: npt.NDArray[np.int32], days: npt.NDArray[np.int64]) -> Floats:
    """Expected arrivals behind each drawn future, steps × draws, from its counts.

    draws: steps × draws of whole patients. days: a number per step, equal within a local day.

    A drawn count is a busy or quiet day's expectation plus the chance of who comes when. The
    waiting formula adds that chance itself; left in, it would be counted twice and ask for some
    15 % too many staff. So the mean of each step is scaled, in each future, by how busy the
    future's day is: the day's total less its mean, times the root of the share of its variance
    that exceeds a Poisson total's, measured on the seven days around it. The scaled means then
    vary over futures as the true expectations do (linear credibility, Bühlmann 1967, with the
    variance kept). Where totals vary no more than Poisson ones, all futures are alike.

    >>> counts = np.array([[4, 6, 5, 5], [6, 4, 5, 5]], dtype=np.int32)  # each day totals 10
    >>> arrival_rates(counts, np.array([0, 0])).tolist()
    [[5.0, 5.0, 5.0, 5.0], [5.0, 5.0, 5.0, 5.0]]
    """
    first = np.flatnonzero(np.concatenate([[True], days[1:] != days[:-1]]))
    totals = np.add.reduceat(draws, first, axis=0, dtype=np.float64)
    mean = totals.mean(axis=1, keepdims=True)
    variance = totals.var(axis=1, keepdims=True)
    beyond = _around(variance - mean) / np.maximum(_around(mean**2), 1e-12) * mean**2
    share = np.clip(beyond / np.maximum(variance, 1e-12), 0, 1)
    busy = np.maximum(1 + np.sqrt(share) * (totals / np.maximum(mean, 1e-12) - 1), 0)
    lengths = np.diff(np.concatenate([first, [len(draws)]]))
    rates: Floats = draws.mean(axis=1, keepdims=True) * np.repeat(busy, lengths, axis=0)
    return rates


def _around(by_day: Floats) -> Floats:
    """Sum over the three days before, the day and the three days after; fewer at the ends."""
    days = len(by_day)
    return np.array([by_day[max(day - 3, 0) : day + 4].sum(axis=0) for day in range(days)])


def work_in_progress(per_hour: Floats, step_hours: float, care_hours: float) -> Floats:
    """Mean work in progress of each step, in erlangs, as care follows arrivals with a lag.

    per_hour: arrivals per hour, constant within each step, steps × futures. Solves
    dm/dt = λ(t) − m/S exactly, S the mean care time, exponential (modified offered load: Eick,
    Massey & Whitt 1993), from the steady state of the first step's arrivals, not from empty.
    The peak of work follows that of arrivals by about one care time.

    >>> work_in_progress(np.array([[6.0], [6.0]]), step_hours=0.5, care_hours=0.5).ravel().tolist()
    [3.0, 3.0]
    """
    if care_hours == 0:
        return np.zeros(per_hour.shape)
    offered = per_hour * care_hours
    kept = np.exp(-step_hours / care_hours)
    within = (1 - kept) * care_hours / step_hours
    work = np.empty(per_hour.shape)
    now = offered[0].copy()
    for step, level in enumerate(offered):
        ahead = now - level
        work[step] = level + ahead * within
        now = level + ahead * kept
    return work
