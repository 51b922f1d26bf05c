"""Expected rates → whole patients: one generator of draws for all models.

Within an hour arrivals are close to Poisson. A busy day, though, is busy all day, and the level
of the weeks to come is not known exactly: both are shared by many hours, so independent hours
would give ranges for shifts, days and weeks that are too narrow.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forecasting import strata
from forecasting.factors import Factors
from forecasting.unseen import Unseen

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """How far counts stray from expected rates beyond Poisson; all relative standard deviations.

    day: of the effect that all hours of a day share. day_correlation: from one day to the next.
    level: of the forecast's level at its first day. drift: what one more day adds, as a random
    walk. hour_dispersion: variance/mean of an hour, given its day; 1 is Poisson.
    """

    day: float
    day_correlation: float
    level: float
    drift: float
    hour_dispersion: float


# Poisson alone: what a model stands on until its own past forecasts have been measured.
NO_SPREAD = Spread(day=0.0, day_correlation=0.0, level=0.0, drift=0.0, hour_dispersion=1.0)


@dataclass(frozen=True)
class DayState:
    """What is known of a day's effect: mean and variance of its logarithm."""

    mean: float
    variance: float


@dataclass(frozen=True, eq=False)
class Outlook:
    """All that draws are made from: rates per step, the spread around them, today so far.

    factors: what the rates are made of, so that they can be explained; None: not known.
    unseen: conditions of days ahead that are not known yet; None: all are, or there are none.
    """

    rates: Floats
    spread: Spread
    today: DayState | None = None
    factors: Factors | None = None
    unseen: Unseen | None = None

    @classmethod
    def of(
        cls,
        factors: Factors,
        spread: Spread,
        today: DayState | None = None,
        unseen: Unseen | None = None,
    ) -> "Outlook":
        """An outlook whose rates are the product of the factors."""
        return cls(factors.rates, spread, today, factors, unseen)

    def after(self, steps: int) -> "Outlook":
        """The same without its first steps."""
        factors = None if self.factors is None else self.factors.after(steps)
        unseen = None if self.unseen is None else self.unseen.after(steps)
        return replace(self, rates=self.rates[steps:], factors=factors, unseen=unseen)

    def today_log(self, day: npt.NDArray[np.intp]) -> Floats:
        """Logarithm by which today's state moves the mean of the draws, in each step.

        day: number of each step's local day. What is known of the first day fades by the day's
        correlation; the day effect's own mean is 1.
        """
        mean = self.today.mean if self.today else 0.0
        return np.asarray(mean * self.spread.day_correlation**day, dtype=np.float64)


# What a site is taken for until its own residuals speak: the middle of what real departments
# showed, a little on the wide side. Worth eight past forecasts.
PRIOR = Spread(day=0.06, day_correlation=0.2, level=0.04, drift=0.005, hour_dispersion=1.05)
PRIOR_ORIGINS = 8.0
# What past ranges held sizes the variance of a day's own effect within these factors, and, where
# its least is still too wide, that of the level: never below the same share.
SCALED_BY = (0.2, 1.5)


def measure(actual: Floats, expected: Floats, hour_dispersion: float, evidence: float) -> Spread:
    """Spread from past forecasts, by the method of moments.

    actual, expected: past origins × days ahead, totals of patients; NaN where not observed.
    evidence: how many past forecasts that do not overlap the rows are worth.
    The variance of a day's relative residual is 1/expected (Poisson) + day² + level² +
    drift² × days; residuals a week or more apart within one forecast share only the level.
    """
    residual = actual / expected - 1.0
    poisson = np.nanmean(1.0 / expected) if np.isfinite(residual).any() else 0.0
    total = _mean(residual**2) - float(poisson)
    early, late = _shared(residual, 0, 7), _shared(residual, residual.shape[1] // 2, None)
    half = max(residual.shape[1] / 2, 1.0)
    drift_variance = max(late - early, 0.0) / half
    level_variance = max(early - 4 * drift_variance, 0.0)
    shared = level_variance + drift_variance * half
    day_variance = max(total - shared, 0.0)
    neighbours = _mean(residual[:, :-1] * residual[:, 1:]) - shared
    correlation = neighbours / day_variance if day_variance > 0 else 0.0

    def blend(found: float, prior: float) -> float:
        share = evidence / (evidence + PRIOR_ORIGINS)
        return float(np.sqrt(share * found + (1 - share) * prior**2))

    found = Spread(
        day=blend(day_variance, PRIOR.day),
        day_correlation=float(np.clip(correlation, 0.0, 0.8)),
        level=blend(level_variance, PRIOR.level),
        drift=blend(drift_variance, PRIOR.drift),
        hour_dispersion=hour_dispersion,
    )
    return _calibrated(found, residual, expected, evidence / (evidence + PRIOR_ORIGINS))


# The middle 80 % of a normal distribution reaches so many standard deviations to either side.
MIDDLE_80 = 1.2816


def _calibrated(spread: Spread, residual: Floats, expected: Floats, share: float) -> Spread:
    """The day's own effect sized so that 80 % ranges would have held 80 % of the past days.

    A few odd days swell a variance without widening the range that most days need. Where a site is
    so steady that even the least day effect is too wide, the level is less unsure as well. share:
    how far past forecasts are believed, 0 to 1.
    """
    if not np.isfinite(residual).any():
        return spread
    ahead = np.arange(residual.shape[1])
    own = spread.day**2 + spread.level**2 + spread.drift**2 * ahead
    scaled = np.abs(residual) / np.sqrt(1.0 / expected + own)
    reach = float(np.nanquantile(scaled, 0.8)) / MIDDLE_80
    poisson, extra = float(np.nanmean(1.0 / expected)), float(own.mean())
    wanted, of_level = reach ** (2 * share) * (poisson + extra) - poisson, extra - spread.day**2
    lowest, highest = (bound * spread.day**2 for bound in SCALED_BY)
    day = min(max(wanted - of_level, lowest), highest)
    steadier = 1.0
    if of_level > 0:
        steadier = float(np.clip((wanted - day) / of_level, SCALED_BY[0], 1.0)) ** 0.5
    return replace(
        spread,
        day=float(np.sqrt(day)),
        level=steadier * spread.level,
        drift=steadier * spread.drift,
    )


def _mean(values: Floats) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0


def _shared(residual: Floats, first: int, last: int | None) -> float:
    """Mean product of residuals a week apart in one forecast, by the half of the horizon."""
    if residual.shape[1] <= 7:
        return 0.0
    products = residual[:, :-7] * residual[:, 7:]
    return _mean(products[:, first:last] if products[:, first:last].size else products)


def dispersion_within_days(
    counts: Floats, rates: Floats, day: npt.NDArray[np.intp], smallest: float = 0.5
) -> float:
    """Variance/mean of hours around their own day's share: Pearson's statistic per degree.

    counts, rates: per hour, NaN where not observed. Rates below `smallest` an hour are left out.
    """
    use = np.isfinite(counts) & (rates >= smallest)
    if use.sum() < 48:
        return PRIOR.hour_dispersion
    days = int(day.max()) + 1
    seen = np.bincount(day[use], weights=counts[use], minlength=days)
    thought = np.bincount(day[use], weights=rates[use], minlength=days)
    own = rates[use] * (seen / np.where(thought > 0, thought, 1.0))[day[use]]
    hours = np.bincount(day[use], minlength=days)
    degrees = float(np.maximum(hours - 1, 0).sum())
    busy = own > 0
    statistic = float(((counts[use][busy] - own[busy]) ** 2 / own[busy]).sum())
    return float(np.clip(statistic / max(degrees, 1.0), 1.0, 3.0))


def draw(
    outlook: Outlook, day: npt.NDArray[np.intp], draws: int, rng: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Steps × draws of whole patients around the expected rates.

    day: number of each step's local day, from 0 upwards.
    Each draw has its own level (a random walk over days) and its own day effects
    (autocorrelated), both with mean 1, shared by all hours of a day; given these, an hour is
    Poisson, or negative binomial where hours stray further. The first day's effect begins where
    it is known to be; None means that nothing is known.
    """
    spread = outlook.spread
    days = int(day[-1]) + 1
    known = outlook.today or DayState(0.0, spread.day**2)
    effect = _level_walk(days, spread, draws, rng) + _day_effects(days, spread, known, draws, rng)
    ahead = np.arange(days)
    forgotten = spread.day_correlation ** (2 * ahead)
    variance = spread.level**2 + spread.drift**2 * ahead
    variance = variance + spread.day**2 + forgotten * (known.variance - spread.day**2)
    if outlook.unseen is not None:
        effect = effect + outlook.unseen.effects(day, draws, rng)
        variance = variance + outlook.unseen.by_day(day)
    factor = np.exp(effect - 0.5 * variance[:, None])
    mean = outlook.rates[:, None] * factor[day]
    return strata.patients(mean, spread.hour_dispersion, rng)


def _level_walk(days: int, spread: Spread, draws: int, rng: np.random.Generator) -> Floats:
    steps = strata.normals(days, draws, rng)
    steps[0] *= spread.level
    steps[1:] *= spread.drift
    return np.asarray(steps.cumsum(axis=0), dtype=np.float64)


def _day_effects(
    days: int, spread: Spread, known: DayState, draws: int, rng: np.random.Generator
) -> Floats:
    effect = strata.normals(days, draws, rng)
    effect[0] = known.mean + np.sqrt(known.variance) * effect[0]
    fresh = spread.day * float(np.sqrt(1 - spread.day_correlation**2))
    return strata.remembered(effect, spread.day_correlation, fresh)


def day_state(actual: Floats, expected: Floats, spread: Spread, *, last_is_over: bool) -> DayState:
    """What the days so far tell of the first day to be forecast.

    actual, expected: totals by the day over observed steps, the last one up to now. The day
    effect is an autoregression of order one, seen through Poisson counts: each day is one step of
    an extended Kalman filter on its logarithm. last_is_over: the first forecast day is the next.
    A day so far from expectation that no busy day explains it is taken as three standard
    deviations away, so that a storm does not become tomorrow's forecast.
    """
    state = DayState(0.0, spread.day**2)
    for day in range(len(actual)):
        if day > 0:
            state = next_day(state, spread)
        state = observed(state, float(actual[day]), float(expected[day]))
    return next_day(state, spread) if last_is_over else state


def observed(state: DayState, actual: float, expected: float) -> DayState:
    """The state of a day after more of its steps were counted: one step of the filter.

    actual, expected: patients over those steps; expected is at an effect of nothing.
    """
    thought = expected * float(np.exp(state.mean))
    if thought <= 0:
        return state
    most = 3 * np.sqrt(thought + thought**2 * state.variance)
    surprise = float(np.clip(actual - thought, -most, most))
    variance = 1 / (1 / state.variance + thought) if state.variance > 0 else 0.0
    return DayState(state.mean + variance * surprise, variance)


def next_day(state: DayState, spread: Spread) -> DayState:
    """What a day's state tells of the day after it."""
    keep = spread.day_correlation
    variance = keep**2 * state.variance + (1 - keep**2) * spread.day**2
    return DayState(keep * state.mean, variance)
