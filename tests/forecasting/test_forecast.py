"""Draws, quantiles and totals of a forecast."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import clock
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast, level_name


def made(draws, start="2024-01-01 06:00", zone="America/Chicago", step="hour"):
    first = pd.Timestamp(start, tz="UTC")
    index = clock.steps_from(first, len(draws), step, zone)
    return Forecast("m", "here", "all", zone, step, index, np.asarray(draws))


def test_quantiles_are_whole_patients_that_were_drawn():
    forecast = made([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]])
    quantiles = forecast.quantiles(0.1, 0.5, 0.9)
    assert quantiles.iloc[0].tolist() == [0, 4, 8]


def test_ranges_of_a_total_come_from_sums_and_not_from_sums_of_ranges():
    rng = np.random.default_rng(1)
    forecast = made(rng.poisson(12, (24, 4000)))
    by_hour = forecast.quantiles(0.9).sum().item()
    by_day = forecast.totals("day").quantiles(0.9).iloc[0, 0]
    assert by_day < by_hour - 50
    assert by_day == pytest.approx(12 * 24 + 1.2816 * np.sqrt(12 * 24), abs=3)


def test_only_whole_days_and_shifts_are_totalled():
    forecast = made(np.ones((30, 3), dtype=int), start="2024-01-01 09:00")
    shifts, days = forecast.totals("shift"), forecast.totals("day")
    local = shifts.index.tz_convert("America/Chicago")
    assert local.strftime("%d %H").tolist() == ["01 08", "01 16", "02 00"]
    assert (shifts.draws == 8).all()
    assert len(days.index) == 0


@pytest.mark.parametrize(("date", "hours"), [("2024-03-10", 23), ("2024-11-03", 25)])
def test_clock_change_days_have_23_or_25_hours(date, hours):
    start = clock.instant(date, "America/Chicago")
    forecast = made(np.ones((24 * 3, 2), dtype=int), start=str(start.tz_localize(None)))
    assert forecast.totals("day").draws[0].tolist() == [hours, hours]


@given(
    start=st.integers(0, 24 * 400),
    hours=st.integers(1, 24 * 20),
    zone=st.sampled_from(
        ["Europe/London", "Asia/Kolkata", "Australia/Adelaide", "America/Santiago", "UTC"]
    ),
    grain=st.sampled_from(["hour", "shift", "day", "week"]),
)
@settings(max_examples=60, deadline=None)
def test_totals_agree_with_a_slow_count_by_the_local_clock(start, hours, zone, grain):
    first = clock.floor_to_step(
        pd.Timestamp("2023-02-01", tz="UTC") + pd.Timedelta(hours=start), "hour", zone
    )
    draws = np.arange(hours)[:, None] % 7 + np.zeros((1, 2), dtype=int)
    forecast = made(draws, start=str(first.tz_localize(None)), zone=zone)
    totals = forecast.totals(grain)
    assert (totals.draws.sum(axis=0) <= forecast.draws.sum(axis=0)).all()
    for begin, total in zip(totals.index, totals.draws, strict=True):
        local = begin.tz_convert(zone)
        if grain == "hour":
            end = begin + pd.Timedelta(hours=1)
        elif grain == "shift":
            wall = local.tz_localize(None).normalize()
            hour = (local.hour // 8 + 1) * 8
            end = clock.instant(wall + pd.Timedelta(hours=hour), zone)
        else:
            end = clock.days_after(clock.day_starts(begin, 1, zone)[0], 7 if grain == "week" else 1,
                                   zone)  # fmt: skip
        inside = (forecast.index >= begin) & (forecast.index < end)
        assert end <= forecast.index[-1] + pd.Timedelta(hours=1)
        assert total.tolist() == forecast.draws[inside].sum(axis=0).tolist()


@pytest.mark.parametrize(
    "draws", [[[-1, 2]], [[0.5, 1.0]], [[]]], ids=["negative", "fraction", "none"]
)
def test_draws_that_are_no_patients_are_refused(draws):
    with pytest.raises(ForecastError):
        made(draws)


def test_draws_cannot_be_written_to():
    forecast = made([[1, 2]])
    with pytest.raises(ValueError, match="read-only"):
        forecast.draws[0, 0] = 9


def test_names_of_levels_are_those_of_the_csv():
    assert [level_name(x) for x in (0.025, 0.05, 0.25, 0.5, 0.975)] == [
        "q025", "q05", "q25", "q50", "q975",
    ]  # fmt: skip
