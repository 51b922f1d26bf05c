"""Fit check: past visits under their past roster, simulated waits against recorded ones.

The same patients come at the moments at which they came; what is not recorded of them (minutes of
care, patience, an acuity that is missing) is drawn many times over. How far the simulated waits
are from the recorded ones says how far the department's settings describe the department.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.patients import ACUITIES, CareTimes, Patients, scatter_counts
from staffing.role import StaffRole
from staffing.simulate import servers, waits
from staffing.surround import DAY, Horizon

Floats = npt.NDArray[np.float64]
FUTURES = 20
FEWEST = 20
PARTS_OF_DAY = ((0, 6), (6, 12), (12, 18), (18, 24))
FACTORS = (0.25, 4.0)
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class FitRow:
    """Recorded against simulated waits of one group of patients, in minutes.

    low, high: 95 % interval of the simulated mean, over what was drawn.
    """

    group: str
    patients: int
    recorded: float
    simulated: float
    low: float
    high: float
    recorded_median: float
    simulated_median: float

    @property
    def apart(self) -> float:
        """Simulated less recorded mean."""
        return self.simulated - self.recorded


@dataclass(frozen=True)
class Fit:
    """How far a replay of the past is from what was recorded.

    start, end: the time replayed (UTC). visits: patients in it; rows: all of those with a
    recorded wait, then by acuity and by part of the day of arrival. left: share of patients who
    leave unseen in the replay. factor: what all care times would have to be multiplied with for
    the mean waits to agree; None where none from a quarter to four times does.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    visits: int
    rows: tuple[FitRow, ...]
    left: float
    factor: float | None


def check_fit(
    visits: pd.DataFrame,
    shifts: pd.DataFrame,
    role: StaffRole,
    department: Department,
    time_zone: str,
    seed: int = 1,
) -> Fit:
    """Replay past visits under the past roster of a role.

    visits: arrived (UTC, rising), acuity (1–5, NaN unknown), wait_minutes (NaN unknown). shifts:
    start, end (UTC), heads. Whole local days are replayed that both of them cover.
    """
    if not role.queues:
        raise StaffingError(f"Nobody waits in line for {role.name!r}: replay another role.")
    horizon = _overlap(visits, shifts, time_zone)
    ours, wait = _patients(visits, horizon, role, department, seed)
    known = np.flatnonzero(np.isfinite(wait))
    if len(known) < FEWEST:
        raise StaffingError(
            f"Only {len(known)} visits from {horizon.start:%Y-%m-%d} to {horizon.end:%Y-%m-%d} "
            f"have a recorded wait: a fit check needs {FEWEST} or more."
        )
    staff = servers(shifts, horizon, department.pickup_stop_minutes)
    size = len(wait)

    def simulated(patients: Patients) -> Floats:
        return waits(patients, staff)[0].reshape(-1, size)

    found = simulated(ours)
    acuity = ours.acuity.reshape(-1, size)[0] + 1
    hour = _local_hours(ours, horizon, time_zone, size)
    groups: list[tuple[str, npt.NDArray[np.bool_]]] = [("all", np.ones(size, dtype=bool))]
    groups += [(f"acuity {kind}", acuity == kind) for kind in range(1, ACUITIES + 1)]
    groups += [(f"{a:02d}:00–{b:02d}:00", (hour >= a) & (hour < b)) for a, b in PARTS_OF_DAY]
    rows = [
        _row(name, found, wait, known[inside[known]])
        for name, inside in groups
        if inside[known].sum() >= FEWEST
    ]
    low, high = horizon.counted
    counted = (ours.arrival[:size] >= low) & (ours.arrival[:size] < high)
    left = np.signbit(found[:, counted]).mean()
    few = _fewer(ours, size)
    factor = _factor(few, lambda patients: _mean(simulated(patients), known), rows[0].recorded)
    return Fit(horizon.start, horizon.end, int(counted.sum()), tuple(rows), float(left), factor)


def _overlap(visits: pd.DataFrame, shifts: pd.DataFrame, time_zone: str) -> Horizon:
    """Whole local days that visits and roster both cover."""
    if visits.empty or shifts.empty:
        raise StaffingError("A fit check needs visits and a roster: one of them is empty.")
    first = max(visits["arrived"].iloc[0], shifts["start"].min()).tz_convert(time_zone)
    final = min(visits["arrived"].iloc[-1], shifts["end"].max()).tz_convert(time_zone)
    start = first.normalize() if first == first.normalize() else first.ceil("D")
    end = final.normalize()
    if end - start < DAY:
        raise StaffingError(
            f"Visits from {visits['arrived'].iloc[0]:%Y-%m-%d} to "
            f"{visits['arrived'].iloc[-1]:%Y-%m-%d} and a roster from "
            f"{shifts['start'].min():%Y-%m-%d} to {shifts['end'].max():%Y-%m-%d} do not have a "
            "whole day in common: give the roster of those days."
        )
    return Horizon(start.tz_convert("UTC"), end.tz_convert("UTC"))


def _patients(
    visits: pd.DataFrame, horizon: Horizon, role: StaffRole, department: Department, seed: int
) -> tuple[Patients, Floats]:
    """The visits and those of the borrowed days, in every future alike, and recorded waits."""
    rng = np.random.default_rng([seed, 11])
    inside = visits[(visits["arrived"] >= horizon.start) & (visits["arrived"] < horizon.end)]
    minute = np.asarray((inside["arrived"] - horizon.origin) / pd.Timedelta("1min"), dtype=float)
    kind = inside["acuity"].to_numpy(float) - 1
    blank = np.isnan(kind)
    kind[blank] = rng.choice(ACUITIES, size=int(blank.sum()), p=department.acuity_mix)
    wait = inside["wait_minutes"].to_numpy(float)
    kept = rng.random(len(kind)) < np.asarray(role.sees)[kind.astype(int)]
    minute, kind, wait = minute[kept], kind[kept], wait[kept]
    away = horizon.away / pd.Timedelta("1min")
    low, high = horizon.counted
    before = (minute >= low + away - 1440) & (minute < low + away)
    after = (minute >= high - away) & (minute < high - away + 1440)
    minute = np.concatenate([minute[before] - away, minute, minute[after] + away])
    kind = np.concatenate([kind[before], kind, kind[after]])
    unknown = np.full(int(before.sum()), np.nan), np.full(int(after.sum()), np.nan)
    wait = np.concatenate([unknown[0], wait, unknown[1]])
    order = np.argsort(minute, kind="stable")
    minute, kind, wait = minute[order], kind[order].astype(np.int8), wait[order]
    first = np.arange(FUTURES + 1, dtype=np.int64) * len(minute)
    care, patience = _drawn(kind, horizon, role, department, seed)
    arrival = np.tile(minute, FUTURES)
    return Patients(horizon, first, arrival, np.tile(kind, FUTURES), care, patience, seed), wait


def _drawn(
    kind: npt.NDArray[np.int8],
    horizon: Horizon,
    role: StaffRole,
    department: Department,
    seed: int,
) -> tuple[Floats, Floats]:
    """Care minutes and patience of each patient in each future, drawn by acuity."""
    care, patience = np.empty((FUTURES, len(kind))), np.empty((FUTURES, len(kind)))
    times = CareTimes(tuple(minutes / role.patient_share for minutes in role.minutes))
    for acuity in np.unique(kind):
        own = np.flatnonzero(kind == acuity)
        mix = tuple(float(one == acuity) for one in range(ACUITIES))
        counts = np.ones((len(own), FUTURES), dtype=np.int32)
        drawn = scatter_counts(
            horizon, counts, 1.0, mix, times, department.patience, seed * 10 + int(acuity)
        )
        care[:, own] = drawn.care.reshape(FUTURES, len(own))
        patience[:, own] = drawn.patience.reshape(FUTURES, len(own))
    return care.ravel(), patience.ravel()


def _row(name: str, found: Floats, wait: Floats, known: npt.NDArray[np.int64]) -> FitRow:
    own = found[:, known]
    seen = ~np.signbit(own) & np.isfinite(own)
    means = np.where(seen, own, 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    half = NORMAL_95 * float(means.std(ddof=1)) / np.sqrt(len(means))
    mean = float(means.mean())
    return FitRow(
        group=name,
        patients=len(known),
        recorded=float(wait[known].mean()),
        simulated=mean,
        low=max(mean - half, 0.0),
        high=mean + half,
        recorded_median=float(np.median(wait[known])),
        simulated_median=float(np.median(own[seen])) if seen.any() else 0.0,
    )


def _mean(found: Floats, known: npt.NDArray[np.int64]) -> float:
    """Mean simulated wait of those seen."""
    own = found[:, known]
    seen = ~np.signbit(own) & np.isfinite(own)
    return float(own[seen].mean()) if seen.any() else 0.0


def _fewer(patients: Patients, size: int, futures: int = 5) -> Patients:
    """The first futures only, for a search."""
    cut = futures * size
    return Patients(
        patients.horizon,
        patients.first[: futures + 1].copy(),
        patients.arrival[:cut].copy(),
        patients.acuity[:cut].copy(),
        patients.care[:cut].copy(),
        patients.patience[:cut].copy(),
        patients.seed,
    )


def _factor(patients: Patients, mean: Callable[[Patients], float], recorded: float) -> float | None:
    """Factor of all care times at which the simulated mean is the recorded one, by halving."""
    low, high = FACTORS

    def at(factor: float) -> float:
        return mean(replace(patients, care=patients.care * factor))

    if not at(low) <= recorded <= at(high):
        return None
    for _ in range(12):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if at(middle) < recorded else (low, middle)
    return float(np.sqrt(low * high))


def _local_hours(
    patients: Patients, horizon: Horizon, time_zone: str, size: int
) -> npt.NDArray[np.int64]:
    moment = horizon.origin + pd.to_timedelta(patients.arrival[:size], unit="m")
    return np.asarray(pd.DatetimeIndex(moment).tz_convert(time_zone).hour, dtype=np.int64)
