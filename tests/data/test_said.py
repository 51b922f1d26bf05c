"""What was said, when, and how far ahead: looked up from the forecasts as issued."""

import numpy as np
import pandas as pd
import pytest

from data import archive, clock, said
from data.errors import DataError
from data.store import Store

ZONE = "America/Chicago"
DAY = pd.Timedelta(days=1)
SOON = pd.Timedelta(minutes=5)
MONDAY = clock.instant("2026-03-02", ZONE)


def issue(
    store: Store,
    origin: pd.Timestamp,
    level: int,
    *,
    stream: str = "all",
    days: int = 10,
    late: pd.Timedelta = SOON,
) -> int:
    """A forecast of `level` patients in every hour, and so 24 × level a day."""
    index = clock.steps_from(origin, 24 * days, "hour", ZONE)
    starts = clock.day_starts(origin + DAY - pd.Timedelta(seconds=1), days - 1, ZONE)
    totals = pd.DataFrame({"grain": "day", "start_utc": starts, "mean": 24.0 * level})
    return archive.save_forecast(
        store,
        site="ward",
        stream=stream,
        model=f"model{level}",
        time_zone=ZONE,
        step="hour",
        origin_utc=origin,
        made_at_utc=origin + late,
        data_version=1,
        settings_hash="",
        seed=1,
        reason="",
        notes=[],
        index=index,
        draws=np.full((len(index), 3), level, np.int32),
        quantiles=pd.DataFrame({"mean": float(level), "q50": float(level)}, index),
        totals=totals.assign(q50=24.0 * level),
    )


def ahead(store: Store, hours: int, grain: str, **more: bool) -> pd.DataFrame:
    return said.ahead(
        store,
        "ward",
        lead_hours=(hours,),
        start=MONDAY,
        stop=MONDAY + DAY,
        grains=(grain,),
        **more,
    )


def test_what_was_said_at_least_so_far_ahead_counts_once_for_each_hour_and_day(store: Store):
    for before in (3, 2, 1, 0):
        issue(store, MONDAY - before * DAY, 10 + before)
    issue(store, MONDAY + pd.Timedelta(hours=6), 99)
    newest, day_before = ahead(store, 0, "day"), ahead(store, 24, "day")
    assert newest["mean"].tolist() == [240.0]
    assert day_before["mean"].tolist() == [264.0]
    assert ahead(store, 72, "day")["model"].tolist() == ["model13"]
    assert ahead(store, 73, "day").empty
    hours = ahead(store, 0, "hour")
    assert hours["mean"].tolist() == [10.0] * 6 + [99.0] * 18
    assert ahead(store, 24, "hour")["mean"].tolist() == [11.0] * 24


def test_forecasting_more_often_adds_no_rows(store: Store):
    issue(store, MONDAY - DAY, 5)
    once = ahead(store, 24, "hour")
    for hour in range(1, 6):
        issue(store, MONDAY - DAY - pd.Timedelta(hours=hour), 6)
    again = ahead(store, 24, "hour")
    assert len(again) == len(once) == 24
    assert again["mean"].tolist() == once["mean"].tolist()


def test_of_two_with_the_same_origin_the_one_made_last_counts(store: Store):
    issue(store, MONDAY, 5)
    second = issue(store, MONDAY, 7)
    assert ahead(store, 0, "day")["forecast_id"].tolist() == [second]
    table = said.of_totals(store, "ward", "all", MONDAY, MONDAY + DAY)
    assert table["forecast_id"].tolist() == [second]
    assert said.live_at(store, "ward", MONDAY + DAY) == second


def test_what_was_made_with_hindsight_is_kept_apart(store: Store):
    issue(store, MONDAY - 2 * DAY, 5)
    issue(store, MONDAY - DAY, 9, late=pd.Timedelta(days=30))
    assert ahead(store, 0, "day")["mean"].tolist() == [120.0]
    assert ahead(store, 0, "day", afterwards=True)["mean"].tolist() == [216.0]


def test_the_live_one_is_the_newest_begun_and_made_by_then(store: Store):
    assert said.live_at(store, "ward", MONDAY) is None
    first = issue(store, MONDAY - DAY, 5)
    second = issue(store, MONDAY, 6)
    assert said.live_at(store, "ward", MONDAY) == first  # the second is made five minutes later
    assert said.live_at(store, "ward", MONDAY + SOON) == second
    assert said.live_at(store, "ward", MONDAY - 2 * DAY) is None
    assert said.live_at(store, "ward", MONDAY + DAY, "acuity=2") is None


def test_each_stream_keeps_its_own_totals_when_newer_draws_replace_older(store: Store):
    first = issue(store, MONDAY, 5, stream="acuity=2")
    issue(store, MONDAY, 50)
    issue(store, MONDAY + DAY, 6, stream="acuity=2")
    assert said.totals(store, first)["mean"].tolist() == [120.0] * 9
    assert said.of_totals(store, "ward", "acuity=2", MONDAY, MONDAY + DAY)["q50"].tolist() == [120]
    assert said.forecasts(store, "ward", "acuity=2")["model"].tolist() == ["model5", "model6"]


def test_a_grain_that_nobody_plans_by_is_refused(store: Store):
    number = issue(store, MONDAY, 5)
    week = pd.DataFrame({"forecast_id": [number], "grain": "week", "start_utc": MONDAY})
    with pytest.raises(DataError), store.transaction() as write:
        write.append("forecast_totals", week)
