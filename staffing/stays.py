"""Length of stay and time in care by acuity, learned from departures, with how well they fit.

Length of stay is from arrival to departure; it holds the wait, and is lognormal. Time in care is
from the start of care to departure: the time of a bed or a room. Many leave soon after they are
seen and some stay for hours, which a gamma distribution fits better than a lognormal one. Neither
says how many minutes of it a head of staff was busy with the patient.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincc, gammainccinv, ndtr, ndtri

from staffing.errors import StaffingError

Floats = npt.NDArray[np.float64]
LEAST_PATIENTS = 30
USUAL_SPREAD = 0.6
USUAL_CARE_SPREAD = 0.9
BIN_MINUTES = 15
LONGEST_BINNED = 1440
Form = Literal["lognormal", "gamma"]
WORDS: dict[Form, str] = {"lognormal": "length of stay", "gamma": "time in care"}


def given_stays(
    minutes: tuple[float, ...],
    spread: float | tuple[float, ...] = USUAL_SPREAD,
    form: Form = "lognormal",
) -> "tuple[Stay, ...]":
    """Stays that a hospital states: mean minutes of acuity 1 to 5, with one spread or five."""
    spreads = spread if isinstance(spread, tuple) else (spread,) * 5
    for values in (minutes, spreads):
        if len(values) != 5:
            raise StaffingError(
                f"The {WORDS[form]} has {len(values)} values: give five, for acuity 1 to 5."
            )
    return tuple(
        Stay(acuity, float(mean), float(own), 0, 0.0, form)
        for acuity, (mean, own) in enumerate(zip(minutes, spreads, strict=True), start=1)
    )


@dataclass(frozen=True)
class Stay:
    """How long patients of one acuity stay, in minutes, with that mean and spread.

    form: lognormal (length of stay, from arrival) or gamma (time in care, from the start of care).
    spread: deviation of the logarithm; of a gamma, the deviation divided by the mean. misfit:
    largest distance between the share that had left by a time and the share the fit says (0 =
    perfect; 0.05 = five patients in a hundred; Kolmogorov–Smirnov).
    """

    acuity: int
    mean_minutes: float
    spread: float
    patients: int
    misfit: float
    form: Form = "lognormal"

    def __post_init__(self) -> None:
        what = WORDS[self.form]
        if self.acuity not in (1, 2, 3, 4, 5):
            raise StaffingError(f"A {what} is of acuity {self.acuity}: give 1 to 5.")
        if not (0 < self.mean_minutes < np.inf and 0 <= self.spread <= 3):
            raise StaffingError(
                f"The {what} of acuity {self.acuity} is {self.mean_minutes:g} minutes with "
                f"a spread of {self.spread:g}: give minutes above 0 and a spread from 0 to 3."
            )

    def still_there(self, minutes: Floats) -> Floats:
        """Share of patients who are still there after so many minutes (above 0)."""
        if self.form == "gamma":
            share = gammaincc(self._shape, minutes * self._shape / self.mean_minutes)
        else:
            share = ndtr((self._centre - np.log(minutes)) / self._spread)
        return np.asarray(share, dtype=np.float64)

    def quantiles(self, levels: Floats) -> Floats:
        """Minutes by which shares (0 to 1) of the patients have left."""
        if self.form == "gamma":
            minutes = gammainccinv(self._shape, 1 - levels) * self.mean_minutes / self._shape
        else:
            minutes = np.exp(self._centre + self._spread * ndtri(levels))
        return np.asarray(minutes, dtype=np.float64)

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        """Minutes of so many patients."""
        if self.form == "gamma":
            return rng.standard_gamma(self._shape, size) * self.mean_minutes / self._shape
        return np.exp(self._centre + self._spread * rng.standard_normal(size))

    def gone_by(self, minutes: float) -> float:
        """Share of patients who have left by then."""
        if minutes <= 0:
            return 0.0
        return float(1 - self.still_there(np.array([minutes]))[0])

    @property
    def _spread(self) -> float:
        return max(self.spread, 1e-6)

    @property
    def _centre(self) -> float:
        return float(np.log(self.mean_minutes)) - self._spread**2 / 2

    @property
    def _shape(self) -> float:
        return 1 / self._spread**2


def binned(acuity: npt.ArrayLike, minutes: npt.ArrayLike) -> pd.DataFrame:
    """Patients in bins of minutes, as the store keeps them: 15 minutes, open from 24 hours on.

    acuity (NaN unknown), minutes: of each patient; those with no minute above 0 are left out.
    """
    table = pd.DataFrame({"acuity": np.asarray(acuity), "minutes": np.asarray(minutes)})
    table = table[table["minutes"] > 0]
    low = np.minimum(table["minutes"] // BIN_MINUTES * BIN_MINUTES, LONGEST_BINNED)
    high = np.where(low < LONGEST_BINNED, low + BIN_MINUTES, np.inf)
    table = table.assign(minutes_from=low, minutes_to=high)
    keys = ["acuity", "minutes_from", "minutes_to"]
    return table.groupby(keys, dropna=False).size().rename("patients").reset_index()


def learn_every(stays: pd.DataFrame, form: Form = "lognormal") -> tuple[Stay, ...]:
    """A stay for acuity 1 to 5: its own where it has enough patients, else that of all together.

    stays: as of learn_stays. Empty where there are too few patients in all.
    """
    learned = {stay.acuity: stay for stay in learn_stays(stays, form)}
    bins = ["minutes_from", "minutes_to"]
    pooled = stays.groupby(bins, dropna=False)["patients"].sum().reset_index()
    for every in learn_stays(pooled.assign(acuity=1), form):
        return tuple(learned.get(a, replace(every, acuity=a)) for a in range(1, 6))
    return ()


def learn_stays(stays: pd.DataFrame, form: Form = "lognormal") -> list[Stay]:
    """A stay for each acuity with enough patients, from counts in bins of minutes.

    stays: acuity, minutes_from, minutes_to, patients (as data.history.length_of_stay gives). A
    lognormal matches the mean and the deviation of the minutes, each bin at its middle: how many
    patients are present goes by the mean (Little 1961), which a fit of the logarithms misses where
    many leave after a few minutes. A gamma matches the mean and the mean logarithm (maximum
    likelihood; shape in closed form: Minka 2002).
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
        mean, spread = (_gamma if form == "gamma" else _lognormal)(low, high, counts)
        stay = Stay(int(float(str(acuity))), mean, min(spread, 3.0), int(counts.sum()), 0.0, form)
        gone = counts.cumsum() / counts.sum()
        fitted = 1 - stay.still_there(np.maximum(high, 1.0))
        learned.append(replace(stay, misfit=float(np.abs(gone - fitted).max())))
    return learned


def _lognormal(low: Floats, high: Floats, counts: Floats) -> tuple[float, float]:
    """Mean minutes and deviation of the logarithm: its square is ln(1 + (deviation ÷ mean)²)."""
    middle = (low + high) / 2
    mean = float(np.average(middle, weights=counts))
    square = float(np.average((middle - mean) ** 2, weights=counts)) / mean**2
    return mean, max(float(np.sqrt(np.log1p(square))), 1e-3)


def _gamma(low: Floats, high: Floats, counts: Floats) -> tuple[float, float]:
    """Mean minutes and deviation ÷ mean. Within a bin, patients are spread evenly."""
    least = np.maximum(low, 0.0)
    mean = float(np.average((least + high) / 2, weights=counts))
    # Mean logarithm over a bin: (b ln b − a ln a) ÷ (b − a) − 1.
    inner = np.where(least > 0, least * np.log(np.maximum(least, 1e-12)), 0.0)
    logs = (high * np.log(high) - inner) / (high - least) - 1
    apart = max(float(np.log(mean) - np.average(logs, weights=counts)), 1e-6)
    shape = (3 - apart + np.sqrt((apart - 3) ** 2 + 24 * apart)) / (12 * apart)
    return mean, float(1 / np.sqrt(shape))
