"""Days dealt out to hours: the day's total stays, and the answer says whose hours they are."""

import numpy as np
import pytest

from data import clock
from forecasting import hours, registry
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.hours import HourProfile
from forecasting.shape import HOUR_SHARES
from tests.forecasting.conftest import hourly_truth

ZONE = "America/Chicago"


@pytest.fixture(scope="module")
def days(invent):
    """Sixty days up to 2025-02-28: the 28 days ahead hold the short day of 9 March."""
    series = invent(60, step="day", start="2024-12-31")
    return registry.build("profile").fit(series, Calendar(ZONE)).forecast(
        28, 200, np.random.default_rng(1))  # fmt: skip


def rng():
    return np.random.default_rng(4)


def test_each_future_keeps_the_total_of_each_day(days):
    made = hours.by_hours(days, hours.general(), rng())
    assert made.step == "hour"
    assert made.origin == days.origin
    assert np.array_equal(made.totals("day").draws, days.draws)
    assert len(made.index) == 28 * 24 - 1


def test_the_autumn_day_has_twenty_five_hours(invent):
    series = invent(30, step="day", start="2024-10-01")
    fitted = registry.build("profile").fit(series, Calendar(ZONE))
    daily = fitted.forecast(7, 20, rng())
    made = hours.by_hours(daily, hours.general(), rng())
    assert len(made.index) == 7 * 24 + 1
    assert np.array_equal(made.totals("day").draws, daily.draws)


def test_the_hours_follow_the_lender(days, invent):
    made = hours.by_hours(days, hours.general(), rng())
    local = np.asarray(made.index.tz_convert(ZONE).hour)
    by_hour = made.mean.groupby(local).sum() / made.mean.sum()
    assert by_hour.to_numpy() == pytest.approx(HOUR_SHARES / HOUR_SHARES.sum(), abs=0.004)
    lender = hours.of_site(invent(200))
    noon = clock.steps_from(clock.instant("2024-01-01", ZONE), 24, "hour", ZONE)
    truth = hourly_truth(noon.tz_convert(ZONE), 1.0)
    assert lender.shares[:24] == pytest.approx(truth / truth.sum(), rel=0.2)


def test_the_answer_says_whose_hours_they_are(days, invent):
    made = hours.by_hours(days, hours.of_site(invent(100)), rng())
    assert made.notes[-1] == (
        "The arrivals of 'here' are by the day: its hours are those of the site 'here', borrowed "
        "and not measured here."
    )


def test_twenty_four_shares_serve_every_weekday():
    found = HourProfile(np.arange(1.0, 25.0), "a file").shares
    assert found.reshape(7, 24).sum(axis=1) == pytest.approx(1)
    assert found[30] == pytest.approx(7 / 300)


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        (np.ones(23), "are 23 numbers"),
        (np.full(24, -1.0), "from 0 on"),
        (np.zeros(168), "above 0 on each day"),
        (np.full(24, np.nan), "must be numbers"),
    ],
)
def test_shares_that_make_no_day_are_refused(shares, why):
    with pytest.raises(ForecastError, match=why):
        HourProfile(shares, "a file")


def test_who_counts_by_the_day_has_no_hours_to_lend(invent):
    with pytest.raises(ForecastError, match="no hours to lend"):
        hours.of_site(invent(60, step="day"))


def test_hours_are_not_dealt_out_twice(days):
    hourly = hours.by_hours(days, hours.general(), rng())
    with pytest.raises(ForecastError, match="by the hour already"):
        hours.by_hours(hourly, hours.general(), rng())
