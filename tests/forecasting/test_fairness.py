"""A group that is served worse is found; groups that are served alike raise no alarm."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from forecasting import fairness
from forecasting.errors import ForecastError

SIZES = {"age_band=0-17": 30.0, "age_band=18-64": 110.0, "age_band=65-79": 30.0, "age_band=80+": 18}
ORIGINS = 52


@cache
def likely(size: float) -> tuple[float, float]:
    """80 % range of a Poisson day around a day effect of 5 %."""
    rng = np.random.default_rng(0)
    futures = rng.poisson(size * np.exp(rng.normal(0, 0.05, 20_000) - 0.05**2 / 2))
    low, high = np.quantile(futures, (0.1, 0.9), method="inverted_cdf")
    return float(low), float(high)


def rows(
    rng: np.random.Generator,
    *,
    actual_factor: dict[str, float] | None = None,
    strays: dict[str, float] | None = None,
    wobble: dict[str, float] | None = None,
    shared: float = 0.0,
    origins: int = ORIGINS,
) -> pd.DataFrame:
    """Seven days ahead from weekly origins: forecasts that know the rate and a 5 % day effect.

    actual_factor: by how much more come than was said. strays: day effect of a group.
    wobble: noise of its forecast from day to day. shared: a level error of all groups by month.
    """
    first = pd.date_range("2025-01-06", periods=origins, freq="7D")
    origin = np.repeat(first, 7)
    start = origin + pd.to_timedelta(np.tile(np.arange(7), origins), unit="D")
    # A level error of a month is shared by all groups, as a wave of illness would be.
    month = np.repeat(rng.normal(0, 1, origins // 4 + 1), 28)[: len(start)] * shared
    common = rng.normal(0, 0.05, len(start))
    pieces = []
    for stream, size in SIZES.items():
        sd = (strays or {}).get(stream, 0.05)
        more = (actual_factor or {}).get(stream, 1.0)
        mean = size * np.exp((wobble or {}).get(stream, 0.0) * rng.standard_normal(len(start)))
        low, high = (end / size for end in likely(size))
        rate = size * more * np.exp(common / 0.05 * sd + month - sd**2 / 2)
        pieces.append(
            pd.DataFrame(
                {
                    "stream": stream,
                    "grain": "day",
                    "origin_local": origin,
                    "start_local": start,
                    "actual": rng.poisson(rate).astype(float),
                    "mean": mean,
                    "q10": np.round(low * mean),
                    "q90": np.round(high * mean),
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)


def test_groups_that_are_served_alike_raise_no_alarm_in_nine_of_ten_years():
    rng = np.random.default_rng(1)
    alarms = [bool(fairness.compare(rows(rng, shared=0.03)).worse) for _ in range(40)]
    assert np.mean(alarms) <= 0.1


def test_a_year_in_which_all_are_under_forecast_is_not_unfair():
    rng = np.random.default_rng(2)
    more = dict.fromkeys(SIZES, 1.08)
    alarms = [bool(fairness.compare(rows(rng, actual_factor=more)).worse) for _ in range(10)]
    assert sum(alarms) <= 1


def test_a_group_of_whom_a_tenth_more_come_is_found_with_its_size():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(10):
        judged = fairness.compare(rows(rng, actual_factor={"age_band=80+": 1.1}, shared=0.03))
        assert {one.stream for one in judged.worse} <= {"age_band=80+"}
        found += judged.worse
    assert len(found) >= 9
    assert {one.measure for one in found} == {"bias"}
    assert np.mean([one.value for one in found]) == pytest.approx(1 / 1.1 - 1, abs=0.015)
    inside = [one.low <= 1 / 1.1 - 1 <= one.high for one in found]
    assert sum(inside) >= 7


def test_a_group_whose_days_stray_further_than_was_said_is_found_by_its_ranges():
    rng = np.random.default_rng(4)
    judged = [fairness.compare(rows(rng, strays={"age_band=18-64": 0.16})) for _ in range(5)]
    named = [(one.stream, one.measure) for each in judged for one in each.worse]
    assert named.count(("age_band=18-64", "width")) >= 4


def test_a_group_whose_forecast_jumps_about_is_found_by_its_errors_or_ranges():
    rng = np.random.default_rng(5)
    judged = fairness.compare(rows(rng, wobble={"age_band=65-79": 0.2}))
    assert [one.stream for one in judged.worse] == ["age_band=65-79"]
    table = judged.groups.set_index("stream")
    assert table.loc["age_band=65-79", "error"] > 1.2 * table.loc["age_band=0-17", "error"]


def test_errors_of_a_known_level_are_seven_tenths_of_repeating_last_week_at_any_size():
    rng = np.random.default_rng(6)
    table = fairness.compare(rows(rng)).groups
    assert table["error"].to_numpy() == pytest.approx(np.sqrt(0.5), abs=0.04)
    assert table["per_day"].to_numpy() == pytest.approx(list(SIZES.values()), rel=0.04)
    assert (table["days"] == ORIGINS * 7).all()


def test_the_order_of_groups_changes_nothing():
    one = rows(np.random.default_rng(7), actual_factor={"age_band=80+": 1.15})
    turned = one.iloc[::-1]
    first, second = fairness.compare(one), fairness.compare(turned)
    assert {w.stream for w in first.worse} == {w.stream for w in second.worse}
    left = first.groups.sort_values("stream")["bias"].to_numpy()
    assert left == pytest.approx(second.groups.sort_values("stream")["bias"].to_numpy())


def test_a_few_weeks_judge_nobody():
    judged = fairness.compare(
        rows(np.random.default_rng(8), actual_factor={"age_band=80+": 2.0}, origins=7)
    )
    assert judged.origins == 7
    assert judged.worse == ()
    assert judged.groups["bias_low"].isna().all()


def test_a_group_of_a_handful_of_patients_is_left_out_and_named():
    frame = rows(np.random.default_rng(10))
    rare = frame["stream"] == "age_band=80+"
    frame.loc[rare, "actual"] = (frame.loc[rare, "start_local"].dt.day == 1).astype(float)
    judged = fairness.compare(frame)
    assert judged.left_out == ("age_band=80+",)
    assert judged.groups["stream"].tolist() == list(SIZES)[:3]
    with pytest.raises(ForecastError, match="Fewer than two groups"):
        fairness.compare(frame[frame["stream"].isin(["age_band=80+", "age_band=0-17"])])


def test_a_week_in_which_one_group_was_not_observed_counts_for_none():
    frame = rows(np.random.default_rng(9))
    gone = (frame["stream"] == "age_band=80+") & (frame["origin_local"] == "2025-03-03")
    frame.loc[gone, "actual"] = np.nan
    assert fairness.compare(frame).origins == ORIGINS - 1
