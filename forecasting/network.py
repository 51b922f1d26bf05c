"""Several sites as one: their draws added, joined by as much as their days go together.

A busy day at one hospital of a region is often a busy day at the next. Added independently, the
sum would look surer than it is; so the draws of the sites are paired by rank (Iman and Conover
1982), which leaves each site's own forecast as it is.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.level import recent_level
from forecasting.shape import weekly_shape

Floats = npt.NDArray[np.float64]

NETWORK = "all sites"
FEWEST_DAYS = 56
# Days that all sites observed at which the measured correlation counts half.
PRIOR_DAYS = 56.0


def correlation(sites: Sequence[ArrivalSeries]) -> float:
    """Mean correlation between sites of how weeks stray from what was usual, 0 to 1.

    Usual is each site's own week at the level of the weeks before. Sums of seven days are
    compared, because draws are paired as a whole; few weeks in common draw it to 0.
    """
    residuals = [_residuals(site) for site in sites]
    common = min(len(one) for one in residuals)
    if len(sites) < 2 or common < FEWEST_DAYS:
        return 0.0
    rows = np.stack([one[-common:] for one in residuals])
    weeks = rows[:, common % 7 :].reshape(len(sites), -1, 7)
    seen = np.isfinite(weeks).all(axis=2).all(axis=0)
    if seen.sum() * 7 < FEWEST_DAYS:
        return 0.0
    sums = weeks[:, seen].sum(axis=2)
    if (sums.std(axis=1) == 0).any():
        return 0.0
    found = np.corrcoef(sums)
    apart = found[np.triu_indices(len(sites), 1)]
    days = 7 * float(seen.sum())
    return float(np.clip(apart.mean() * days / (days + PRIOR_DAYS), 0.0, 0.95))


def add(
    sites: Sequence[Forecast], together: float, rng: np.random.Generator
) -> tuple[Forecast, tuple[Forecast, ...]]:
    """The sum of the sites' draws, and the sites in the pairing whose columns add up to it.

    together: correlation of the sites' totals over the horizon (see `correlation`). The draws are
    paired anew in any case: those of two sites may come from the same random numbers. Raises
    ForecastError where steps, clock, stream or number of draws differ.
    """
    first = sites[0]
    for other in sites[1:]:
        same = (
            other.index.equals(first.index)
            and other.time_zone == first.time_zone
            and other.draws.shape == first.draws.shape
            and other.stream == first.stream
        )
        if not same:
            raise ForecastError(
                f"The forecasts of {first.site!r} and {other.site!r} cannot be added: they differ "
                "in steps, clock, stream or number of draws; make both for the same time."
            )
    draws = first.draws.shape[1]
    # Each site's order is a copy of one shared order, blurred: normals of that correlation.
    shared = rng.standard_normal(draws)
    paired: list[Forecast] = []
    for site in sites:
        score = np.sqrt(together) * shared + np.sqrt(1 - together) * rng.standard_normal(draws)
        ranks = np.argsort(np.argsort(score, kind="stable"), kind="stable")
        order = np.argsort(site.draws.sum(axis=0), kind="stable")[ranks]
        paired.append(replace(site, draws=site.draws[:, order]))
    total = np.stack([site.draws for site in paired]).sum(axis=0, dtype=np.int32)
    models = dict.fromkeys(site.model for site in sites)
    notes = dict.fromkeys(note for site in sites for note in site.notes)
    named = models.popitem()[0] if len(models) == 1 else "several"
    whole = replace(first, model=named, site=NETWORK, draws=total, notes=tuple(notes), factors=None)
    return whole, tuple(paired)


def _residuals(site: ArrivalSeries) -> Floats:
    """Relative residual of each day around the site's week at its level; NaN if not observed."""
    past = rates.week(site)
    ones = np.ones_like(past.values)
    usual = weekly_shape(*past.by_slot(ones, ones))[past.slots.slot]
    actual, expected = past.by_day(usual)
    level = recent_level(actual, expected)[:-1]
    thought = expected * level
    return np.where(thought > 0, actual / np.where(thought > 0, thought, 1.0) - 1, np.nan)
