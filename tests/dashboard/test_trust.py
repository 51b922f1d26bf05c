"""Calibration in words: days that held are counted fairly, and too few are called that."""

import pandas as pd
import pytest

from dashboard.service import backtests, jobs
from dashboard.service.trust import Trust, trust
from dashboard.wording import method as words
from data import clock, history
from data.store import Store
from forecasting import drift
from forecasting.backtest import Trial
from forecasting.campaign import Task

SITE = "Riverside General"


def known(held: float, days: int, live: int, tested: bool = False) -> Trust:
    nothing = drift.watch(pd.DataFrame({"actual": [], "mean": [], "q10": [], "q90": []}), "UTC")
    return Trust(held, days, tested, live, nothing, pd.DataFrame())


def test_what_held_is_said_in_days():
    assert "79 of the last 100 days" in words.held(known(79.2, 100, 100))
    assert words.state(known(79.2, 100, 100)) == "normal"


def test_few_days_are_no_verdict():
    said = words.held(known(3, 4, 4))
    assert "too few days" in said
    assert words.state(known(3, 4, 4)) is None


def test_a_backtest_is_called_one():
    assert "In its newest backtest" in words.held(known(48, 60, 0, tested=True))


def test_a_kept_backtest_of_the_live_model_tells_before_live_days_do(new_ward):
    ward = new_ward(days=150)
    ward.forecast()
    store = Store.open(ward.settings.store)
    assert trust(store, SITE).days == 0
    series = history.arrivals(store, SITE)
    midnight = clock.floor_to_step(series.end, "day", series.time_zone)
    origins = tuple(clock.days_after(midnight, -14 * back, series.time_zone) for back in (3, 2, 1))
    steps = tuple(
        len(clock.steps_between(at, clock.days_after(at, 14, series.time_zone), "hour",
                                series.time_zone))
        for at in origins
    )  # fmt: skip
    calendar = jobs.site_calendar(ward.settings, series)
    backtests.run([Task(series, calendar, ("profile",), Trial(origins, steps, draws=50))], 1, store)
    found = trust(store, SITE)
    assert found.tested
    assert found.days in (41, 42)  # a night on which the clock changed may be unknown
    assert found.held == pytest.approx(0.8 * 42, abs=12)
