"""The invented department looks like a real one."""

import numpy as np
import pandas as pd
import pytest

from data import synthetic


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    return synthetic.visits()


def test_the_same_seed_invents_the_same_visits() -> None:
    one, two = (synthetic.visits(seed=5, days=20) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(synthetic.visits(seed=6, days=20))


def test_a_busy_day_is_busy_all_day(visits: pd.DataFrame) -> None:
    days = visits.groupby(visits["arrived_at"].dt.normalize()).size()
    assert len(days) == 1096
    assert 170 < days.mean() < 215
    level = days.groupby(days.index.day_of_week).transform("mean")
    assert 1.2 < (days - level).var() / days.mean() < 4.0
    hours = visits.groupby(visits["arrived_at"].dt.floor("h")).size()
    night = hours[(hours.index.hour == 15) & (hours.index.day_of_week == 2)]
    assert 0.8 < night.var() / night.mean() < 1.5


def test_mondays_are_busiest_and_the_peaks_are_at_11_and_17(visits: pd.DataFrame) -> None:
    assert visits["arrived_at"].dt.day_of_week.value_counts().idxmax() == 0
    by_hour = visits["arrived_at"].dt.hour.value_counts().sort_index()
    peaks = [h for h in range(1, 23) if by_hour[h] > by_hour[h - 1] and by_hour[h] > by_hour[h + 1]]
    assert any(abs(h - 11) <= 1 for h in peaks)
    assert any(abs(h - 17) <= 1 for h in peaks)


def test_the_skipped_hour_is_empty_and_the_repeated_one_is_double(visits: pd.DataFrame) -> None:
    hour = visits["arrived_at"].dt.floor("h")
    skipped = pd.to_datetime(["2022-03-13 02:00", "2023-03-12 02:00", "2024-03-10 02:00"])
    assert not hour.isin(skipped).any()
    repeated = pd.to_datetime(["2022-11-06 01:00", "2023-11-05 01:00", "2024-11-03 01:00"])
    usual = (hour.dt.hour == 1).sum() / 1096
    assert hour.isin(repeated).sum() > 3 * usual * 1.2


def test_sicker_patients_come_by_ambulance_and_stay(visits: pd.DataFrame) -> None:
    by_acuity = visits.groupby("acuity")
    ambulance = by_acuity["arrival_mode"].apply(lambda mode: (mode == "ambulance").mean())
    admitted = by_acuity["admitted"].apply(lambda told: (told == "yes").mean())
    assert (np.diff(ambulance) < 0).all()
    assert (np.diff(admitted) < 0).all()
    assert (visits["departed_at"] > visits["arrived_at"] - pd.Timedelta(hours=1)).all()
