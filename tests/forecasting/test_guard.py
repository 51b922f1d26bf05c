"""A model that fails or talks nonsense never reaches a reader."""

import logging
from dataclasses import dataclass, replace

import numpy as np
import pytest

from forecasting import guard, registry
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.guard import Refused

CALENDAR = Calendar("America/Chicago")


@dataclass(frozen=True)
class Attempted:
    forecast: Forecast


@pytest.fixture(scope="module")
def ward(invent):
    return invent(90)


@pytest.fixture(scope="module")
def week(ward):
    fitted = registry.build("profile").fit(ward, CALENDAR)
    return fitted.forecast(168, 50, np.random.default_rng(1))


def times(forecast, factor):
    return replace(forecast, draws=(forecast.draws * factor).astype(np.int32))


def test_a_sensible_forecast_passes_untouched(ward, week):
    attempt = Attempted(week)
    assert guard.tried("harmonic", lambda: attempt, ward) is attempt


def test_a_model_that_refuses_is_quoted(ward):
    def refuse():
        raise ForecastError("needs more days")

    assert guard.tried("ets", refuse, ward) == Refused("needs more days")


def test_an_unexpected_error_is_named_and_its_trace_logged(ward, caplog):
    def fail():
        raise ZeroDivisionError("inside a model")

    with caplog.at_level(logging.ERROR):
        found = guard.tried("ets", fail, ward)
    assert found == Refused("it broke off with an unexpected error (ZeroDivisionError).")
    assert "inside a model" in caplog.text


@pytest.mark.parametrize("factor", [0.2, 3.0])
def test_a_week_unlike_any_of_the_last_year_is_not_believed(ward, week, factor):
    found = guard.tried("prophet", lambda: Attempted(times(week, factor)), ward)
    assert isinstance(found, Refused)
    assert "patients on 2022-04-0" in found.why
    assert "of the last year" in found.why


@pytest.mark.parametrize("factor", [0.7, 1.5])
def test_a_quiet_or_busy_week_is_believed(ward, week, factor):
    assert guard.implausible(times(week, factor), ward) is None


def test_a_few_hours_too_many_for_any_day_are_not_believed(ward, week):
    evening = replace(week, index=week.index[:6], draws=week.draws[:6] * 200, factors=None)
    assert "more than ever" in (guard.implausible(evening, ward) or "")


def test_three_days_of_history_make_nothing_implausible(invent, week):
    assert guard.implausible(times(week, 3), invent(3)) is None


def test_days_are_held_against_days(invent):
    days = invent(90, step="day")
    fitted = registry.build("profile").fit(days, CALENDAR)
    made = fitted.forecast(14, 50, np.random.default_rng(1))
    assert guard.implausible(made, days) is None
    assert guard.implausible(times(made, 3), days) is not None


def test_the_profile_stands_in_and_says_why(ward):
    refused = Refused("it took too long.")
    made = guard.stand_in("prophet", refused, ward, CALENDAR, 24, 20, np.random.default_rng(1))
    assert made.model == "profile"
    assert made.notes[0] == "profile stands in for prophet: it took too long."
