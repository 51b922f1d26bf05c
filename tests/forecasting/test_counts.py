"""Draws around rates: means, shared days, and spread found again."""

import numpy as np
import pytest

from forecasting import counts
from forecasting.counts import Outlook, Spread

FLAT = np.full(24 * 28, 6.0)
DAYS = np.repeat(np.arange(28), 24)


def day_totals(draws):
    return draws.reshape(28, 24, -1).sum(axis=1)


def test_no_spread_is_poisson():
    draws = counts.draw(Outlook(FLAT, Spread(0, 0, 0, 0, 1)), DAYS, 2000, np.random.default_rng(1))
    assert draws.mean() == pytest.approx(6, rel=0.01)
    assert draws.var() / draws.mean() == pytest.approx(1, abs=0.02)
    assert day_totals(draws).var(axis=1).mean() / 144 == pytest.approx(1, abs=0.05)


def test_a_busy_day_is_busy_all_day():
    spread = Spread(day=0.06, day_correlation=0, level=0, drift=0, hour_dispersion=1)
    draws = counts.draw(Outlook(FLAT, spread), DAYS, 4000, np.random.default_rng(1))
    variance = day_totals(draws).var(axis=1).mean()
    assert variance == pytest.approx(144 + (144 * 0.06) ** 2, rel=0.05)
    assert draws.var() / draws.mean() == pytest.approx(1 + 6 * 0.06**2, abs=0.02)


def test_every_effect_keeps_the_mean():
    spread = Spread(day=0.2, day_correlation=0.5, level=0.1, drift=0.02, hour_dispersion=1.5)
    draws = counts.draw(Outlook(FLAT, spread), DAYS, 6000, np.random.default_rng(1))
    assert draws.mean() == pytest.approx(6, rel=0.02)


def test_the_level_is_less_sure_the_further_ahead():
    spread = Spread(day=0, day_correlation=0, level=0.02, drift=0.02, hour_dispersion=1)
    totals = day_totals(counts.draw(Outlook(FLAT, spread), DAYS, 4000, np.random.default_rng(1)))
    relative = totals.std(axis=1) / 144
    assert relative[-1] > 1.2 * relative[0]
    expected = np.sqrt(1 / 144 + 0.02**2 + 27 * 0.02**2)
    assert relative[-1] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("truth", [
    Spread(day=0.08, day_correlation=0.0, level=0.0, drift=0.0, hour_dispersion=1),
    Spread(day=0.05, day_correlation=0.4, level=0.05, drift=0.0, hour_dispersion=1),
    Spread(day=0.04, day_correlation=0.0, level=0.03, drift=0.015, hour_dispersion=1),
])  # fmt: skip
def test_the_spread_of_many_past_forecasts_is_found_again(truth):
    draws = counts.draw(Outlook(FLAT * 4, truth), DAYS, 3000, np.random.default_rng(2))
    actual = day_totals(draws).T.astype(float)
    found = counts.measure(actual, np.full_like(actual, 576.0), 1.0, evidence=1e9)
    assert found.day == pytest.approx(truth.day, abs=0.01)
    assert found.level == pytest.approx(truth.level, abs=0.012)
    assert found.drift == pytest.approx(truth.drift, abs=0.004)
    assert found.day_correlation == pytest.approx(truth.day_correlation, abs=0.12)


def test_a_site_steadier_than_a_least_day_effect_is_less_unsure_of_its_level():
    rng = np.random.default_rng(3)
    expected = np.full((104, 28), 400.0)
    found = counts.measure(rng.poisson(expected).astype(float), expected, 1.0, evidence=26.0)
    prior_alone = np.sqrt(counts.PRIOR_ORIGINS / (26 + counts.PRIOR_ORIGINS)) * counts.PRIOR.level
    assert 0.4 * prior_alone < found.level < 0.8 * prior_alone
    own = found.day**2 + found.level**2 + found.drift**2 * np.arange(28)
    assert own.mean() < 0.2 / 400

    busier = counts.measure(rng.poisson(expected * 1.06), expected, 1.0, evidence=26.0)
    assert busier.level > prior_alone


def test_without_evidence_the_spread_is_the_prior():
    empty = np.empty((0, 28))
    found = counts.measure(empty, empty, counts.PRIOR.hour_dispersion, evidence=0.0)
    assert (found.day, found.level, found.drift) == pytest.approx(
        (counts.PRIOR.day, counts.PRIOR.level, counts.PRIOR.drift)
    )


@pytest.mark.parametrize("dispersion", [1.0, 1.3])
def test_hours_that_stray_beyond_poisson_are_measured_within_their_day(dispersion):
    spread = Spread(day=0.2, day_correlation=0, level=0, drift=0, hour_dispersion=dispersion)
    draws = counts.draw(Outlook(FLAT, spread), DAYS, 40, np.random.default_rng(3))
    found = np.mean([
        counts.dispersion_within_days(column.astype(float), FLAT, DAYS) for column in draws.T
    ])  # fmt: skip
    assert found == pytest.approx(dispersion, abs=0.05)
