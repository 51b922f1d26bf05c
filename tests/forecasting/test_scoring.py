"""What was said beside what came: outcomes, scores by hand, a baseline without foresight."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import registry, scoring
from forecasting.calendar import Calendar
from forecasting.forecast import LEVELS, Forecast, level_name
from forecasting.ignored import Period

ZONE = "America/Chicago"
CALENDAR = Calendar(ZONE)
NAMES = [level_name(level) for level in LEVELS]


def series(start: str, counts: np.ndarray) -> ArrivalSeries:
    index = clock.steps_from(clock.instant(start, ZONE), len(counts), "hour", ZONE)
    return ArrivalSeries("here", "all", ZONE, "hour", pd.Series(counts, index=index))


def rows(lead: int, said: list[float], came: list[float], width: float = 2.0) -> pd.DataFrame:
    """Days said with a range that reaches `width` to both sides of each mean."""
    start = pd.date_range("2026-03-02 06:00", periods=len(said), freq="D", tz="UTC")
    frame = pd.DataFrame(
        {
            "lead_hours": lead,
            "grain": "day",
            "start_utc": start,
            "origin_utc": start - pd.Timedelta(hours=lead),
            "mean": said,
            "actual": came,
        }
    )
    for name, level in zip(NAMES, LEVELS, strict=True):
        frame[name] = frame["mean"] + width * np.sign(round(level - 0.5, 9))
    return frame


def test_days_and_shifts_are_whole_local_ones_also_when_the_clock_changes():
    found = series("2026-03-07 05:00", np.ones(24 * 4))
    days = scoring.outcomes(found, "day")
    assert days.tolist() == [23.0, 24.0, 24.0]  # the clock goes forward on 8 March
    assert days.index[0] == clock.instant("2026-03-08", ZONE)
    assert scoring.outcomes(found, "shift").tolist()[:4] == [8.0, 8.0, 7.0, 8.0]


def test_a_day_with_an_unobserved_hour_is_not_known():
    counts = np.ones(72)
    counts[30] = np.nan
    found = series("2026-02-02", counts)
    assert scoring.outcomes(found, "day").isna().tolist() == [False, True, False]
    said = pd.DataFrame(
        {
            "grain": ["day", "hour", "day"],
            "start_utc": [found.index[24], found.index[24], found.index[71] + pd.Timedelta("1h")],
        }
    )
    assert scoring.with_outcomes(said, found)["actual"].isna().tolist() == [True, False, True]


def test_totals_are_said_from_whole_futures_not_from_quantiles_of_hours():
    index = clock.steps_from(clock.instant("2026-02-02", ZONE), 48, "hour", ZONE)
    draws = np.random.default_rng(1).poisson(5, (48, 400)).astype(np.int32)
    forecast = Forecast("m", "here", "all", ZONE, "hour", index, draws)
    said = scoring.totals_said(forecast)
    assert said["grain"].tolist() == ["shift"] * 6 + ["day"] * 2
    day = said.iloc[6]
    whole = draws[:24].sum(axis=0)
    assert day["start_utc"] == index[0]
    assert day["mean"] == pytest.approx(whole.mean())
    assert day["q90"] == np.quantile(whole, 0.9, method="inverted_cdf")
    assert day["q90"] < forecast.quantiles(0.9).iloc[:24].sum().item()


def test_scores_by_hand():
    said = rows(24, [100.0, 100.0, 100.0, 100.0], [101.0, 102.0, 110.0, np.nan])
    other = rows(24, [100.0, 100.0], [101.0, 102.0], width=0.0)
    found = scoring.table(said, other).iloc[0]
    assert (found["n"], found["compared"], found["lead_hours"]) == (3, 2, 24)
    assert found["mae"] == pytest.approx(13 / 3)
    assert found["bias"] == pytest.approx(-13 / 3)
    assert found["mean_actual"] == pytest.approx(313 / 3)
    assert found["cover80"] == pytest.approx(2 / 3)
    assert np.isfinite(found["skill"])


def test_the_skill_against_an_equal_baseline_is_nought_and_against_none_not_known():
    said = pd.concat([rows(0, [50.0] * 5, [49.0] * 5), rows(168, [50.0] * 5, [60.0] * 5)])
    same = rows(0, [50.0] * 5, [49.0] * 5)
    found = scoring.table(said, same).set_index("lead_hours")
    assert found.loc[0, "skill"] == pytest.approx(0.0)
    assert np.isnan(found.loc[168, "skill"])
    assert found.loc[168, "compared"] == 0


def test_the_baseline_knows_nothing_of_what_came_after_the_origin(invent):
    whole = invent(70)
    said = said_of(whole, [50, 57])
    first = scoring.baseline_said(whole, CALENDAR, said)
    changed = whole.counts.copy()
    later = clock.days_after(whole.start, 57, ZONE)
    changed[changed.index >= later] += 50
    again = scoring.baseline_said(
        ArrivalSeries("here", "all", ZONE, "hour", changed), CALENDAR, said
    )
    assert len(first) == len(said)
    pd.testing.assert_frame_equal(first[[*NAMES, "mean"]], again[[*NAMES, "mean"]])


def test_the_baseline_says_what_the_profile_would_have_said(invent):
    whole = invent(70)
    said = said_of(whole, [50])
    found = scoring.baseline_said(whole, CALENDAR, said)
    history = whole.until(said["origin_utc"].iloc[0])
    forecast = registry.build("profile").fit(history, CALENDAR).forecast(
        48, 4000, np.random.default_rng(5)
    )  # fmt: skip
    expected = forecast.totals("day").mean
    assert found["mean"].to_numpy() == pytest.approx(expected.to_numpy(), rel=0.03)


def test_there_is_no_baseline_before_four_weeks_of_history(invent):
    whole = invent(70)
    assert scoring.baseline_said(whole, CALENDAR, said_of(whole, [20])).empty
    closed = replace(CALENDAR, ignored=(Period("2000-01-01", "2099-12-31"),))
    assert scoring.baseline_said(whole, closed, said_of(whole, [50])).empty


def test_an_outage_does_not_make_the_baseline_a_weak_rival(invent):
    whole = invent(70)
    said = said_of(whole, [50])
    down = whole.counts.copy()
    down.iloc[40 * 24 : 47 * 24] = 0.0  # the record was down for a week
    broken = ArrivalSeries("here", "all", ZONE, "hour", down)
    one, other = (scoring.baseline_said(each, CALENDAR, said) for each in (whole, broken))
    assert other["mean"].to_numpy() == pytest.approx(one["mean"].to_numpy(), rel=0.05)


def said_of(whole: ArrivalSeries, days: list[int]) -> pd.DataFrame:
    """Two days said from each of the days of a series."""
    pieces = []
    for day in days:
        origin = clock.days_after(whole.start, day, ZONE)
        starts = clock.day_starts(origin, 2, ZONE)
        pieces.append(
            pd.DataFrame(
                {"lead_hours": 0, "grain": "day", "start_utc": starts, "origin_utc": origin}
            )
        )
    return scoring.with_outcomes(pd.concat(pieces, ignore_index=True), whole)
