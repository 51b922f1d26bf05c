"""What today's counts so far say of the rest of the day, and how late hours are read."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import counts, live, registry
from forecasting.calendar import Calendar
from forecasting.counts import DayState, Outlook, Spread
from forecasting.errors import ForecastError
from forecasting.live import Feed, LateHours

CALENDAR = Calendar("America/Chicago")
ZONE = "America/Chicago"


@pytest.fixture(scope="module")
def noon(invent):
    """150 days and a morning: the series ends at 12:00."""
    whole = invent(151, day_sd=0.08, level=8.0)
    return whole.until(clock.instant("2022-06-02 12:00", ZONE))


@pytest.fixture(scope="module")
def fitted(noon):
    return registry.build("harmonic").fit(noon, CALENDAR)


def rest_of_today(forecast):
    return forecast.draws[:12].sum(axis=0)


def changed(series, hours, factor):
    """The same series with its last hours multiplied and rounded."""
    values = series.counts.copy()
    values.iloc[-hours:] = np.round(values.iloc[-hours:] * factor)
    return replace(series, counts=values)


def draws(fitted, series, feed=None):
    return live.update(fitted, series, 48, 1000, np.random.default_rng(1), feed)


def test_a_busy_morning_moves_the_evening_up_without_a_new_fit(fitted, noon):
    calm, busy = draws(fitted, noon), draws(fitted, changed(noon, 12, 1.5))
    assert rest_of_today(busy).mean() > 1.03 * rest_of_today(calm).mean()
    assert busy.origin == noon.end


def test_a_feed_on_time_changes_nothing(fitted, noon):
    plain = fitted.forecast(48, 1000, np.random.default_rng(1), noon)
    prompt = draws(fitted, noon, Feed(noon.end + pd.Timedelta(minutes=5)))
    assert np.array_equal(plain.draws, prompt.draws)
    assert prompt.notes == plain.notes


def test_a_late_hour_does_not_pull_the_evening_down(fitted, noon):
    """The last two hours hold 80 and 40 % of their patients so far; told so, nothing is lost."""
    thinned = changed(changed(noon, 2, 0.8), 1, 0.5)
    feed = Feed(noon.end, (0.4, 0.8))
    whole, told = draws(fitted, noon), draws(fitted, thinned, feed)
    naive = draws(fitted, thinned)
    truth = rest_of_today(whole).mean()
    assert abs(rest_of_today(told).mean() - truth) < 0.02 * truth
    assert rest_of_today(told).mean() > rest_of_today(naive).mean()
    assert told.notes[-1].startswith("The arrivals from 10:00 to 12:00 are not all registered yet")
    assert "40 to 80 % known" in told.notes[-1]


def test_late_hours_that_are_all_known_say_the_same_as_complete_ones(fitted, noon):
    """Shares of 1 in two steps of the filter give the state that the model reads in one."""
    one = fitted.outlook(24, noon)
    two = LateHours(fitted, (1.0, 1.0)).outlook(24, noon)
    assert two.today.mean == pytest.approx(one.today.mean, abs=0.003)
    assert two.today.variance == pytest.approx(one.today.variance, rel=0.01)
    assert two.rates == pytest.approx(one.rates, rel=0.003)


def test_late_hours_before_midnight_reach_today_by_the_days_correlation(invent):
    """Derived by hand: yesterday's late hours move yesterday, today keeps its share of that."""
    spread = Spread(day=0.1, day_correlation=0.5, level=0, drift=0, hour_dispersion=1)

    class Flat:
        name, notes = "flat", ()

        def outlook(self, steps, past):
            return Outlook(np.full(steps, 50.0), spread, DayState(0.0, 0.01))

    series = invent(3)
    late = series.until(series.start + pd.Timedelta(hours=49))  # ends at 01:00
    values = late.counts.copy()
    values.iloc[-2:] = [60.0, 20.0]
    found = LateHours(Flat(), (1.0, 0.4)).outlook(10, replace(late, counts=values))
    yesterday = counts.observed(DayState(0.0, 0.01), 60.0, 50.0)
    today = DayState(0.5 * yesterday.mean, 0.25 * yesterday.variance + 0.75 * 0.01)
    by_hand = counts.observed(today, 20.0, 20.0)
    assert found.today.mean == pytest.approx(by_hand.mean)
    assert found.today.variance == pytest.approx(by_hand.variance)
    assert len(found.rates) == 10


def test_an_hour_still_running_is_left_out(fitted, noon):
    """Read at 11:20, the hour from 11:00 holds a third of its patients and is no quiet hour."""
    read_at = noon.end - pd.Timedelta(minutes=40)
    partial = draws(fitted, changed(noon, 1, 0.3), Feed(read_at))
    values = noon.counts.copy()
    values.iloc[-1] = np.nan
    without = draws(fitted, replace(noon, counts=values))
    assert np.array_equal(partial.draws, without.draws)


def test_hours_after_the_reading_are_unknown_and_hours_before_it_late(noon):
    feed = Feed(noon.end - pd.Timedelta(minutes=130), (0.5,))  # read at 09:50
    assert feed.late(noon) == (0.5, 0.0, 0.0, 0.0)
    assert feed.over(noon).counts.isna().to_numpy()[-5:].tolist() == [False, False, *[True] * 3]
    assert feed.settled(noon).counts.isna().sum() == 4


@pytest.mark.parametrize("name", ["seasonal-naive", "profile"])
def test_a_model_that_does_not_read_today_leaves_late_hours_out_and_says_so(name, noon):
    told = draws(registry.build(name).fit(noon, CALENDAR), noon, Feed(noon.end, (0.5,)))
    assert told.notes[-1].endswith("they are left out.")


def test_a_share_known_beyond_all_is_refused():
    with pytest.raises(ForecastError, match="shares from 0 to 1"):
        Feed(None, (0.5, 1.2))


def test_forty_eight_hours_of_a_thousand_draws_take_under_a_tenth_of_a_second(fitted, noon):
    import time

    feed = Feed(noon.end, (0.5, 0.9))
    draws(fitted, noon, feed)
    least = 9.0
    for _ in range(5):
        began = time.perf_counter()
        draws(fitted, noon, feed)
        least = min(least, time.perf_counter() - began)
    assert least < 0.1


def test_the_update_at_noon_is_better_than_none_where_days_differ(invent):
    """Over many days with a 15 % day effect the updated rest of the day is nearer to what came."""
    series = invent(180, day_sd=0.15, level=10.0, seed=4)
    fitted = registry.build("harmonic").fit(series.until(clock.instant("2022-05-01", ZONE)),
                                            CALENDAR)  # fmt: skip
    before, after = [], []
    for day in range(2, 50):
        noon = clock.days_after(clock.instant("2022-05-01 12:00", ZONE), day, ZONE)
        history = series.until(noon)
        blind = history.counts.copy()
        blind.iloc[-12:] = np.nan
        actual = series.counts.loc[noon : noon + pd.Timedelta(hours=11)].sum()
        for found, past in ((after, history), (before, replace(history, counts=blind))):
            made = live.update(fitted, past, 12, 300, np.random.default_rng(day))
            found.append(abs(made.draws.sum(axis=0).mean() - actual))
    assert np.mean(after) < 0.9 * np.mean(before)


def test_what_changed_is_counted_from_what_was_said(invent):
    series = invent(60, level=8.0)
    seven = series.until(clock.instant("2022-03-01 07:00", ZONE))
    noon = series.until(clock.instant("2022-03-01 12:00", ZONE))
    fitted = registry.build("profile").fit(seven, CALENDAR)
    said = fitted.forecast(72, 400, np.random.default_rng(1))
    now = live.update(fitted, noon, 67, 400, np.random.default_rng(2))
    found = live.change(said.mean, now, noon)
    came = noon.counts.iloc[-5:].sum()
    assert found.since == seven.end
    assert found.until == clock.instant("2022-03-02", ZONE)
    assert (found.hours, found.came) == (5, came)
    expected = came + now.mean.iloc[:12].sum() - said.mean.iloc[:17].sum()
    assert found.more == pytest.approx(expected)
    assert found.low < found.more < found.high


def test_a_forecast_of_last_month_says_nothing_of_today(invent):
    series = invent(60)
    old = series.until(clock.instant("2022-01-20", ZONE))
    fitted = registry.build("profile").fit(old, CALENDAR)
    said = fitted.forecast(48, 20, np.random.default_rng(1))
    now = fitted.forecast(48, 20, np.random.default_rng(1), series)
    assert live.change(said.mean, now, series) is None


def late(rows):
    return pd.DataFrame(rows, columns=["lag_hours", "hours", "known", "final"])


def test_a_delay_is_learned_from_hours_loaded_again():
    table = late([(0, 40, 120.0, 200.0), (1, 40, 180.0, 200.0), (2, 40, 199.0, 200.0)])
    assert live.learn_feed(table).known == (0.6, 0.9)


def test_too_few_hours_loaded_again_teach_no_delay():
    assert live.learn_feed(late([(0, 5, 12.0, 200.0)])).known == ()
    assert live.learn_feed(late([])).known == ()


def test_a_day_still_running_is_no_day(invent):
    days = invent(40, step="day")
    feed = Feed(days.end - pd.Timedelta(hours=6), (0.5,))
    assert feed.late(days) == (0.0,)
    assert isinstance(feed.over(days), ArrivalSeries)
    assert np.isnan(feed.over(days).counts.iloc[-1])
