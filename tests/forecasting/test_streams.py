"""Parts and whole agree in every future, and parts are as sure as their past allows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.arrivals import ArrivalSeries
from forecasting import network, registry, streams
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast

ZONE = "America/Chicago"
SHARES = np.array([0.02, 0.2, 0.48, 0.3])


def parts_of(whole, shares, seed=2, unseen=0):
    """Split a series at random; shares: parts, or steps × parts. The first `unseen` hide."""
    rng = np.random.default_rng(seed)
    values = rng.multinomial(whole.counts.to_numpy().astype(int), shares).astype(float)
    return [
        ArrivalSeries("here", f"acuity={level + 1}", ZONE, whole.step,
                      pd.Series(values[:, level], index=whole.index))
        for level in range(values.shape[1])
    ]  # fmt: skip


def forecast_of(whole, steps=24 * 7, draws=300):
    fitted = registry.build("profile").fit(whole, Calendar(ZONE))
    return fitted.forecast(steps, draws, np.random.default_rng(1))


@pytest.fixture(scope="module")
def ward(invent):
    whole = invent(120)
    return forecast_of(whole), parts_of(whole, SHARES)


def rng():
    return np.random.default_rng(5)


def test_streams_add_up_to_the_total_in_every_future(ward):
    total, parts = ward
    split = streams.split(total, streams.learn(parts), rng())
    assert np.array_equal(sum(one.draws for one in split), total.draws)
    assert [one.stream for one in split] == ["acuity=1", "acuity=2", "acuity=3", "acuity=4"]
    assert all(np.issubdtype(one.draws.dtype, np.integer) for one in split)


def test_a_steady_mix_is_found_again(ward):
    total, parts = ward
    split = streams.split(total, streams.learn(parts), rng())
    found = np.array([one.draws.sum() for one in split]) / total.draws.sum()
    assert found == pytest.approx(SHARES, rel=0.06)


def test_the_order_of_the_streams_changes_nothing(ward):
    total, parts = ward
    one = streams.split(total, streams.learn(parts), rng())
    other = streams.split(total, streams.learn(parts[::-1]), rng())
    assert all(np.array_equal(a.draws, b.draws) for a, b in zip(one, other, strict=True))


def test_a_recent_change_of_the_mix_is_followed(invent):
    whole = invent(240)
    late = np.array([0.02, 0.4, 0.28, 0.3])
    shares = np.where(np.arange(len(whole.index))[:, None] < 24 * 120, SHARES, late)
    mix = streams.learn(parts_of(whole, shares))
    assert mix.shares[1] > 0.33
    assert mix.lasting.max() > streams.learn(parts_of(whole, SHARES)).lasting.max()


def test_the_night_has_its_own_mix(invent):
    whole = invent(200)
    night = np.asarray(whole.index.tz_convert(ZONE).hour) < 8
    shares = np.where(night[:, None], [0.6, 0.4], [0.3, 0.7])
    total = forecast_of(whole)
    split = streams.split(total, streams.learn(parts_of(whole, shares)), rng())
    dark = np.asarray(total.index.tz_convert(ZONE).hour) < 8
    share = [split[0].draws[rows].sum() / total.draws[rows].sum() for rows in (dark, ~dark)]
    assert share == pytest.approx([0.6, 0.3], abs=0.03)


def test_a_mix_that_strays_from_day_to_day_gives_wide_streams(invent):
    """Simulated: the share of a day is beta with standard deviation 0.08; ranges hold 8 in 10."""
    whole = invent(700, step="day")
    noise = np.random.default_rng(3).beta(0.4 * 37, 0.6 * 37, len(whole.index))
    parts = parts_of(whole, np.stack([noise, 1 - noise], axis=1))
    past = whole.until(whole.index[400])
    learned = streams.learn([part.until(whole.index[400]) for part in parts])
    split = streams.split(forecast_of(past, 300), learned, rng())
    low, high = split[0].quantiles(0.1, 0.9).to_numpy().T
    actual = parts[0].counts.to_numpy()[400:]
    assert 0.7 < np.mean((actual >= low) & (actual <= high)) < 0.9


def test_patients_of_suppressed_cells_are_in_the_part_unknown(invent):
    """Cells under three are not shown, as in Perth; the part that mostly hides takes nobody's."""
    whole = invent(300, step="day")
    parts = parts_of(whole, [0.008, 0.392, 0.6])
    values = parts[0].counts.where(parts[0].counts >= 3)
    rest = parts[0].counts - values.fillna(0)
    hidden = replace(parts[0], counts=values)
    unknown = replace(parts[0], stream="acuity=unknown", counts=rest)
    mix = streams.learn([hidden, *parts[1:], unknown])
    assert mix.shares.sum() == pytest.approx(1)
    share = dict(zip(mix.names, mix.shares, strict=True))
    assert share["acuity=2"] == pytest.approx(0.392, abs=0.01)
    assert share["acuity=3"] == pytest.approx(0.6, abs=0.01)
    assert share["acuity=1"] + share["acuity=unknown"] == pytest.approx(0.008, abs=0.002)


def test_one_day_of_parts_is_enough(invent):
    whole = invent(1)
    split = streams.split(forecast_of(whole, 48, 50), streams.learn(parts_of(whole, SHARES)), rng())
    assert len(split) == 4


def test_parts_that_do_not_match_are_refused(ward):
    _, parts = ward
    with pytest.raises(ForecastError, match="two parts or more"):
        streams.learn(parts[:1])
    with pytest.raises(ForecastError, match="different names"):
        streams.learn([parts[0], parts[0]])
    with pytest.raises(ForecastError, match="same steps"):
        streams.learn([parts[0], parts[1].until(parts[1].index[50])])


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    st.integers(0, 2**31 - 1),
)
def test_any_counts_split_into_whole_patients(today, seed):
    index = pd.date_range("2024-05-06", periods=6, freq="D", tz="UTC")
    draws = np.array(today * 2, dtype=np.int32)[:, None] * np.ones((1, 20), dtype=np.int32)
    total = Forecast("m", "here", "all", "UTC", "day", index, draws)
    past = pd.date_range("2024-05-01", periods=5, freq="D", tz="UTC")
    parts = [
        ArrivalSeries("here", name, "UTC", "day", pd.Series(np.full(5, size), index=past))
        for name, size in (("a", 3.0), ("b", 0.0), ("c", 9.0))
    ]
    split = streams.split(total, streams.learn(parts), np.random.default_rng(seed))
    assert np.array_equal(sum(one.draws for one in split), total.draws)
    assert split[1].draws.sum() == 0


def regional(invent, together, sites=4, days=280):
    """Sites whose weeks share an effect: its variance is `together` of all that weeks vary by."""
    rng = np.random.default_rng(8)
    shared = np.repeat(rng.normal(0, 1, days // 7), 7)
    found = []
    for number in range(sites):
        own = np.repeat(rng.normal(0, 1, days // 7), 7)
        effect = np.sqrt(together) * shared + np.sqrt(1 - together) * own
        base = invent(days, step="day", level=40.0, seed=20 + number)
        values = np.round(base.counts.to_numpy() * np.exp(0.08 * effect))
        found.append(replace(base, site=f"s{number}",
                             counts=pd.Series(values, index=base.index)))  # fmt: skip
    return found


def test_sites_whose_weeks_go_together_are_found(invent):
    assert network.correlation(regional(invent, 0.8)) > 0.35
    assert network.correlation(regional(invent, 0.0)) < 0.2
    assert network.correlation(regional(invent, 0.8, days=28)) == 0.0


def test_the_network_is_the_sum_of_its_sites_and_less_sure_when_they_go_together(invent):
    sites = [forecast_of(one, 28, 600) for one in regional(invent, 0.5)]
    apart, coupled = (network.add(sites, together, rng())[0] for together in (0.0, 0.6))
    mean = sum(site.draws.mean() for site in sites)
    assert apart.draws.mean() == pytest.approx(mean)
    assert coupled.draws.mean() == pytest.approx(mean)
    alone = np.sqrt(sum(site.draws.sum(axis=0).var() for site in sites))
    assert apart.draws.sum(axis=0).std() == pytest.approx(alone, rel=0.1)
    assert coupled.draws.sum(axis=0).std() > 1.3 * alone
    assert coupled.site == "all sites"


def test_each_future_of_the_network_is_the_sum_of_its_sites_in_the_same_future(invent):
    sites = [forecast_of(one, 28, 200) for one in regional(invent, 0.5)]
    total, paired = network.add(sites, 0.6, rng())
    assert np.array_equal(total.draws, sum(one.draws for one in paired))
    for before, after in zip(sites, paired, strict=True):
        assert np.array_equal(np.sort(before.draws, axis=1), np.sort(after.draws, axis=1))


def test_sites_of_other_times_cannot_be_added(invent):
    one = forecast_of(invent(60), 24, 20)
    with pytest.raises(ForecastError, match="cannot be added"):
        network.add([one, forecast_of(invent(61), 24, 20)], 0.0, rng())
