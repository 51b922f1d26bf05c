"""Backtests are kept as they are worked, go on where they stopped, and can be read back."""

import numpy as np
import pandas as pd
import pytest

from dashboard.service import backtests
from dashboard.service.errors import ServiceError
from data import clock, trials
from data.arrivals import ArrivalSeries
from data.errors import DataError
from data.store import Store
from forecasting import campaign
from forecasting.backtest import Trial
from forecasting.calendar import Calendar
from forecasting.scoreboard import scoreboard

ZONE = "America/Chicago"


def task(series, weeks=(5, 4, 3), models=("profile", "seasonal-naive"), **more):
    origins = tuple(clock.days_after(series.end, -7 * week, ZONE) for week in weeks)
    trial = Trial(origins, tuple(168 for _ in origins), draws=20, **more)
    return campaign.Task(series, Calendar(ZONE, "US"), models, trial)


@pytest.fixture(scope="module")
def series():
    """Seventeen weeks of Poisson hours around six patients, across the clock change of spring."""
    first = clock.instant("2025-01-06", ZONE)
    hours = clock.steps_between(first, clock.days_after(first, 119, ZONE), "hour", ZONE)
    counts = np.random.default_rng(1).poisson(6.0, len(hours)).astype(float)
    return ArrivalSeries("here", "all", ZONE, "hour", pd.Series(counts, index=hours))


def other(series, step, value):
    counts = series.counts.copy()
    counts.iloc[step] = value
    return ArrivalSeries(series.site, series.stream, ZONE, "hour", counts)


def test_a_backtest_that_was_interrupted_goes_on_and_ends_as_if_it_never_stopped(series):
    store, whole = Store.in_memory(), task(series)
    seen = []

    def interrupted(share):
        seen.append(share)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backtests.run([whole], 1, store, progress=interrupted)
    again = backtests.run([task(series)], 1, store)
    assert (again.continued, again.pieces) == (3, 6)
    plain = backtests.run([whole], 1, None)
    pd.testing.assert_frame_equal(again.outcome.report.rows, plain.outcome.report.rows)
    third = backtests.run([whole], 1, store)
    assert third.continued == 6
    pd.testing.assert_frame_equal(third.outcome.report.rows, plain.outcome.report.rows)


def test_fresh_begins_anew(series):
    store, whole = Store.in_memory(), task(series, weeks=(3,), models=("profile",))
    backtests.run([whole], 1, store)
    assert backtests.run([whole], 1, store, fresh=True).continued == 0
    assert len(trials.runs(store)) == 1


def test_one_more_model_does_not_work_the_others_again(series):
    store = Store.in_memory()
    backtests.run([task(series, models=("profile",))], 1, store)
    assert backtests.run([task(series)], 1, store).continued == 3


def test_another_count_makes_another_run_unless_it_came_after_the_last_target(series):
    key = backtests.trial_key(task(series))
    assert backtests.trial_key(task(other(series, 100, 99.0))) != key
    last_target = len(series.counts) - 14 * 24 - 1
    assert backtests.trial_key(task(other(series, last_target, 99.0))) != key
    assert backtests.trial_key(task(other(series, last_target + 1, 99.0))) == key


@pytest.mark.parametrize("more", [{"seed": 2}, {"levels": (0.5,)}, {"refit": pd.Timedelta("14D")}])
def test_whatever_was_asked_otherwise_makes_another_run(series, more):
    assert backtests.trial_key(task(series)) != backtests.trial_key(task(series, **more))


def test_the_newest_backtest_of_a_site_can_be_read_back_with_its_scores(series):
    store = Store.in_memory()
    backtests.run([task(series, weeks=(8, 7))], 1, store)
    done = backtests.run([task(series)], 1, store).outcome.report
    found = backtests.newest(store, "here")
    assert found.levels == done.levels
    pd.testing.assert_frame_equal(
        scoreboard(found).by_grain, scoreboard(done).by_grain, check_dtype=False
    )
    listed = backtests.kept(store)
    assert listed["models"].tolist() == [("profile", "seasonal-naive")] * 2
    assert listed["origins_kept"].tolist() == listed["origins"].tolist() == [3, 2]
    with pytest.raises(ServiceError, match="edinflow backtest"):
        backtests.newest(store, "elsewhere")


def test_a_piece_that_two_commands_worked_at_once_is_read_once(series):
    store, whole = Store.in_memory(), task(series, weeks=(3,), models=("profile",))
    done = backtests.run([whole], 1, store).outcome.report.rows
    (key,) = trials.runs(store)["run_key"]
    names = [name for name in done if name.startswith("q")]
    again = trials.rows(store, key, names)
    trials.keep(store, key, again, names)
    pd.testing.assert_frame_equal(trials.rows(store, key, names), again)
    assert backtests.run([whole], 1, store).continued == 1


def test_rows_that_are_not_whole_are_not_kept(series):
    store = Store.in_memory()
    rows = backtests.run([task(series, weeks=(3,))], 1, None).outcome.report.rows
    with pytest.raises(DataError, match="without piece_utc, origin_utc"):
        trials.keep(store, "key", rows, ["q50"])
