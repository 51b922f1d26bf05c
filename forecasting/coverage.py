"""How often what came lay in its range, by the measure that is fair to small whole numbers."""

import numpy as np
import numpy.typing as npt
from scipy.special import betainc
from scipy.stats import poisson

Floats = npt.NDArray[np.float64]


def inside(
    actual: Floats, mean: Floats, low: Floats, high: Floats, levels: tuple[float, float]
) -> Floats:
    """Share of each outcome that lies in its central range, 0 to 1; its mean is the range's size.

    low, high: whole-number quantiles of the two levels. Whole numbers hold a range too often when
    both ends count as inside (a Poisson mean of 1 lies in its 80 % range 92 times of 100). So an
    outcome on an end counts by the part of its probability that lies inside, as in a randomised
    PIT, with the probability of a Poisson count of the forecast's mean.
    """
    below, at = poisson.cdf(actual - 1, mean), np.maximum(poisson.pmf(actual, mean), 1e-12)
    under_low = np.where(actual == low, (levels[0] - below) / at, actual < low)
    under_high = np.where(actual == high, (levels[1] - below) / at, actual < high)
    share = np.clip(under_high, 0, 1) - np.clip(under_low, 0, 1)
    return np.asarray(np.clip(share, 0, 1), dtype=np.float64)


def binomial_tail(successes: float, trials: float, chance: float) -> float:
    """Two-sided chance of so many or so few successes: twice the smaller tail, at most 1.

    successes and trials may be fractions, as with trials that are worth less than their number
    because they depend on one another: P(X ≥ k) = I_p(k, n − k + 1), the regularised incomplete
    beta function.

    >>> round(binomial_tail(3, 10, 0.5), 4)  # 2 × (1 + 10 + 45 + 120) / 1024
    0.3438
    """
    at_most = 1.0 if successes >= trials else 1 - float(
        betainc(successes + 1, trials - successes, chance)
    )  # fmt: skip
    at_least = 1.0 if successes <= 0 else float(
        betainc(successes, trials - successes + 1, chance)
    )  # fmt: skip
    return min(1.0, 2 * min(at_most, at_least))


def worth(values: Floats, lags: int = 7) -> float:
    """How many independent values these, in order of time, are worth; at most their number.

    n / (1 + 2 Σ (1 − lag/n) × autocorrelation), over lags up to the first that is not positive.
    """
    n = len(values)
    deviation = values - values.mean()
    variance = float((deviation**2).mean())
    if n < 3 or variance == 0:
        return float(n)
    inflation = 1.0
    for lag in range(1, min(lags, n - 2) + 1):
        correlation = float((deviation[lag:] * deviation[:-lag]).sum() / n / variance)
        if correlation <= 0:
            break
        inflation += 2 * (1 - lag / n) * correlation
    return n / inflation
