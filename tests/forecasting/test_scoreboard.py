"""Scores against hand-worked numbers, by grain, by horizon and beside the baseline."""

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import backtest, diagnostics
from forecasting.backtest import BacktestReport
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.rows import offsets, randomised_pit
from forecasting.scoreboard import bucket_names, naive_scale, scoreboard

ZONE = "America/Chicago"


def days(model, errors, site="here"):
    """A day ahead from each of a row of weekly origins, forecast so far off, certain of it."""
    count = len(errors)
    origin = pd.date_range("2025-01-06", periods=count, freq="7D")
    said = 100.0 + np.asarray(errors)
    return pd.DataFrame(
        {
            "model": model,
            "site": site,
            "stream": "all",
            "origin_local": origin,
            "horizon": 1,
            "grain": "day",
            "start_local": origin,
            "utc_offset": "-06:00",
            "start_utc": origin.tz_localize(ZONE).tz_convert("UTC"),
            "actual": 100.0,
            "mean": said,
            "q10": said - 1,
            "q50": said,
            "q90": said + 1,
            "pit": np.linspace(0.05, 0.95, count),
            "scale": 8.0,
        }
    )


@pytest.fixture(scope="module")
def board():
    rows = pd.concat([days("profile", [4.0, -4.0] * 6), days("better", [2.0, -1.0] * 6)])
    return scoreboard(BacktestReport(rows.reset_index(drop=True), (0.1, 0.5, 0.9)))


def test_scores_are_those_worked_by_hand(board):
    one = board.by_grain.set_index("model").loc["better"]
    assert (one["n"], one["origins"]) == (12, 12)
    assert isinstance(board.by_grain["n"].iloc[0], np.integer)
    assert one["mae"] == 1.5
    assert one["bias"] == 0.5
    assert one["rmse"] == pytest.approx(np.sqrt(2.5))
    assert one["wape"] == pytest.approx(0.015)
    assert one["mase"] == pytest.approx(1.5 / 8)
    # Off by 2: quantiles 1, 2, 3 above what came; by −1: 2, 1, 0 below.
    over = 2 / 3 * (0.9 * 1 + 0.5 * 2 + 0.1 * 3)
    under = 2 / 3 * (0.1 * 2 + 0.5 * 1 + 0.9 * 0)
    assert one["crps"] == pytest.approx((over + under) / 2)
    assert one["cover80"] == 0.5
    assert one["width80"] == 2.0
    assert "cover95" not in one


def test_the_baseline_is_what_others_are_measured_against(board):
    table = board.by_grain.set_index("model")
    better, profile = table.loc["better"], table.loc["profile"]
    assert profile["skill"] == 0
    assert np.isnan(profile["p"])
    assert better["difference"] == pytest.approx(better["crps"] - profile["crps"])
    assert better["skill"] == pytest.approx(1 - better["crps"] / profile["crps"])
    assert better["low"] <= better["difference"] <= better["high"] < 0
    assert better["p"] < 0.001


def test_a_model_is_compared_with_the_baseline_of_its_own_site():
    parts = [days("profile", [1.0] * 6), days("other", [1.0] * 6)]
    parts += [days("profile", [9.0] * 6, site="there"), days("other", [9.0] * 6, site="there")]
    rows = pd.concat(parts, ignore_index=True)
    table = scoreboard(BacktestReport(rows, (0.1, 0.5, 0.9))).by_grain
    assert (table["skill"] == 0).all()
    assert table.groupby("site")["mae"].first().to_dict() == {"here": 1.0, "there": 9.0}


def test_forecasts_that_overlap_count_for_less():
    """The same losses, but each forecast now reaches over four origins."""
    rng = np.random.default_rng(1)
    off, other = rng.normal(3, 1, 26), rng.normal(3.4, 1, 26)
    rows = pd.concat([days("profile", other), days("better", off)], ignore_index=True)
    near = scoreboard(BacktestReport(rows, (0.1, 0.5, 0.9))).by_grain.iloc[1]
    far_rows = rows.assign(horizon=28)
    far = scoreboard(BacktestReport(far_rows, (0.1, 0.5, 0.9))).by_grain.iloc[1]
    assert far["difference"] == near["difference"]
    assert far["high"] - far["low"] > near["high"] - near["low"]


def test_horizons_fall_into_their_buckets():
    rows = pd.DataFrame({"grain": "hour", "horizon": [1, 6, 7, 24, 25, 48, 49, 168, 672, 673]})
    assert bucket_names(rows).tolist() == [
        *("1–6", "1–6", "7–24", "7–24", "25–48", "25–48", "49–168", "49–168", "169–672", "673–")
    ]


def test_a_week_of_169_hours_is_a_week(invent):
    autumn = clock.instant("2024-11-03 00:00", ZONE)  # the clock goes back in its first night
    series = invent(60, start="2024-09-20")
    report = backtest.run(series, Calendar(ZONE), ["profile"], [autumn], 169, draws=40)
    hours = report.rows[report.rows["grain"] == "hour"]
    assert (len(hours), hours["horizon"].max()) == (169, 169)
    assert set(bucket_names(hours)) == {"1–6", "7–24", "25–48", "49–168"}
    assert set(diagnostics.coverage_by_horizon(hours, "hour")["ahead"]) == {"1", "2–3", "4–7"}


def test_scores_by_horizon_add_up_to_those_by_grain(invent):
    series = invent(150)
    origins = [clock.days_after(series.end, -7 * week, ZONE) for week in (4, 3, 2)]
    report = backtest.run(series, Calendar(ZONE), ["profile"], origins, 14 * 24, draws=40)
    found = scoreboard(report)
    for grain, part in found.by_horizon.groupby("grain"):
        whole = found.by_grain.set_index("grain").loc[grain]
        assert part["n"].sum() == whole["n"]
        assert np.average(part["crps"], weights=part["n"]) == pytest.approx(whole["crps"])
    hours = found.by_horizon[found.by_horizon["grain"] == "hour"]
    assert hours["horizon"].tolist() == ["1–6", "7–24", "25–48", "49–168", "169–672"]


def test_last_week_repeated_is_the_scale_of_mase():
    first = clock.instant("2025-01-06", ZONE)
    hours = clock.steps_between(first, clock.days_after(first, 28, ZONE), "hour", ZONE)
    week = np.arange(len(hours)) // 168
    counts = pd.Series(np.array([2.0, 3.0, 5.0, 50.0])[week], index=hours)
    series = ArrivalSeries("here", "all", ZONE, "hour", counts)
    third, fourth = (clock.days_after(first, 7 * back, ZONE) for back in (2, 3))
    origins = pd.DatetimeIndex([first, third, fourth])
    for grain, size in (("hour", 1), ("shift", 8), ("day", 24)):
        found = naive_scale(series, grain, origins)
        assert np.isnan(found[0])
        assert found[1:].tolist() == pytest.approx([1.0 * size, 1.5 * size])
    weeks = naive_scale(series, "week", origins)
    assert weeks[1] == pytest.approx(168)


def test_what_came_is_as_likely_high_as_low_among_its_own_kind():
    rng = np.random.default_rng(5)
    rate = rng.gamma(2, 1, 4000)
    draws = rng.poisson(rate[:, None], (4000, 30)).astype(np.int32)
    found = randomised_pit(rng.poisson(rate).astype(float), draws, rng)
    share = np.histogram(found, bins=10, range=(0, 1))[0] / 4000
    assert np.abs(share - 0.1).max() < 0.02
    narrow = randomised_pit(rng.poisson(2 * rate).astype(float), draws, rng)
    assert (narrow > 0.9).mean() > 0.25


def test_an_hour_that_nobody_saw_has_no_place_among_its_draws():
    draws = np.array([[1, 2, 3], [1, 2, 3]], dtype=np.int32)
    found = randomised_pit(np.array([np.nan, 9.0]), draws, np.random.default_rng(1))
    assert np.isnan(found[0])
    assert 0.75 <= found[1] < 1


def test_offsets_follow_the_clock_change():
    utc = pd.date_range("2025-11-02 05:00", periods=3, freq="h", tz="UTC")
    wall = utc.tz_convert(ZONE).tz_localize(None)
    assert offsets(utc, wall) == ["-05:00", "-05:00", "-06:00"]


def test_models_with_other_origins_are_not_compared():
    rows = pd.concat([days("profile", [1.0] * 6), days("other", [1.0] * 5)], ignore_index=True)
    with pytest.raises(ForecastError, match="different origins"):
        BacktestReport(rows, (0.5,))
