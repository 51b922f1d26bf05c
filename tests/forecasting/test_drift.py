"""A lasting change is flagged within weeks, and a department that stays as it is about yearly."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from forecasting import drift

ZONE = "America/Chicago"
START = pd.Timestamp("2025-01-01 06:00", tz="UTC")


@cache
def likely(mean: float, strays: float) -> tuple[float, float]:
    """80 % range of a Poisson day whose rate strays by so much."""
    rng = np.random.default_rng(0)
    futures = rng.poisson(mean * np.exp(rng.normal(-(strays**2) / 2, strays, 20_000)))
    low, high = np.quantile(futures, (0.1, 0.9), method="inverted_cdf")
    return float(low), float(high)


def days(
    rng: np.random.Generator,
    number: int = 365,
    *,
    mean: float = 190.0,
    strays: float = 0.05,
    correlation: float = 0.0,
    said_strays: float = 0.05,
    factor: np.ndarray | float = 1.0,
) -> pd.DataFrame:
    """Day totals around a known mean, with the range that was said of them."""
    effect = rng.standard_normal(number)
    for at in range(1, number):
        effect[at] = correlation * effect[at - 1] + np.sqrt(1 - correlation**2) * effect[at]
    rate = mean * factor * np.exp(strays * effect - strays**2 / 2)
    low, high = likely(mean, said_strays)
    return pd.DataFrame(
        {
            "start_utc": pd.date_range(START, periods=number, freq="D"),
            "actual": rng.poisson(rate).astype(float),
            "mean": mean,
            "q10": low,
            "q90": high,
        }
    )


def flagged(rows: pd.DataFrame) -> bool:
    """Whether a look now and then at the days so far raised a flag at any time of the year."""
    looks = range(drift.FEWEST_DAYS, len(rows) + 1, 9)
    return any(drift.watch(rows.iloc[:until], ZONE).sentences for until in looks)


@pytest.mark.parametrize(("mean", "correlation"), [(190.0, 0.15), (20.0, 0.0)])
def test_a_department_that_stays_as_it_is_is_flagged_about_once_a_year(mean, correlation):
    rng = np.random.default_rng(7)
    runs = 30
    years = sum(flagged(days(rng, mean=mean, correlation=correlation)) for _ in range(runs))
    # Flags that come once a year at random spare 37 of 100 years.
    assert 0.2 <= years / runs <= 0.75


def test_a_tenth_more_patients_are_flagged_within_four_weeks_with_size_and_date():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(20):
        rows = days(rng, 228, factor=np.where(np.arange(228) < 200, 1.0, 1.1))
        found.append(drift.watch(rows, ZONE))
    told = [one for one in found if one.since is not None]
    assert len(told) >= 19
    assert np.median([one.bias for one in told]) == pytest.approx(0.1, abs=0.02)
    shift = START.tz_convert(ZONE).tz_localize(None).normalize() + pd.Timedelta(days=200)
    late = np.median([(one.since - shift).days for one in told])
    assert abs(late) <= 7
    assert "above what was forecast since" in told[0].sentences[0]
    assert len(told[0].sentences) == 1


def test_fewer_patients_are_said_to_run_below():
    rows = days(np.random.default_rng(4), 100, factor=np.where(np.arange(100) < 60, 1.0, 0.88))
    judged = drift.watch(rows, ZONE)
    assert judged.bias == pytest.approx(-0.12, abs=0.03)
    assert "below what was forecast" in judged.sentences[0]
    assert "fewer patients" in judged.sentences[0]


def test_the_flag_goes_down_within_weeks_of_the_end_of_a_drift():
    at = np.arange(200)
    rows = days(np.random.default_rng(5), 200, factor=np.where((at >= 100) & (at < 150), 1.12, 1.0))
    assert drift.watch(rows.iloc[:150], ZONE).since is not None
    assert drift.watch(rows, ZONE).since is None


def test_one_storm_day_is_no_drift():
    rows = days(np.random.default_rng(6), 60)
    rows.loc[59, "actual"] = 600.0
    assert drift.watch(rows, ZONE).since is None


def test_ranges_that_hold_too_few_days_are_flagged():
    rng = np.random.default_rng(8)
    states = [drift.watch(days(rng, strays=0.14), ZONE) for _ in range(20)]
    narrow = [one for one in states if one.range_state == "narrow"]
    assert len(narrow) >= 15
    said = next(one for one in narrow if one.since is None)
    assert "of the last 56 days lay in the likely range" in said.sentences[0]
    assert "too narrow" in said.sentences[0]


def test_ranges_that_hold_all_days_are_flagged_as_too_wide():
    rng = np.random.default_rng(9)
    judged = drift.watch(days(rng, strays=0.0, said_strays=0.2), ZONE)
    assert judged.range_state == "wide"
    assert "too wide" in judged.sentences[0]


def test_four_weeks_are_needed_before_anything_is_flagged():
    rows = days(np.random.default_rng(2), 27, factor=2.0)
    judged = drift.watch(rows, ZONE)
    assert (judged.days, judged.sentences, judged.range_days) == (27, (), 0)
    unseen = days(np.random.default_rng(2), 40, factor=2.0).assign(actual=np.nan)
    assert drift.watch(unseen, ZONE).days == 0


def test_the_height_of_the_chart_gives_the_run_length_that_simulation_has():
    height = drift.threshold(100, 0.5)
    rng = np.random.default_rng(1)
    lengths = []
    for _ in range(300):
        up = down = 0.0
        for _day in range(1, 2000):
            value = rng.standard_normal()
            up, down = max(up + value - 0.5, 0), max(down - value - 0.5, 0)
            if max(up, down) > height:
                break
        lengths.append(_day)
    assert np.mean(lengths) == pytest.approx(100, rel=0.2)
