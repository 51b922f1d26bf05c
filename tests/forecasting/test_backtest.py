"""Rolling origins: the past only, the same origins for all, and the gate."""

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import backtest, gate
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError

CALENDAR = Calendar("America/Chicago", "US")


@pytest.fixture(scope="module")
def series(invent):
    return invent(300, day_sd=0.04)


def origins(series, weeks):
    return [clock.days_after(series.end, -7 * week, series.time_zone) for week in weeks]


def test_a_backtest_never_reads_what_came_after_its_origin(series):
    when = origins(series, [6, 4])
    clean = backtest.run(series, CALENDAR, ["profile", "harmonic"], when, 168, draws=50)
    counts = series.counts.copy()
    counts[counts.index >= when[-1]] = 99.0
    spoilt_series = ArrivalSeries("here", "all", series.time_zone, "hour", counts)
    spoilt = backtest.run(spoilt_series, CALENDAR, ["profile", "harmonic"], when, 168, draws=50)
    same = [name for name in clean.rows.columns if name not in ("actual", "pit")]
    pd.testing.assert_frame_equal(clean.rows[same], spoilt.rows[same])
    assert not clean.rows["actual"].equals(spoilt.rows["actual"])


def test_actuals_of_totals_are_sums_of_hours_and_unseen_hours_leave_them_open(series):
    when = origins(series, [3])
    counts = series.counts.copy()
    hole = when[0] + pd.Timedelta(hours=30)
    counts[hole] = np.nan
    holed = ArrivalSeries("here", "all", series.time_zone, "hour", counts)
    rows = backtest.run(holed, CALENDAR, ["profile"], when, 24 * 7, draws=20).rows
    days = rows[rows["grain"] == "day"].set_index("start_utc")["actual"]
    assert days.isna().tolist() == [False, True] + [False] * 5
    first = counts[(counts.index >= when[0])][:24].sum()
    assert days.iloc[0] == first
    assert rows[rows["grain"] == "week"]["actual"].isna().all()


def test_between_fits_only_the_level_moves(series):
    when = origins(series, [8, 7, 6, 5])
    seldom = backtest.run(series, CALENDAR, ["harmonic"], when, 24, refit=pd.Timedelta(days=60))
    often = backtest.run(series, CALENDAR, ["harmonic"], when, 24)
    first = seldom.rows["origin_local"] == seldom.rows["origin_local"].min()
    pd.testing.assert_frame_equal(seldom.rows[first], often.rows[first])
    assert not seldom.rows["mean"].equals(often.rows["mean"])
    assert seldom.rows["mean"].sum() == pytest.approx(often.rows["mean"].sum(), rel=0.02)


def test_ranges_of_days_hold_as_often_as_they_say(invent):
    series = invent(500, day_sd=0.08, level=10, seed=4)
    when = origins(series, range(24, 3, -4))
    report = backtest.run(series, CALENDAR, ["profile"], when, 24 * 28, draws=400)
    table = report.scores().set_index("grain")
    assert 0.72 <= table.loc["day", "cover80"] <= 0.88
    assert 0.78 <= table.loc["hour", "cover80"] <= 0.90


@pytest.mark.parametrize("grain", ["minute", "hour"])
def test_a_grain_that_the_data_does_not_have_is_refused(invent, grain):
    days = invent(100, step="day")
    with pytest.raises(ForecastError, match=f"'{grain}' is not possible by the day"):
        backtest.run(days, CALENDAR, ["profile"], origins(days, [2]), 14, grains=[grain])


def test_a_horizon_without_a_whole_week_is_said(series):
    with pytest.raises(ForecastError, match="No whole week"):
        backtest.run(series, CALENDAR, ["profile"], origins(series, [2]), 24, grains=["week"])


def test_the_gate_keeps_the_profile_where_history_is_short(invent):
    choice = gate.choose(invent(90), CALENDAR)
    assert choice.name == "profile"
    assert "too little history" in choice.reason


def test_the_gate_lets_a_better_model_through_and_says_by_how_much(invent):
    """A ward with a time of year, which the profile does not know: no luck is needed."""
    plain = invent(790, level=12)
    days = (plain.index - plain.index[0]) / pd.Timedelta(days=365.25)
    stays = 0.7 + 0.2 * np.sin(2 * np.pi * np.asarray(days))
    counts = np.random.default_rng(1).binomial(plain.counts.astype(int), stays).astype(float)
    yearly = ArrivalSeries(
        "here", "all", plain.time_zone, "hour", pd.Series(counts, index=plain.index)
    )
    choice = gate.choose(yearly, CALENDAR, candidates=["harmonic"])
    ratio = choice.scores.pivot(index="model", columns="grain", values="crps")
    gain = 1 - (ratio / ratio.loc["profile"]).mean(axis=1)["harmonic"]
    assert gain > 0.1
    assert choice.name == "harmonic"
    assert choice.reason == (
        f"harmonic: its error was {100 * gain:.1f} % below that of profile on the last 8 weeks."
    )


def test_the_gate_says_where_a_gain_may_be_luck(invent):
    """A ward whose whole truth the profile can learn: another model is better by chance only."""
    choice = gate.choose(invent(300, day_sd=0.04, seed=5), CALENDAR, candidates=["harmonic"])
    assert choice.name == "harmonic"
    assert choice.reason.endswith("on the last 8 weeks; that may be luck.")


def test_the_gate_never_lets_the_straw_man_through(series):
    choice = gate.choose(series, CALENDAR, candidates=["seasonal-naive"])
    assert choice.name == "profile"
    assert "did not beat it on the last 8 weeks" in choice.reason


def test_the_gate_says_which_model_could_not_be_fitted_and_why(invent):
    empty = invent(200, level=0.0)
    choice = gate.choose(empty, CALENDAR, candidates=["ets"])
    assert choice.name == "profile"
    assert "no other could be fitted. ETS needs at least 28 complete days" in choice.reason
