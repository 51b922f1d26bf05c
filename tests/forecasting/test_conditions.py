"""Daily conditions: learned as distance from their season, and never read from the future."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from data.events import Event
from data.regressors import Condition, Regressor
from forecasting import conditions, registry
from forecasting.calendar import Calendar
from forecasting.conditions import Anomaly
from forecasting.explain import grouped, parts_of

ZONE = "Europe/London"
ADDITIVE = "prophet(seasonality=additive)"
MODELS = ("harmonic", "ets", "components", "gaussian", "prophet", ADDITIVE)
START, DAYS, AHEAD = date(2021, 1, 4), 760, 28


def weather(seed=1):
    """Degrees by the day: a season of ±8 and a persistent anomaly of about 3."""
    rng = np.random.default_rng(seed)
    day = np.arange(DAYS + AHEAD)
    anomaly = np.zeros(len(day))
    for at in day[1:]:
        anomaly[at] = 0.8 * anomaly[at - 1] + rng.normal(0, 1.8)
    return 10 - 8 * np.cos(day / 365.25 * 2 * np.pi) + anomaly, anomaly


def regressor(observed, forecast):
    days = tuple(
        Condition(START + timedelta(days=at), known(a), known(b))
        for at, (a, b) in enumerate(zip(observed, forecast, strict=True))
    )
    return Regressor("temperature", days)


def known(value):
    return None if np.isnan(value) else float(value)


def warm_days_are_busy(seed=2):
    """(series of DAYS days with 1.5 % more patients per degree above the season, degrees)."""
    degrees, anomaly = weather()
    level = 250 * np.exp(0.015 * anomaly[:DAYS])
    starts = clock.day_starts(clock.instant(str(START), ZONE), DAYS, ZONE)
    drawn = np.random.default_rng(seed).poisson(level).astype(float)
    return ArrivalSeries("here", "all", ZONE, "day", pd.Series(drawn, index=starts)), degrees


def rates(name, series, one, fit_on=None):
    calendar = Calendar(ZONE, regressors=(one,) if one else ())
    return registry.build(name).fit(fit_on or series, calendar).outlook(AHEAD, series).rates


@pytest.mark.parametrize("name", MODELS)
def test_a_forecast_of_a_warm_week_makes_the_week_busier(name):
    series, degrees = warm_days_are_busy()
    warm = degrees.copy()
    usual = 10 - 8 * np.cos(np.arange(DAYS, DAYS + AHEAD) / 365.25 * 2 * np.pi)
    warm[DAYS:] = usual
    warm[DAYS + 7 : DAYS + 14] += 6.0
    ahead = rates(name, series, regressor(degrees, warm))
    weeks = ahead.reshape(4, 7).sum(axis=1)
    assert weeks[1] / weeks[[0, 2]].mean() - 1 == pytest.approx(0.09, abs=0.035)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("behind", [0, 10])
def test_what_is_observed_after_the_origin_cannot_leak(name, behind):
    series, degrees = warm_days_are_busy()
    origin = DAYS - 5
    now = series.until(series.index[origin])
    fit_on = series.until(series.index[origin - behind])
    no_forecast = np.full(DAYS + AHEAD, np.nan)
    hot = degrees.copy()
    hot[origin:] += 20.0
    one, other = (rates(name, now, regressor(seen, no_forecast), fit_on) for seen in (degrees, hot))
    assert np.array_equal(one, other)


def test_the_day_that_has_begun_is_not_observed_yet(invent):
    hours = invent(500, time_zone=ZONE, start=str(START))
    now = hours.until(clock.instant("2022-05-10 15:00", ZONE))
    degrees, _ = weather()
    no_forecast = np.full(len(degrees), np.nan)
    today = (date(2022, 5, 10) - START).days
    hot = degrees.copy()
    hot[today] += 20.0
    one, other = (rates("harmonic", now, regressor(seen, no_forecast)) for seen in (degrees, hot))
    assert np.array_equal(one, other)
    hot[today - 1] += 20.0
    assert not np.array_equal(one, rates("harmonic", now, regressor(hot, no_forecast)))


def test_a_day_whose_forecast_is_missing_counts_as_usual_and_the_reader_is_told():
    series, degrees = warm_days_are_busy()
    forecast = np.full(DAYS + AHEAD, np.nan)
    forecast[DAYS : DAYS + 5] = degrees[DAYS : DAYS + 5]
    one = regressor(degrees, forecast)
    dates = pd.date_range(START + timedelta(days=DAYS), periods=AHEAD)
    learned = Anomaly.learn(one, pd.date_range(START, periods=DAYS), dates[0])
    assert learned is not None
    assert (learned.of(dates, dates[0])[5:] == 0).all()
    (said,) = conditions.notes(Calendar(ZONE, regressors=(one,)), series, AHEAD, "harmonic")
    assert said.startswith("temperature is not forecast for 23 of the 28 days ahead")


@pytest.mark.parametrize("name", [*MODELS, "ensemble"])
def test_days_whose_condition_nobody_forecasts_are_as_unsure_as_it_is_strong(name):
    series, degrees = warm_days_are_busy()
    forecast = degrees.copy()
    forecast[DAYS + 7 :] = np.nan
    calendar = Calendar(ZONE, regressors=(regressor(degrees, forecast),))
    fitted = registry.build(name).fit(series, calendar)
    unseen = fitted.outlook(AHEAD, series).unseen
    assert (unseen.variance[:7] == 0).all()
    assert np.sqrt(unseen.variance[7:]) == pytest.approx([0.015 * 3] * (AHEAD - 7), rel=0.25)
    assert 0.6 < unseen.persistence < 0.9

    draws = fitted.forecast(AHEAD, 2000, np.random.default_rng(1)).draws
    spread = draws.std(axis=1) / draws.mean(axis=1)
    assert spread[8:].mean() ** 2 - spread[:6].mean() ** 2 > 0.6 * unseen.variance[-1]
    calendar = Calendar(ZONE, regressors=(regressor(degrees, degrees),))
    knows_all = registry.build(name).fit(series, calendar).outlook(AHEAD, series)
    assert knows_all.unseen is None
    assert knows_all.rates.mean() == pytest.approx(draws.mean(), rel=0.1)


def test_a_model_that_knows_no_conditions_says_so():
    series, degrees = warm_days_are_busy()
    calendar = Calendar(ZONE, regressors=(regressor(degrees, degrees),))
    (said,) = conditions.notes(calendar, series, AHEAD, "profile")
    assert "'profile' takes every day for a usual weekday" in said
    assert "leaves out conditions such as temperature:" in said
    assert conditions.notes(calendar, series, AHEAD, "harmonic") == ()
    assert conditions.notes(Calendar(ZONE), series, AHEAD, "profile") == ()


def test_a_model_that_knows_no_days_names_the_special_ones_ahead():
    series, _ = warm_days_are_busy()
    first = START + timedelta(days=DAYS + 3)
    calendar = Calendar(ZONE, events=(Event("Derby", first, first + timedelta(days=1), "event"),))
    (said,) = conditions.notes(calendar, series, AHEAD, "profile")
    assert f"leaves out Derby ({first:%a} {first.day} {first:%b}):" in said
    assert conditions.notes(calendar, series, 2, "profile") == ()


def test_a_condition_known_for_a_few_days_only_is_left_out_and_the_reader_is_told():
    series, degrees = warm_days_are_busy()
    observed = degrees.copy()
    observed[: DAYS - 20] = np.nan
    one = regressor(observed, observed)
    (said,) = conditions.notes(Calendar(ZONE, regressors=(one,)), series, AHEAD, "harmonic")
    assert "known for 20 past days" in said
    assert np.array_equal(rates("harmonic", series, one), rates("harmonic", series, None))


def test_how_many_past_days_are_known_is_written_as_other_numbers_are():
    series, degrees = warm_days_are_busy()
    same = np.full_like(degrees, 20.0)
    calendar = Calendar(ZONE, regressors=(regressor(same, same),))
    (said,) = conditions.notes(calendar, series, AHEAD, "harmonic")
    assert f"known for {DAYS:,} past days, and needs 60 on" in said


def test_a_forecast_in_another_unit_is_said():
    series, degrees = warm_days_are_busy()
    forecast = np.full(DAYS + AHEAD, np.nan)
    forecast[DAYS:] = 32 + 1.8 * degrees[DAYS:]
    calendar = Calendar(ZONE, regressors=(regressor(degrees, forecast),))
    (said,) = conditions.notes(calendar, series, AHEAD, "harmonic")
    first = START + timedelta(days=DAYS)
    assert f" on {first:%a} {first.day} {first:%b} {first:%Y} and on 27 more, further from" in said
    assert said.endswith("than any past day was: is it in the same unit?")


def test_a_day_that_hides_all_others_is_said():
    series, degrees = warm_days_are_busy()
    faulty = degrees.copy()
    faulty[[40, 200]] = -9999.0
    calendar = Calendar(ZONE, regressors=(regressor(faulty, degrees),))
    assert conditions.notes(calendar, series, AHEAD, "harmonic") == ()  # its forecast counts there
    forecast = np.where(np.arange(DAYS + AHEAD) < DAYS, np.nan, degrees)
    calendar = Calendar(ZONE, regressors=(regressor(faulty, forecast),))
    (said,) = conditions.notes(calendar, series, AHEAD, "harmonic")
    assert said.startswith("temperature was -9,999 on Sat 13 Feb 2021 and on 1 more, so far from")


def test_a_condition_that_never_changes_is_left_out():
    flat = np.full(DAYS + AHEAD, 7.0)
    dates = pd.date_range(START, periods=DAYS)
    assert Anomaly.learn(regressor(flat, flat), dates, dates[-1]) is None


def test_a_condition_without_influence_hardly_moves_the_forecast():
    series, _ = warm_days_are_busy()
    noise = np.random.default_rng(9).normal(0, 1, DAYS + AHEAD)
    with_noise = rates("harmonic", series, regressor(noise, noise))
    assert with_noise == pytest.approx(rates("harmonic", series, None), rel=0.02)


def test_the_unit_of_a_condition_does_not_matter():
    series, degrees = warm_days_are_busy()
    one = rates("harmonic", series, regressor(degrees, degrees))
    other = rates("harmonic", series, regressor(32 + 1.8 * degrees, 32 + 1.8 * degrees))
    assert one == pytest.approx(other, rel=1e-6)


def test_two_regressors_are_both_learned():
    series, degrees = warm_days_are_busy()
    noise = np.random.default_rng(9).normal(0, 1, DAYS + AHEAD)
    both = (replace(regressor(noise, noise), name="flu"), regressor(degrees, degrees))
    calendar = Calendar(ZONE, regressors=both)
    fitted = registry.build("harmonic").fit(series, calendar)
    assert fitted.outlook(AHEAD, series).rates == pytest.approx(
        rates("harmonic", series, both[1]), rel=0.03
    )


@pytest.mark.parametrize("name", MODELS)
def test_the_part_of_a_condition_is_told_apart_from_special_days(name):
    series, degrees = warm_days_are_busy()
    calendar = Calendar(ZONE, regressors=(regressor(degrees, degrees),))
    fitted = registry.build(name).fit(series, calendar)
    parts = parts_of(fitted.forecast(AHEAD, 20, np.random.default_rng(1)))
    assert "unusual temperature" in parts.frame
    table = grouped(parts.frame)
    assert "special days" not in table
    assert table["conditions"].tolist() == parts.frame["unusual temperature"].tolist()
