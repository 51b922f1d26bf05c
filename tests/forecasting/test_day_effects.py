"""What a day's count tells: logarithms right on average, and days without patients."""

import numpy as np
import pandas as pd
import pytest

from data.arrivals import ArrivalSeries
from forecasting import registry
from forecasting.calendar import Calendar
from forecasting.day_effects import log_counts, tells


@pytest.mark.parametrize("mean", [5.0, 10.0, 90.0])
def test_the_mean_of_log_counts_is_the_logarithm_of_the_mean(mean):
    counts = np.random.default_rng(1).poisson(mean, 200_000).astype(float)
    assert log_counts(counts).mean() == pytest.approx(np.log(mean), abs=0.25 / mean**1.5)
    assert np.log(np.maximum(counts, 1)).mean() < np.log(mean) - 0.35 / mean


def test_a_day_without_patients_tells_of_the_level_only_where_chance_brings_it():
    small = np.random.default_rng(1).poisson(3, 400).astype(float)
    assert (small == 0).any()
    assert tells(small).all()

    large = np.full(400, 90.0)
    large[7], large[8] = 0.0, np.nan
    assert np.flatnonzero(~tells(large)).tolist() == [7, 8]
    assert not tells(np.full(3, np.nan)).any()


@pytest.mark.parametrize("model", ["gaussian", "components", "ets"])
@pytest.mark.parametrize("mean", [5.0, 12.0])
def test_a_small_department_is_forecast_neither_too_high_nor_too_low(model, mean):
    start = pd.date_range("2023-01-02", periods=800, freq="D", tz="UTC")
    said = []
    for seed in range(5):
        came = np.random.default_rng(seed).poisson(mean, 800).astype(float)
        series = ArrivalSeries("here", "all", "UTC", "day", pd.Series(came, index=start))
        fitted = registry.build(model).fit(series, Calendar("UTC"))
        said.append(fitted.outlook(28, series).rates.mean() / came.mean())
    assert np.mean(said) == pytest.approx(1, abs=0.05)
