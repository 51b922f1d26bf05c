"""Replay: the same patients under any roster of one role, and what they live through.

Patients form one line by acuity, within an acuity in order of arrival; care once begun is not
interrupted. Staff come and go with their shifts, stop picking up new patients some minutes before
the end, finish the patient they have, and take their break when planned or right after.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.errors import StaffingError
from staffing.occupancy import departures, occupancy
from staffing.outcome import COUNTS, Outcome
from staffing.patients import Patients
from staffing.standards import ATS
from staffing.surround import Horizon, shifts_around

Floats = npt.NDArray[np.float64]
PICKUP_STOP_MINUTES = 30.0


@dataclass(frozen=True, eq=False)
class Servers:
    """Staff of one role, one entry per head and shift, by start; minutes after the origin.

    cut: heads who hand over at an edge of the counted time rather than at the end of their shift;
    what they finish after it is nobody's overtime. None: nobody.
    """

    start: Floats
    end: Floats
    pickup_end: Floats
    break_at: Floats
    break_length: Floats
    cut: npt.NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if len(self.start) and (np.diff(self.start) < 0).any():
            raise StaffingError("Staff of a replay are not in the order of their start.")

    def duty_minutes(self, low: float, high: float) -> float:
        """Minutes on duty between two minutes, less planned breaks."""
        on = np.clip(np.minimum(self.end, high) - np.maximum(self.start, low), 0, None)
        off = (self.break_at >= low) & (self.break_at < high)
        return float(on.sum() - self.break_length[off].sum())

    @property
    def shift_end(self) -> Floats:
        """Minute from which a head works over time; infinite where it hands over."""
        return self.end if self.cut is None else np.where(self.cut, np.inf, self.end)


def servers(
    shifts: pd.DataFrame,
    horizon: Horizon,
    pickup_stop_minutes: float = PICKUP_STOP_MINUTES,
    borrow: bool = True,
) -> Servers:
    """Staff from shifts of one role: start, end (UTC), heads; and break_start, break_minutes.

    The day before and the day after the horizon are borrowed from it (staffing.surround); who hands
    over to borrowed staff, or from them, picks up until then. Without `borrow` the shifts stand as
    they are, those outside the horizon too.
    break_start: UTC, NaT where a shift has none; both columns may be absent.
    """
    if not pickup_stop_minutes >= 0:
        raise StaffingError(
            f"Staff stop picking up {pickup_stop_minutes:g} minutes before the end of a shift: "
            "give 0 or more."
        )
    if shifts.empty:
        none = np.empty(0)
        return Servers(none, none, none, none, none)
    timed = shifts[["start", "end"]].assign(break_at=shifts["start"], length=0.0)
    if "break_start" in shifts.columns:
        rests = shifts["break_start"].notna()
        timed["break_at"] = shifts["break_start"].where(rests, shifts["start"])
        timed["length"] = np.where(rests, shifts["break_minutes"], 0.0)
    timed = timed.loc[timed.index.repeat(shifts["heads"])].reset_index(drop=True)
    if borrow:
        around = shifts_around(timed, horizon)
    else:
        around = timed[timed["end"] > horizon.origin].assign(cut=False)
    around = around.sort_values(["start", "end"], kind="stable")
    start, end, break_at = (
        _minutes(around[name] - horizon.origin) for name in ("start", "end", "break_at")
    )
    within = (break_at >= start) & (break_at < end)
    cut = np.asarray(around["cut"], dtype=bool)
    return Servers(
        start,
        end,
        np.where(cut, end, np.maximum(end - pickup_stop_minutes, start)),
        break_at,
        np.where(within, np.asarray(around["length"], dtype=np.float64), 0.0),
        cut,
    )


def _minutes(lengths: pd.Series) -> Floats:
    return np.asarray(lengths.dt.total_seconds() / 60, dtype=np.float64)


def replay(
    patients: Patients,
    staff: Servers,
    name: str = "roster",
    targets: tuple[float, ...] = ATS.minutes,
) -> Outcome:
    """Let the patients of every future queue for the staff, and measure it.

    targets: minutes by acuity 1 to 5 for the share seen within target.
    """
    from staffing import engine

    wait, finish = waits(patients, staff)
    low, high = patients.horizon.counted
    sums = engine.measure(
        patients.first,
        patients.arrival,
        patients.acuity,
        patients.care,
        wait,
        finish,
        staff.shift_end,
        np.array(targets, dtype=float),
        low,
        high,
    )
    counted = (patients.arrival >= low) & (patients.arrival < high)
    future = np.repeat(np.arange(patients.futures), np.diff(patients.first))[counted]
    waited = np.abs(wait[counted])
    endless = np.isinf(waited)
    seen = ~np.signbit(wait[counted]) & ~endless
    if endless.any():
        waited[endless] = patients.arrival.max() - patients.arrival[counted][endless]
    return Outcome(
        name=name,
        sums=pd.DataFrame(sums[:, : len(COUNTS)], columns=list(COUNTS)),
        within=sums[:, engine.FIXED : engine.FIXED + 5],
        came=sums[:, engine.FIXED + 5 :],
        waits=waited,
        future=future,
        seen=seen,
        duty_minutes=staff.duty_minutes(low, high),
        occupancy=occupancy(patients, departures(patients, wait)),
        weeks=(high - low) / (7 * 1440),
        targets=tuple(targets),
    )


def waits(patients: Patients, staff: Servers) -> tuple[Floats, Floats]:
    """Minutes that each patient waits, and when each head's last patient is finished.

    Negative: left unseen after that many minutes; infinite: never seen. Futures × heads minutes.
    """
    from staffing import engine

    wait = np.empty(len(patients.arrival))
    finish = np.empty((patients.futures, len(staff.start)))
    engine.serve(
        patients.first,
        patients.arrival,
        patients.acuity,
        patients.care,
        patients.patience,
        staff.start,
        staff.pickup_end,
        staff.break_at,
        staff.break_length,
        wait,
        finish,
    )
    return wait, finish
