"""Outcome: what patients and staff live through under a roster, each figure with its interval."""

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.errors import StaffingError
from staffing.estimate import NORMAL_95, Estimate, ratio
from staffing.occupancy import Occupancy

Floats = npt.NDArray[np.float64]
BATCHES = 20
COUNTS = ("arrived", "seen", "left", "unserved", "wait_all", "wait_seen", "busy", "overtime")


@dataclass(frozen=True, eq=False)
class Outcome:
    """One roster's replay.

    sums: a row per future: patients arrived, seen, left unseen, never served; minutes waited by
    everyone and by those seen; minutes of staff busy and over time. within, came: patients seen
    within their target, and all, by acuity (futures × 5). waits: minutes waited by each counted
    patient, those who left until they left, in the order of futures; future, seen: of each.
    duty_minutes: of all staff in the counted time. occupancy: patients present by half hour.
    weeks: length of the counted time.
    """

    name: str
    sums: pd.DataFrame
    within: Floats
    came: Floats
    waits: Floats
    future: npt.NDArray[np.int64]
    seen: npt.NDArray[np.bool_]
    duty_minutes: float
    occupancy: Occupancy
    weeks: float
    targets: tuple[float, ...]

    def mean_wait(self) -> Estimate:
        """Minutes that a patient waits; who left unseen counts until they left."""
        return self._ratio("wait_all", "arrived")

    def mean_wait_seen(self) -> Estimate:
        """Minutes that a patient who was seen had waited. It hides those who left."""
        return self._ratio("wait_seen", "seen")

    def left_unseen(self) -> Estimate:
        """Share of patients who left before they were seen."""
        return self._ratio("left", "arrived")

    def unserved(self) -> float:
        """Share of patients whom nobody ever saw though they stayed: the roster cannot stand."""
        return float(self.sums["unserved"].sum() / max(self.sums["arrived"].sum(), 1))

    def wait_quantile(self, level: float, seen_only: bool = False) -> Estimate:
        """Minutes within which a share `level` of patients wait; interval by batches of futures."""
        waits = self.waits[self.seen] if seen_only else self.waits
        future = self.future[self.seen] if seen_only else self.future
        if len(waits) == 0:
            return Estimate(0.0, 0.0, 0.0)
        value = float(np.quantile(waits, level))
        edges = np.linspace(0, len(self.sums), min(BATCHES, len(self.sums)) + 1).astype(int)
        cuts = np.searchsorted(future, edges)
        parts = [
            float(np.quantile(waits[a:b], level)) for a, b in itertools.pairwise(cuts) if b > a
        ]
        spread = np.std(parts, ddof=1) / np.sqrt(len(parts)) if len(parts) > 1 else 0.0
        half = NORMAL_95 * float(spread)
        return Estimate(value, max(value - half, 0.0), value + half)

    def within_target(self, acuity: int | None = None) -> Estimate:
        """Share of all patients seen within their target, of one acuity (1 to 5) or of all."""
        pick = slice(None) if acuity is None else slice(acuity - 1, acuity)
        return ratio(self.within[:, pick].sum(axis=1), self.came[:, pick].sum(axis=1))

    def utilisation(self) -> Estimate:
        """Share of time on duty that staff are busy with patients, overtime included."""
        return ratio(
            self.sums["busy"].to_numpy(), np.full(len(self.sums), max(self.duty_minutes, 1e-9))
        )

    def overtime_hours(self) -> Estimate:
        """Hours a week that staff finish patients after the end of their shift, all heads."""
        return ratio(self.sums["overtime"].to_numpy() / 60, np.full(len(self.sums), self.weeks))

    def table(self) -> pd.DataFrame:
        """A row per figure: measure, unit, value, low, high; none on a wait that nobody had."""
        rows: list[tuple[str, str, Estimate]] = [
            ("mean wait, everyone", "minutes", self.mean_wait()),
        ]
        if self.sums["seen"].sum() > 0:
            rows.append(("mean wait, those seen", "minutes", self.mean_wait_seen()))
        rows += [
            ("median wait", "minutes", self.wait_quantile(0.5)),
            ("nine in ten wait at most", "minutes", self.wait_quantile(0.9)),
            ("left unseen", "share", self.left_unseen()),
            ("seen within target", "share", self.within_target()),
        ]
        rows += [
            (
                f"seen within {minutes:g} minutes, acuity {acuity}",
                "share",
                self.within_target(acuity),
            )
            for acuity, minutes in enumerate(self.targets, start=1)
            if self.came[:, acuity - 1].sum() > 0
        ]
        rows += [
            ("busy with patients", "share", self.utilisation()),
            ("overtime", "hours a week", self.overtime_hours()),
            (
                "in the department" if self.occupancy.whole else "waiting or in care",
                "patients",
                self.occupancy.mean,
            ),
        ]
        return pd.DataFrame(
            [(name, unit, e.value, e.low, e.high) for name, unit, e in rows],
            columns=["measure", "unit", "value", "low", "high"],
        )

    def _ratio(self, above: str, below: str) -> Estimate:
        return ratio(self.sums[above].to_numpy(), self.sums[below].to_numpy())


def difference(one: Outcome, other: Outcome, above: str = "wait_all") -> Estimate:
    """Mean per patient of `one` less that of `other`, on the same futures, with paired interval.

    above: a column of sums: "wait_all" gives minutes of wait, "left" the share who leave unseen.
    """
    came = one.sums["arrived"].to_numpy()
    if not np.array_equal(came, other.sums["arrived"].to_numpy()):
        raise StaffingError(
            f"Rosters {one.name!r} and {other.name!r} met other patients: compare "
            "them on the same futures."
        )
    return ratio(one.sums[above].to_numpy() - other.sums[above].to_numpy(), came)
