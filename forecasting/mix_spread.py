"""How far the mix of patients strays from the recent one, by part: for good, and for a day.

By the method of moments on past days, as for the total (counts.py). What all parts tell together
is the prior of each: a rare part says little of its own mix.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.intp]

# The recent mix forgets half in eight weeks; it is tried four weeks ahead.
MIX_HALF_LIFE = 56.0
AHEAD_DAYS = 28
# Before its past speaks, a mix strays as one learned from so many patients would.
PRIOR_PATIENTS = 1000.0
PRIOR_WEEKS = 4.0


def measure(values: Floats, total: Floats, day: Days, shares: Floats) -> tuple[Floats, Floats]:
    """Standard deviations of each part's log share: (lasting, daily).

    values: steps × parts, NaN where not observed; total: patients per step; day: number of each
    step's day. A day's share minus the share known four weeks before has the variance
    share × (1 − share) / patients (multinomial) + daily + lasting; residuals a week apart have
    only the last in common.
    """
    days = int(day[-1]) + 1
    whole = _by_day(day, total, days)
    found = [_moments(_by_day(day, column, days), whole) for column in values.T]
    seen = np.array([one[0] for one in found])
    noise = np.array([one[3] for one in found])
    weeks = float(seen.max()) / 7
    trust = weeks / (weeks + PRIOR_WEEKS)
    inside = shares * (1 - shares)
    variances = []
    for which in (1, 2):
        own = np.array([one[which] for one in found])
        known = seen > 0
        pooled = own[known].sum() / max(inside[known].sum(), 1e-12) if known.any() else 0.0
        pooled = trust * max(pooled, 0.0) + (1 - trust) / PRIOR_PATIENTS
        prior = pooled * inside
        weight = np.where(known, prior**2 / np.maximum(prior**2 + noise**2, 1e-300), 0.0)
        variances.append(np.maximum(weight * own + (1 - weight) * prior, 0.0))
    lasting, both = variances
    return _log_sd(lasting, shares), _log_sd(np.maximum(both - lasting, 0.0), shares)


def _moments(came: Floats, whole: Floats) -> tuple[float, float, float, float]:
    """(days, lasting variance, lasting + daily variance, standard error) of a part's share."""
    share, known = _past_share(came, whole)
    usual = share * (1 - share)
    good = known & np.isfinite(came) & (whole > 0) & (usual > 0)
    pairs = good[:-7] & good[7:]
    if pairs.sum() < 14:
        return 0.0, 0.0, 0.0, 0.0
    raw = np.where(good, np.nan_to_num(came) / np.where(good, whole, 1.0) - share, 0.0)
    residual = np.where(good, raw - _weekday_habit(raw, good), 0.0)
    by_chance = usual[good] / whole[good]
    both = float((residual[good] ** 2 - by_chance).mean())
    lasting = float((residual[:-7] * residual[7:])[pairs].mean())
    error = float(by_chance.mean() + max(both, 0.0)) * np.sqrt(2 / good.sum())
    return float(good.sum()), lasting, max(both, lasting), float(error)


def _by_day(day: Days, values: Floats, days: int) -> Floats:
    """Totals by the day; NaN where a step of it was not observed."""
    return np.asarray(np.bincount(day, weights=values, minlength=days), dtype=np.float64)


def _weekday_habit(residual: Floats, good: npt.NDArray[np.bool_]) -> Floats:
    """What weekdays stray from the mean: a habit that the mix knows, and no uncertainty."""
    weekday = np.arange(len(residual)) % 7
    count = np.maximum(np.bincount(weekday[good], minlength=7), 1)
    habit = np.bincount(weekday[good], weights=residual[good], minlength=7) / count
    return np.asarray(habit[weekday] - residual[good].mean(), dtype=np.float64)


def _past_share(came: Floats, whole: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Share as it was known four weeks before each day, and whether four weeks were known then."""
    keep = 0.5 ** (1 / MIX_HALF_LIFE)
    share, known = np.zeros(len(came)), np.zeros(len(came), dtype=bool)
    seen = among = 0.0
    for at in range(len(came) - AHEAD_DAYS):
        seen, among = keep * seen, keep * among
        if np.isfinite(came[at]):
            seen, among = seen + came[at], among + whole[at]
        share[at + AHEAD_DAYS] = seen / among if among > 0 else 0.0
        known[at + AHEAD_DAYS] = at >= 27 and among > 0
    return share, known


def _log_sd(variance: Floats, shares: Floats) -> Floats:
    """Standard deviations of log shares that give shares these variances.

    With independent normals z of variance x on the log scale, share k strays by
    share × (z_k − Σ share_j z_j), so its variance over share² is
    (1 − 2 share_k) x_k + Σ share_j² x_j. Solved for x × share ≥ 0, which would be one number for
    all parts if the mix strayed as a Dirichlet's does; where parts cannot be told apart, it is.
    """
    there = shares > 0
    part = shares[there]
    if len(part) < 2:
        return np.zeros(len(shares))
    wanted = variance[there] / part
    system = np.diag(1 - 2 * part) + np.outer(part, part)
    even = float(variance[there].sum() / (part * (1 - part)).sum())
    pull = 0.2
    rows = np.vstack([system, pull * np.eye(len(part))])
    found, _ = nnls(rows, np.concatenate([wanted, np.full(len(part), pull * even)]))
    sd = np.zeros(len(shares))
    sd[there] = np.sqrt(found / part)
    return np.minimum(sd, 1.0)
