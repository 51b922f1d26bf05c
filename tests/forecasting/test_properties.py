"""What holds of every forecast, whatever the ward."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.arrivals import ArrivalSeries
from forecasting import gate, guard, live, registry, streams
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.guard import Refused, TimeExceeded

ZONE = "America/Chicago"
CALENDAR = Calendar(ZONE, "US")
CHEAP = ("seasonal-naive", "profile", "harmonic")
few = settings(max_examples=12, deadline=None)


def ward(days, level=20.0, seed=0, step="day"):
    """A ward of Poisson days or hours, some of them not observed."""
    rng = np.random.default_rng(seed)
    freq, size = ("D", days) if step == "day" else ("h", days * 24)
    local = pd.date_range("2024-01-01", periods=size, freq=freq)
    index = local.tz_localize(ZONE, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
    if step == "hour":
        index = pd.date_range(index[0], periods=size, freq="h")
    counts = rng.poisson(level, size).astype(float)
    counts[1:][rng.random(size - 1) < 0.03] = np.nan
    return ArrivalSeries("here", "all", ZONE, step, pd.Series(counts, index=index))


def forecast(name, series, steps=14, draws=30, seed=1):
    fitted = registry.build(name).fit(series, CALENDAR)
    return fitted.forecast(steps, draws, np.random.default_rng(seed))


def auto(series):
    """As "auto" does it, with the regression for the ensemble: fast, and as demanding."""
    choice = gate.choose(series, CALENDAR, candidates=("harmonic",))
    return forecast(choice.name, series)


@few
@given(
    days=st.integers(1, 140),
    more=st.integers(1, 60),
    level=st.sampled_from([0.3, 5.0, 150.0]),
    seed=st.integers(0, 99),
)
def test_more_data_never_makes_auto_fail(days, more, level, seed):
    longer = ward(days + more, level, seed)
    for length in (days, days + more):
        part = replace(longer, counts=longer.counts.iloc[:length])
        if part.observed:
            assert auto(part).draws.min() >= 0


@few
@given(
    name=st.sampled_from(CHEAP),
    days=st.integers(1, 100),
    level=st.sampled_from([0.0, 0.1, 3.0, 400.0]),
    step=st.sampled_from(["day", "hour"]),
    seed=st.integers(0, 99),
)
def test_draws_are_whole_patients_and_never_negative(name, days, level, step, seed):
    made = forecast(name, ward(days, level, seed, step))
    assert np.issubdtype(made.draws.dtype, np.integer)
    assert made.draws.min() >= 0


@few
@given(name=st.sampled_from(CHEAP), seed=st.integers(0, 2**31 - 1))
def test_the_same_seed_gives_the_same_bytes(name, seed):
    series = ward(60)
    one, two = (forecast(name, series, seed=seed).draws.tobytes() for _ in range(2))
    assert one == two


@few
@given(name=st.sampled_from(CHEAP), seed=st.integers(0, 99), level=st.sampled_from([20.0, 120.0]))
def test_ten_times_the_patients_are_ten_times_the_mean(name, seed, level):
    series = ward(130, level, seed)
    tenfold = replace(series, counts=series.counts * 10)
    small, large = (forecast(name, one, 28, 2000).draws.mean() for one in (series, tenfold))
    assert large == pytest.approx(10 * small, rel=0.03)


@few
@given(order=st.permutations(range(4)), seed=st.integers(0, 99))
def test_the_order_of_streams_changes_nothing(order, seed):
    total = forecast("profile", ward(40))
    parts = [replace(ward(40, 5.0, part), stream=f"acuity={part}") for part in range(4)]
    for part in range(4):
        observed = parts[0].counts.notna()
        parts[part] = replace(parts[part], counts=parts[part].counts.fillna(0).where(observed))
    draws = [
        {made.stream: made.draws for made in streams.split(
            total, streams.learn([parts[at] for at in places]), np.random.default_rng(seed))}
        for places in (range(4), order)
    ]  # fmt: skip
    assert all(np.array_equal(draws[0][name], draws[1][name]) for name in draws[0])


@few
@given(busy=st.integers(0, 30), seed=st.integers(0, 99))
def test_a_busier_last_hour_never_makes_the_next_hours_quieter(busy, seed):
    series = ward(40, 6.0, seed, "hour").until(pd.Timestamp("2024-02-05 18:00", tz="UTC"))
    fitted = registry.build("harmonic").fit(series, CALENDAR)
    means = []
    for count in (busy, busy + 3):
        values = series.counts.copy()
        values.iloc[-1] = count
        history = replace(series, counts=values)
        feed = live.Feed(history.end, (0.6,))
        made = live.update(fitted, history, 6, 400, np.random.default_rng(1), feed)
        means.append(made.draws.sum())
    assert means[1] >= means[0]


@dataclass(frozen=True)
class Attempted:
    forecast: Forecast


@few
@given(
    error=st.sampled_from(
        [ForecastError("no"), TimeExceeded("it took too long."), ValueError("lam"), MemoryError(),
         ZeroDivisionError(), KeyError("x")]
    ),
    days=st.integers(1, 80),
)  # fmt: skip
def test_a_model_that_fails_in_whatever_way_is_replaced_by_profile_which_says_so(error, days):
    series = ward(days)

    def fail() -> Attempted:
        raise error

    found = guard.tried("prophet", fail, series)
    assert isinstance(found, Refused)
    made = guard.stand_in("prophet", found, series, CALENDAR, 7, 20, np.random.default_rng(1))
    assert made.model == "profile"
    assert made.notes[0].startswith("profile stands in for prophet: ")
    assert np.array_equal(made.draws, forecast("profile", series, 7, 20).draws)
