"""Length of stay by acuity, learned from the hospital's own departures, with how well it fits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from staffing.errors import StaffingError

Floats = npt.NDArray[np.float64]
LEAST_PATIENTS = 30
USUAL_SPREAD = 0.6


def given_stays(minutes: tuple[float, ...], spread: float = USUAL_SPREAD) -> "tuple[Stay, ...]":
    """Stays that a hospital states: mean minutes of acuity 1 to 5."""
    if len(minutes) != 5:
        raise StaffingError(
            f"The length of stay has {len(minutes)} values: give five, for acuity 1 to 5."
        )
    return tuple(
        Stay(acuity, float(mean), spread, 0, 0.0) for acuity, mean in enumerate(minutes, start=1)
    )


@dataclass(frozen=True)
class Stay:
    """Minutes from arrival to departure of one acuity: lognormal with that mean and spread.

    spread: deviation of the logarithm. misfit: largest distance between the share that had left
    by a time and the share the fit says (0 = perfect; 0.05 = five patients in a hundred).
    """

    acuity: int
    mean_minutes: float
    spread: float
    patients: int
    misfit: float

    def __post_init__(self) -> None:
        if self.acuity not in (1, 2, 3, 4, 5):
            raise StaffingError(f"A length of stay is of acuity {self.acuity}: give 1 to 5.")
        if not (0 < self.mean_minutes < np.inf and 0 <= self.spread <= 3):
            raise StaffingError(
                f"The length of stay of acuity {self.acuity} is {self.mean_minutes:g} minutes with "
                f"a spread of {self.spread:g}: give minutes above 0 and a spread from 0 to 3."
            )

    def still_there(self, minutes: Floats) -> Floats:
        """Share of patients who are still there after so many minutes (above 0)."""
        spread = max(self.spread, 1e-9)
        centre = np.log(self.mean_minutes) - spread**2 / 2
        share: Floats = ndtr((centre - np.log(minutes)) / spread)
        return share

    def gone_by(self, minutes: float) -> float:
        """Share of patients who have left by then."""
        if minutes <= 0:
            return 0.0
        return float(1 - self.still_there(np.array([minutes]))[0])


def learn_stays(stays: pd.DataFrame) -> list[Stay]:
    """A stay for each acuity with enough patients, from counts in bins of minutes.

    stays: acuity, minutes_from, minutes_to, patients (as data.history.length_of_stay gives). The
    fit matches the mean and deviation of the logarithm, each bin at its geometric middle.
    """
    missing = {"acuity", "minutes_from", "minutes_to", "patients"} - set(stays.columns)
    if missing:
        raise StaffingError(f"Stays lack the column {min(missing)!r}.")
    learned = []
    for acuity, bins in stays.dropna(subset=["acuity"]).groupby("acuity"):
        ordered = bins.sort_values("minutes_from")
        counts = ordered["patients"].to_numpy(dtype=float)
        if counts.sum() < LEAST_PATIENTS:
            continue
        low = ordered["minutes_from"].to_numpy(dtype=float)
        high = ordered["minutes_to"].to_numpy(dtype=float)
        high = np.where(np.isfinite(high), high, low * 1.5)
        middle = np.log(np.sqrt(np.maximum(low, 1.0) * np.maximum(high, 2.0)))
        centre = np.average(middle, weights=counts)
        spread = max(float(np.sqrt(np.average((middle - centre) ** 2, weights=counts))), 1e-3)
        mean = float(np.exp(centre + spread**2 / 2))
        gone = counts.cumsum() / counts.sum()
        fitted = ndtr((np.log(np.maximum(high, 1.0)) - centre) / spread)
        learned.append(
            Stay(
                acuity=int(str(acuity)),
                mean_minutes=mean,
                spread=spread,
                patients=int(counts.sum()),
                misfit=float(np.abs(gone - fitted).max()),
            )
        )
    return learned
