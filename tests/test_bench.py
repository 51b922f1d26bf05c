import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench import figures, hospitals, measures, real_data, rolling
from bench.breaks import after_break
from bench.figures import Figure, Sheet
from bench.line_chart import apart, line_chart
from bench.rolling import Trial
from data import clock
from data.arrivals import ArrivalSeries
from forecasting.forecast import Forecast

NAN = float("nan")


def outcomes(actual: list[float], **columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"actual": actual, **columns})


# Measures, each against a case worked by hand.


def test_half_of_an_end_counts_as_inside_by_mid_p() -> None:
    rows = outcomes([3, 3, 3], below=[0.85, 0.85, 0.94], upto=[0.93, 0.97, 0.98])
    assert measures.held_mid_p(rows, 0.8).tolist() == [True, False, False]


def test_a_range_holds_what_equals_its_ends() -> None:
    rows = outcomes([5, 9, 10, 4], q10=[5, 5, 5, 5], q90=[9, 9, 9, 9])
    assert measures.held(rows, 0.8).tolist() == [True, True, False, False]


def test_a_perfect_forecast_of_few_patients_has_a_flat_randomised_pit() -> None:
    rng = np.random.default_rng(5)
    actual = rng.poisson(2.0, 4000)
    draws = np.sort(rng.poisson(2.0, 20_000))
    share = {side: np.searchsorted(draws, actual, side) / len(draws) for side in ("left", "right")}
    rows = pd.DataFrame({"actual": actual, "below": share["left"], "upto": share["right"]})
    pit = measures.randomised_pit(rows)
    assert measures.uniform_p(pit) > 0.01
    assert measures.uniform_p(rows["upto"].to_numpy()) < 1e-6
    assert pit.mean() == pytest.approx(0.5, abs=0.02)


def test_error_beyond_poisson_is_what_poisson_does_not_explain() -> None:
    # Mean 100, squared error 125 = 100 (Poisson) + 25: 5 patients, 5 % of the mean.
    off = 125**0.5
    rows = outcomes([100, 100], mean=[100 + off, 100 - off])
    assert measures.beyond_poisson(rows) == pytest.approx(0.05)
    calm = outcomes([100, 100], mean=[105, 95])
    assert measures.beyond_poisson(calm) == 0
    same = pd.concat([rows.assign(origin=week) for week in range(8)])
    assert measures.beyond_poisson_between(same, 2) == pytest.approx((0.05, 0.05))
    usual = outcomes([100, 100], mean=[110, 90])
    odd = pd.concat([rows.assign(origin=0), *(usual.assign(origin=week) for week in range(1, 8))])
    low, high = measures.beyond_poisson_between(odd, 1)
    assert low == 0 < high < 0.05


def test_mase_is_scaled_by_the_week_before() -> None:
    two_weeks = np.array([10, 10, 10, 10, 10, 10, 10, 12, 8, NAN, 10, 10, 10, 16], dtype=float)
    assert measures.seasonal_scale(two_weeks, 7) == pytest.approx((2 + 2 + 0 + 0 + 0 + 6) / 6)


def test_crps_is_twice_the_mean_pinball_loss() -> None:
    rows = outcomes([10, 10], q10=[8, 12], q90=[12, 14])
    # 0.1 × 2 and 0.1 × 2; then 0.9 × 2 and 0.1 × 4.
    assert measures.crps_of_each(rows, (0.1, 0.9)) == pytest.approx([0.4, 2.2])


def test_neighbouring_origins_are_resampled_together() -> None:
    # Every other origin held everything, so runs of two always hold half: nothing is unsure.
    blocks = np.array([[7.0, 7.0], [0.0, 7.0]] * 10)
    assert measures.bootstrap(blocks, 2) == (0.5, 0.5)
    low, high = measures.bootstrap(blocks, 1)
    assert low < 0.4
    assert high > 0.6


def test_a_figure_says_between_what_it_lies() -> None:
    assert Figure("days", 5.239, 0, 5.2, unit=" %", digits=2).measured == "5.24 %"
    sure = Figure("days", 5.239, 0, 5.2, unit=" %", digits=2, between=(4.111, 6.2))
    assert sure.measured == "5.24 % (4.11 to 6.20)"


# Rolling origins.


def quiet_hours(days: int) -> ArrivalSeries:
    index = pd.date_range("2025-03-20", periods=24 * days, freq="h", tz="Europe/London")
    values = np.random.default_rng(2).poisson(6, len(index)).astype(float)
    return ArrivalSeries(
        "ward", "all", "Europe/London", "hour", pd.Series(values, index=index.tz_convert("UTC"))
    )


def trial(series: ArrivalSeries, **more: object) -> Trial:
    origins = rolling.weekly(series, 3, 7)
    calendar = real_data.CALENDARS["cardiff"]
    return Trial(series, calendar, "profile", origins, 7, draws=50, **more)  # type: ignore[arg-type]


def test_the_last_weekly_origin_ends_with_the_data() -> None:
    series = quiet_hours(60)
    origins = rolling.weekly(series, 4, 7)
    last_midnight = clock.floor_to_step(series.end, "day", series.time_zone)
    assert clock.days_after(origins[-1], 7, series.time_zone) == last_midnight
    assert {origin.tz_convert(series.time_zone).hour for origin in origins} == {0}
    assert clock.days_after(origins[0], 21, series.time_zone) == origins[-1]


def test_a_trial_is_cut_where_a_model_is_fitted_anew() -> None:
    series = quiet_hours(60)
    assert [len(one.origins) for one in rolling.between_fits(trial(series))] == [1, 1, 1]
    assert [len(one.origins) for one in rolling.between_fits(trial(series, refit_days=14))] == [
        2,
        1,
    ]


def test_what_came_is_laid_beside_the_forecast_of_the_same_hours() -> None:
    series = quiet_hours(60)
    rows = rolling.outcomes([trial(series, grains=("hour", "day", "week"), refit_days=99)])
    week = rolling.within(rows, "week", 7)
    assert len(week) == 3
    hours = rolling.within(rows, "hour", 7).groupby("origin")["actual"].sum()
    assert hours.tolist() == week["actual"].tolist()
    first = series.counts[week["origin"].iloc[0] :].iloc[:168].sum()
    assert week["actual"].iloc[0] == first
    assert len(rolling.within(rows, "day", 2)) == 6
    assert (rows["below"] <= rows["upto"]).all()


def test_a_day_seen_in_part_has_no_outcome() -> None:
    series = quiet_hours(2)
    values = series.counts.copy()
    values.iloc[30] = NAN
    gone = ArrivalSeries("ward", "all", series.time_zone, "hour", values)
    draws = np.array([[3, 9]] * 48, dtype=np.int32)
    forecast = Forecast("m", "ward", "all", series.time_zone, "hour", gone.index, draws)
    asked = Trial(gone, real_data.CALENDARS["cardiff"], "m", (gone.start,), 2)
    rows = rolling.outcome(asked, forecast, "day")
    assert rows["actual"].iloc[0] == values.iloc[:24].sum()
    assert np.isnan(rows["actual"].iloc[1])
    assert (rows["below"].iloc[0], rows["upto"].iloc[0]) == (0.5, 0.5)  # 72 < 144 seen < 216


def test_days_15_to_56_after_a_break_are_six_weeks() -> None:
    starts = pd.date_range("2020-03-01", periods=90, freq="D", tz="Europe/Zurich")
    rows = pd.DataFrame({"site": "bern", "start": starts.tz_convert("UTC")})
    days = after_break(rows)["start"].dt.tz_convert("Europe/Zurich").dt.strftime("%m-%d")
    assert (len(days), days.iloc[0], days.iloc[-1]) == (42, "03-27", "05-07")


# Figures and the page.


def test_a_figure_is_met_inside_its_range_and_ends_count() -> None:
    assert Figure("x", 1.0, None, 1.0).met
    assert Figure("x", 1.1, None, 1.0).met is False
    assert Figure("x", NAN, 0.0, None).met is False
    assert Figure("x", 5.0).met is None


def test_a_figure_that_misses_its_aim_fails_only_when_it_also_loses_what_was_reached() -> None:
    near = Figure("x", 7.2, None, 6.95, kept=(None, 7.3))
    assert (near.met, near.broken) == (False, False)
    assert Figure("x", 7.4, None, 6.95, kept=(None, 7.3)).broken
    assert Figure("x", 7.2, None, 6.95).broken


def sheet_of(value: float) -> Sheet:
    sheet = Sheet("example", "An example")
    sheet.add(Figure("error", value, None, 1.0))
    sheet.table("By model", pd.DataFrame({"model": ["a"], "CRPS": [1.23456]}))
    return sheet


def test_a_broken_limit_fails_only_a_check() -> None:
    asked = argparse.Namespace(check=True, write=False)
    assert sheet_of(2.0).close(asked) == 1
    assert sheet_of(0.5).close(asked) == 0
    assert sheet_of(2.0).close(argparse.Namespace(check=False, write=False)) == 0


def test_the_page_quotes_what_the_bench_printed_and_keeps_the_words(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("before\n<!-- bench: example -->\nold\n<!-- end: example -->\nafter\n")
    figures.write(sheet_of(2.0), page)
    figures.write(sheet_of(0.5), page)
    text = page.read_text()
    assert text.startswith("before\n<!-- bench: example -->\n| | asked | measured | met |")
    assert "| error | ≤ 1.000 | 0.500 | yes |" in text
    assert "| a | 1.235 |" in text
    assert "Printed by `python bench/" in text
    assert "old" not in text
    assert text.endswith("<!-- end: example -->\nafter\n")


def test_a_page_without_a_place_for_the_bench_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("words\n")
    with pytest.raises(SystemExit, match="has no place for 'example'"):
        figures.write(sheet_of(1.0), page)


def test_every_bench_has_its_place_on_the_page() -> None:
    text = figures.PAGE.read_text(encoding="utf-8")
    for name in ("accuracy", "calibration", "within-day", "cardiff", "swast", "breaks",
                 "streams", "history-cost", "speed", "backtest"):  # fmt: skip
        assert text.count(f"<!-- bench: {name} -->") == 1, name
        assert text.count(f"<!-- end: {name} -->") == 1, name
    text = hospitals.PAGE.read_text(encoding="utf-8")
    for name in ("pages", "sessions", "plan-edit"):
        assert text.count(f"<!-- bench: {name} -->") == 1, name
        assert text.count(f"<!-- end: {name} -->") == 1, name


def test_a_line_chart_is_a_picture_with_each_line_named() -> None:
    import xml.etree.ElementTree as ET

    text = line_chart((1, 10), {"slow": (1, 10), "fast": (0.1, 0.1)}, title="t", across="years")
    picture = ET.fromstring(text)
    words = [one.text for one in picture.iter() if one.tag.endswith("text")]
    assert {"slow", "fast", "grows with length", "t", "years"} <= set(words)
    lines = [one for one in picture.iter() if one.tag.endswith("polyline")]
    heights = [float(point.split(",")[1]) for point in lines[0].attrib["points"].split()]
    assert heights[1] < heights[0]  # more is higher up


def test_names_at_the_ends_of_lines_never_overlap() -> None:
    placed = apart({"a": 10.0, "b": 10.5, "c": 11.0, "d": 60.0})
    heights = sorted(placed.values())
    assert min(np.diff(heights)) >= 14
