"""The parts of a forecast add up to it, whatever the model and the history."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import registry
from forecasting.calendar import Calendar
from forecasting.counts import DayState, Outlook, Spread
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.explain import Parts, grouped, parts_of
from forecasting.factors import (
    LAST_DAYS,
    RECENT_WEEKS,
    SEASON,
    TODAY,
    TREND,
    USUAL_WEEK,
    of_condition,
)
from forecasting.forecast import Forecast
from forecasting.model import RateFitted
from forecasting.rates import FittedRates

ZONE = "America/Chicago"
CALENDAR = Calendar(ZONE, "US", "IA")
EXPLAINED = [name for name in registry.MODELS if name != "seasonal-naive"]


def ward(days, step="hour", hours_into_today=0, gap=None, holiday=1.0, start="2021-11-01"):
    """A hump by day, busy days in a row (10 %, correlation 0.6), holidays, a gap of NaN days."""
    first = clock.instant(start, ZONE)
    stop = clock.days_after(first, days, ZONE) + pd.Timedelta(hours=hours_into_today)
    hours = clock.steps_between(first, stop, "hour", ZONE)
    local = hours.tz_convert(ZONE)
    dates = pd.DatetimeIndex(local.tz_localize(None)).normalize()
    every = pd.date_range(dates[0], dates[-1])
    free = CALENDAR.holidays(every).notna().to_numpy()[(dates - dates[0]).days]
    rate = 5 * (1 + 0.5 * np.sin((np.asarray(local.hour) - 8) / 24 * 2 * np.pi))
    rng = np.random.default_rng(3)
    busy = np.zeros(len(every))
    for day in range(1, len(every)):
        busy[day] = 0.6 * busy[day - 1] + 0.08 * rng.standard_normal()
    rate = rate * np.exp(busy)[(dates - dates[0]).days] * np.where(free, holiday, 1.0)
    counts = rng.poisson(rate).astype(float)
    if gap:
        counts[24 * gap[0] : 24 * gap[1]] = np.nan
    series = ArrivalSeries("here", "all", ZONE, "hour", pd.Series(counts, index=hours))
    return series if step == "hour" else series.daily()


def forecast(name, series, steps) -> Forecast:
    fitted = registry.build(name).fit(series, CALENDAR)
    return fitted.forecast(steps, 20, np.random.default_rng(1))


def expected(fitted, series, steps) -> np.ndarray:
    """Rates of the outlook × the mean effect that today's state leaves on each day."""
    assert isinstance(fitted, RateFitted)
    outlook = fitted.outlook(steps, series)
    index = clock.steps_from(series.end, steps, series.step, ZONE)
    local = pd.DatetimeIndex(index.tz_convert(ZONE).tz_localize(None)).normalize()
    day = np.asarray((local - local[0]).days)
    known = outlook.today or DayState(0.0, 0.0)
    return outlook.rates * np.exp(known.mean * outlook.spread.day_correlation**day)


@pytest.fixture(scope="module")
def two_years():
    """Ends at 13:00 on 1 December 2023: Christmas lies 24 days ahead, and was seen twice."""
    return ward(760, hours_into_today=13, holiday=0.6)


@pytest.fixture(scope="module")
def busy_today(two_years):
    counts = two_years.counts.copy()
    counts.iloc[-13:] *= 2
    return ArrivalSeries("here", "all", ZONE, "hour", counts)


@pytest.fixture(scope="module")
def learned(two_years):
    """Models fitted to the two years, each once."""
    fits = {}

    def fit(name):
        if name not in fits:
            fits[name] = registry.build(name).fit(two_years, CALENDAR)
        return fits[name]

    return fit


@pytest.fixture(scope="module")
def month(learned):
    """Parts of the thirty days ahead of the two years."""
    return lambda name: parts_of(learned(name).forecast(720, 20, np.random.default_rng(1)))


@pytest.mark.parametrize("name", EXPLAINED)
def test_parts_add_up_to_what_is_expected(name, two_years, learned, month):
    parts = month(name)
    total = expected(learned(name), two_years, 720)
    assert parts.total.to_numpy() == pytest.approx(total, rel=1e-9)
    assert parts.by_day().to_numpy().sum() == pytest.approx(parts.total.sum())
    assert next(iter(parts.frame.columns)) == USUAL_WEEK
    assert (parts.frame[USUAL_WEEK] > 0).all()


@settings(max_examples=10, deadline=None)
@given(
    name=st.sampled_from(EXPLAINED),
    days=st.integers(1, 70),
    step=st.sampled_from(["hour", "day"]),
    hours=st.integers(0, 23),
    gap=st.none() | st.tuples(st.integers(1, 20), st.integers(21, 60)),
)
def test_parts_add_up_over_any_history(name, days, step, hours, gap):
    series = ward(days, step, hours if step == "hour" else 0, gap)
    if series.observed == 0:
        return
    try:
        fitted = registry.build(name).fit(series, CALENDAR)
    except ForecastError:
        assert days < 60 or gap, "only a short or broken history may be refused"
        return
    frame = parts_of(fitted.forecast(40, 20, np.random.default_rng(1))).frame
    assert np.isfinite(frame.to_numpy()).all()
    assert frame.sum(axis=1).to_numpy() == pytest.approx(expected(fitted, series, 40), rel=1e-9)


@pytest.mark.parametrize("name", ["harmonic", "ensemble"])
def test_the_explained_mean_is_the_mean_of_the_futures(name, learned, busy_today):
    made = learned(name).forecast(120, 4000, np.random.default_rng(1), busy_today)
    parts = parts_of(made)
    assert parts.frame[TODAY].iloc[0] > 0.05 * parts.frame[USUAL_WEEK].iloc[0]
    rest = slice(0, 11)
    assert made.mean.iloc[rest].sum() == pytest.approx(parts.total.iloc[rest].sum(), rel=0.01)
    assert made.mean.sum() == pytest.approx(parts.total.sum(), rel=0.01)


def test_a_busy_morning_fades_over_the_days_that_follow(learned, busy_today):
    made = learned("harmonic").forecast(120, 20, np.random.default_rng(1), busy_today)
    share = parts_of(made).by_day()
    share = (share[TODAY] / share[USUAL_WEEK]).to_numpy()
    assert (share[1:4] < share[:3]).all()
    assert 0 < share[3] < 0.5 * share[0]


def test_at_midnight_there_is_no_today_yet():
    made = parts_of(forecast("harmonic", ward(90), 48))
    assert TODAY not in made.frame.columns
    assert LAST_DAYS in made.frame.columns


@pytest.mark.parametrize("name", ["harmonic", "ets", "prophet", "ensemble"])
def test_a_holiday_stands_under_its_own_name(name, month):
    by_day = month(name).by_day()
    christmas = by_day.loc[date(2023, 12, 25)]
    usual, own = christmas[USUAL_WEEK], christmas["Christmas Day"]
    assert -0.5 * usual < own < -0.08 * usual
    others = by_day["Christmas Day"].drop(date(2023, 12, 25))
    assert np.abs(others).max() < 1e-9
    assert "day after Christmas Day" in by_day.columns


def test_without_a_holiday_ahead_none_is_named(learned):
    frame = parts_of(learned("harmonic").forecast(168, 20, np.random.default_rng(1))).frame
    assert set(frame.columns) == {USUAL_WEEK, SEASON, RECENT_WEEKS, TODAY}


def test_seasonal_naive_says_that_it_cannot_tell():
    with pytest.raises(ForecastError, match=r"'seasonal-naive' cannot tell.*--model harmonic"):
        parts_of(forecast("seasonal-naive", ward(30), 24))


def test_a_day_of_25_hours_is_whole_with_25_hours():
    index = clock.steps_from(clock.instant("2026-11-01", ZONE), 25, "hour", ZONE)
    frame = pd.DataFrame({USUAL_WEEK: np.ones(25)}, index=index)
    parts = Parts("m", "here", "all", ZONE, "hour", frame)
    assert parts.days == [date(2026, 11, 1)]
    assert parts.is_whole(date(2026, 11, 1))
    short = Parts("m", "here", "all", ZONE, "hour", frame.iloc[:24])
    assert not short.is_whole(date(2026, 11, 1))


def test_the_named_effects_of_day_features_are_all_of_their_effects():
    dates = pd.date_range("2021-01-01", "2022-12-31")
    features = DayFeatures.seen(CALENDAR, dates)
    effect = np.random.default_rng(1).normal(0, 0.1, features.of(dates).shape[1])
    told = sum(features.effects(dates, effect).values())
    assert told == pytest.approx(features.of(dates)[:, 1:] @ effect[1:])


def test_the_slow_trend_of_a_growing_ward_adds_patients():
    hours = clock.steps_from(clock.instant("2021-01-04", ZONE), 24 * 700, "hour", ZONE)
    rate = 4 * np.exp(np.arange(len(hours)) / len(hours) * 0.6)
    counts = pd.Series(np.random.default_rng(1).poisson(rate).astype(float), index=hours)
    series = ArrivalSeries("here", "all", ZONE, "hour", counts)
    total = parts_of(forecast("prophet", series, 24 * 28)).frame.sum()
    assert total[TREND] > 0.08 * total[USUAL_WEEK]


def test_special_days_are_one_group_in_a_table_and_conditions_another():
    named = {"Easter": [3.0], "Fair": [4.0], of_condition("flu"): [0.5], of_condition("heat"): 0.25}
    frame = pd.DataFrame({USUAL_WEEK: [1.0], SEASON: [2.0], **named, RECENT_WEEKS: [5.0]})
    assert list(grouped(frame).iloc[0].items()) == [
        (USUAL_WEEK, 1.0),
        (SEASON, 2.0),
        ("special days", 7.0),
        ("conditions", 0.75),
        (RECENT_WEEKS, 5.0),
    ]


def test_an_outlook_without_a_state_leaves_the_day_as_it_is():
    flat = Outlook(np.ones(4), Spread(0.1, 0.5, 0, 0, 1))
    assert flat.today_log(np.array([0, 0, 1, 1])).tolist() == [0, 0, 0, 0]


def test_a_model_that_knows_no_factors_is_still_a_member_of_a_mean():
    class Plain:
        def outlook(self, steps, past):
            return Outlook(np.full(steps, 3.0), Spread(0.05, 0.2, 0.04, 0.0, 1.0))

    made = FittedRates("plain", ward(30), Plain()).forecast(24, 20, np.random.default_rng(1))
    assert made.factors is None


@pytest.mark.parametrize("name", ["prophet", "prophet(seasonality=additive)"])
def test_the_parts_of_prophet_are_prophets_own_day(name, learned, month):
    parts, days = month(name), learned(name).learned
    without = parts.frame.drop(columns=[RECENT_WEEKS, TODAY])
    factors = learned(name).forecast(720, 20, np.random.default_rng(1)).factors
    said = factors.usual * np.exp(
        sum(log for name, log in factors.logs.items() if name not in (RECENT_WEEKS, TODAY))
    )
    by_day = pd.Series(said, index=parts.index.tz_convert(ZONE).date).groupby(level=0).sum()
    whole = by_day.iloc[1:-1]
    dates = pd.DatetimeIndex(whole.index)
    table = pd.DataFrame({"ds": dates})
    for number, carried in enumerate(days.features.special_of(dates).T):
        table[f"special {number}"] = carried
    own = days.model.predict(table)["yhat"]
    assert whole.to_numpy() == pytest.approx(own.to_numpy())
    assert {SEASON, TREND, "Christmas Day"} < set(without.columns)
    assert parts.frame[USUAL_WEEK].sum() == pytest.approx(
        month("harmonic").frame[USUAL_WEEK].sum(), rel=0.1
    )
