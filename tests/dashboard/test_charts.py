"""Figures: whole counts from zero, honest places on the time axis, light enough for a browser."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import charts
from dashboard.charts import axis, bands
from dashboard.service.briefing import briefing
from dashboard.service.question import Answer, Question
from dashboard.service.rhythm import busiest, hourly_need, week_rhythm
from dashboard.theme import DARK, LIGHT
from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting.forecast import Forecast
from staffing.department import default_department
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement

ZONE = "America/Chicago"
AUTUMN = clock.instant("2026-10-31 12:00", ZONE)  # the clock goes back that night
DEPARTMENT = default_department()


def made(origin: pd.Timestamp = AUTUMN, days: int = 42) -> Answer:
    """Six weeks by the hour, with a need of one nurse by night and three by day, two on duty."""
    past = clock.steps_between(origin - pd.Timedelta(days=60), origin, "hour", ZONE)
    index = clock.steps_from(origin, days * 24, "hour", ZONE)
    hour = np.asarray(index.tz_convert(ZONE).hour)
    draws = np.random.default_rng(1).poisson(5 + hour[:, None] / 4, (len(index), 200))
    forecast = Forecast("profile", "Mercy", "all", ZONE, "hour", index, draws.astype(np.int32))
    half = pd.date_range(index[0], periods=2 * len(index), freq="30min")
    local = half.tz_convert(ZONE).hour
    heads = pd.DataFrame({"nurse": np.where((local >= 8) & (local < 20), 3, 1)}, index=half)
    need = Requirement("Mercy", ZONE, "profile", 0.8, DEPARTMENT.target, heads, heads, heads)
    shifts = pd.DataFrame(
        {
            "role": "nurse",
            "code": "LD",
            "start": half[::24],
            "end": half[::24] + pd.Timedelta(hours=12),
            "heads": 2,
        }
    )
    return Answer(
        question=Question("Mercy"),
        history=ArrivalSeries("Mercy", "all", ZONE, "hour", pd.Series(6.0, index=past)),
        forecast=forecast,
        usual=pd.Series(6.0, index=index),
        need=need,
        plan=ShiftPlan(need, shifts),
        made_at=origin,
        data_until=origin,
        model_reason="",
        notes=(),
    )


@pytest.fixture(scope="module")
def answer() -> Answer:
    return made()


def figures(answer: Answer, palette=LIGHT) -> dict[str, go.Figure]:
    start = answer.need.start
    return {
        "fan": charts.fan(briefing(answer, DEPARTMENT.patterns, AUTUMN), palette),
        "by_day": charts.by_day(answer, "95", palette),
        "by_hour": charts.by_hour(answer, "95", palette),
        "week": charts.hour_of_week(answer, palette),
        "need": charts.need_heatmap(answer.need, "nurse", palette),
        "cover": charts.cover(answer.plan, "nurse", start, start + pd.Timedelta(days=7), palette),
    }


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_figures_are_svg_and_under_1500_points_a_trace(answer, palette):
    for figure in figures(answer, palette).values():
        for trace in figure.data:
            assert "gl" not in trace.type
            size = np.size(trace.z) if trace.type == "heatmap" else np.size(trace.x)
            assert size < 1500


def test_counts_start_at_zero_and_no_band_goes_below(answer):
    for name in ("fan", "by_day", "by_hour"):
        figure = figures(answer)[name]
        assert figure.layout.yaxis.rangemode == "tozero"
        for trace in figure.data:
            assert np.nanmin(np.asarray(trace.y, float)) >= 0


def test_no_band_lies_over_the_past(answer):
    figure = charts.fan(briefing(answer, DEPARTMENT.patterns, AUTUMN), LIGHT)
    now = 12  # twelve hours of actuals stand before it
    for trace in figure.data:
        if trace.name in bands.NAMES.values():
            assert min(trace.x) >= now


def test_the_hour_that_comes_twice_has_two_places_and_says_its_offset(answer):
    index = answer.forecast.index[:24]
    said = axis.labels(index, ZONE, "hour")
    assert [label for label in said if "01:00" in label] == [
        "Sun 1 Nov 01:00 (UTC−5)",
        "Sun 1 Nov 01:00 (UTC−6)",
    ]
    assert len(set(said)) == len(said)


def test_ticks_stand_at_their_local_hour_across_a_clock_change(answer):
    figure = axis.figure(LIGHT, 300)
    index = answer.forecast.index[:48]
    axis.time_ticks(figure, index, ZONE, every=6)
    local = index.tz_convert(ZONE)
    for place, text in zip(figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext, strict=True):
        assert f"{local[place].hour:02d}" == text[:2]
    assert figure.layout.xaxis.ticktext[2] == "00<br>Sun 1"


def test_a_half_hour_zone_has_its_ticks_on_local_hours():
    index = clock.steps_from(
        clock.instant("2026-01-01", "Asia/Kolkata"), 24, "hour", "Asia/Kolkata"
    )
    figure = axis.figure(LIGHT, 300)
    axis.time_ticks(figure, index, "Asia/Kolkata", every=6)
    assert list(figure.layout.xaxis.tickvals) == [0, 6, 12, 18]


def test_a_clock_of_half_days_is_written_short_enough_for_a_phone(answer):
    with locale.use("en_US"):
        figure = charts.fan(briefing(answer, DEPARTMENT.patterns, AUTUMN), LIGHT)
    hours = [text.split("<br>")[0] for text in figure.layout.xaxis.ticktext]
    assert set(hours) == {"12a", "6a", "12p", "6p"}
    names = [note.text for note in figure.layout.annotations if "–" in note.text]
    assert names
    assert all(re.fullmatch(r"\d{1,2}[ap]–\d{1,2}[ap]", name) for name in names), names


def test_wider_bands_hold_narrower_ones(answer):
    assert bands.shown("80") == ["80", "50"]
    assert bands.shown("95") == ["95", "80", "50"]
    quantiles = answer.forecast.quantiles(*bands.levels("95"))
    assert (quantiles["q025"] <= quantiles["q10"]).all()
    assert (quantiles["q90"] <= quantiles["q975"]).all()


def test_the_gap_bars_are_cover_less_need(answer):
    figure = figures(answer)["cover"]
    bars = {trace.name: trace for trace in figure.data if trace.type == "bar"}
    assert set(bars["▲ to spare"].y) == {1}
    assert set(bars["▼ short"].y) == {-1}
    assert "▼1" in bars["▼ short"].text


def test_each_day_of_need_shows_its_worst_half_hour(answer):
    table = hourly_need(answer.need, "nurse")
    assert table.shape == (43, 24)
    assert table.iloc[1, 7] == 1
    assert table.iloc[1, 8] == 3
    assert np.isnan(table.iloc[0, 0])


def test_the_strip_names_each_gap_by_sign_and_number():
    index = pd.date_range(AUTUMN, periods=3, freq="h")
    html = charts.gap_strip(pd.DataFrame({"<b>nurse": [-2, 0, 1]}, index=index), ZONE, LIGHT)
    assert "▼2" in html
    assert "▲1" in html
    assert 'title="2 short"' in html
    assert "<b>" not in html.lower()


def test_the_week_has_seven_rows_and_its_busiest_hour(answer):
    rhythm = week_rhythm(answer.forecast)
    assert rhythm.shape == (7, 24)
    weekday, hour, patients = busiest(answer.forecast)
    assert rhythm.loc[weekday, hour] == patients == rhythm.max().max()
    assert hour >= 20
    bar = charts.hour_of_week(answer, LIGHT).data[0].colorbar
    assert bar.title.text.replace("<br>", " ") == "patients per hour", "a scale says its unit"


def test_arrivals_by_the_day_have_no_hour_of_the_week():
    index = clock.steps_from(clock.instant("2026-01-01", ZONE), 3, "day", ZONE)
    forecast = Forecast("profile", "M", "all", ZONE, "day", index, np.ones((3, 2), np.int32))
    assert week_rhythm(forecast) is None
    assert busiest(forecast) is None


def test_a_forecast_without_usual_is_still_drawn(answer):
    blank = replace(answer, usual=answer.usual * np.nan)
    assert charts.fan(briefing(blank, DEPARTMENT.patterns, AUTUMN), LIGHT).data


@pytest.mark.parametrize(
    ("name", "first"),
    [("en_GB", "3 Feb<br>2026"), ("de_DE", "3. Feb<br>2026"), ("en_US", "Feb 3<br>2026")],
)
def test_days_of_a_file_are_dated_as_the_site_writes_them(name, first):
    some = pd.Series(5.0, index=pd.date_range("2026-02-03", periods=12))
    years = pd.Series(5.0, index=pd.date_range("2025-01-15", periods=700))
    with locale.use(name):
        assert charts.days(some, LIGHT).layout.xaxis.ticktext[0] == first
        long = charts.days(years, LIGHT).layout.xaxis
    assert len(long.ticktext) <= 7
    assert [day.day for day in long.tickvals] == [1] * len(long.tickvals)
    assert sum("<br>2026" in text for text in long.ticktext) == 1
    assert charts.days(some.iloc[:0], LIGHT).layout.xaxis.ticktext == ()
