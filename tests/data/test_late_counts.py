"""How late a feed is, learned from hours that were loaded again."""

from collections.abc import Callable

import pandas as pd
import pytest

from data import history
from data import ingest as ingest_module
from data.store import Store
from tests.data.conftest import hourly


@pytest.fixture
def load_at(load, monkeypatch) -> Callable[[str, str], None]:
    """Load text as if it came in at an instant (UTC)."""
    ledger_row = ingest_module._ledger_row
    monkeypatch.setattr(ingest_module, "KEEP_REPLACED_DAYS", 100_000)

    def _load(text: str, when: str) -> None:
        moment = pd.Timestamp(when, tz="UTC")
        monkeypatch.setattr(
            ingest_module, "_ledger_row", lambda report, told, _: ledger_row(report, told, moment)
        )
        load(text)

    return _load


def test_what_was_known_early_stands_beside_what_was_known_in_the_end(
    load_at, store: Store
) -> None:
    """Chicago is UTC−6: the hours 08–10 end at 15:00, 16:00 and 17:00 UTC."""
    load_at(hourly("2025-01-07 08:00", [9, 6, 2]), "2025-01-07 17:30")
    load_at(hourly("2025-01-07 08:00", [10, 10, 8]), "2025-01-09 12:00")
    found = history.late_counts(store, "ward").set_index("lag_hours")
    assert found["known"].to_dict() == {0: 2.0, 1: 6.0, 2: 9.0}
    assert found["final"].to_dict() == {0: 8.0, 1: 10.0, 2: 10.0}
    assert found["hours"].tolist() == [1, 1, 1]


def test_an_hour_loaded_again_on_the_same_morning_is_not_final(load_at, store: Store) -> None:
    load_at(hourly("2025-01-07 08:00", [9, 6, 2]), "2025-01-07 17:30")
    load_at(hourly("2025-01-07 08:00", [9, 8, 5]), "2025-01-07 18:30")
    assert history.late_counts(store, "ward").empty


def test_an_hour_that_was_running_when_loaded_is_no_late_hour(load_at, store: Store) -> None:
    load_at(hourly("2025-01-07 10:00", [2]), "2025-01-07 16:20")
    load_at(hourly("2025-01-07 10:00", [8]), "2025-01-09 12:00")
    assert history.late_counts(store, "ward").empty


def test_a_feed_is_as_fresh_as_the_load_of_its_last_hour(load_at, store: Store) -> None:
    load_at(hourly("2025-01-07 08:00", [9, 6, 2]), "2025-01-07 17:30")
    load_at(hourly("2025-01-06 08:00", [1, 2]), "2025-01-09 12:00")
    assert history.read_at(store, "ward") == pd.Timestamp("2025-01-07 17:30", tz="UTC")


def _hours_until(stop: pd.Timestamp) -> str:
    local = stop.tz_convert("America/Chicago").tz_localize(None)
    return hourly(f"{local - pd.Timedelta(hours=6):%Y-%m-%d %H:%M}", [3] * 6)


def test_the_usual_age_is_the_one_before_newer_data_came(load_at, store: Store) -> None:
    """Loads at half past, each with the hours that are complete: ninety minutes at the most."""
    first = pd.Timestamp("2025-01-07 12:00", tz="UTC")
    for hour in range(9):
        stop = first + pd.Timedelta(hours=hour)
        load_at(_hours_until(stop), f"{stop + pd.Timedelta(minutes=30):%Y-%m-%d %H:%M}")
    assert history.usual_age(store, "ward") == pd.Timedelta(minutes=90)
    load_at(hourly("2024-03-01", [3] * 24), "2025-01-07 21:00")  # older hours tell of no habit
    assert history.usual_age(store, "ward") == pd.Timedelta(minutes=90)


def test_a_feed_that_stood_still_once_keeps_its_habit(load_at, store: Store) -> None:
    first = pd.Timestamp("2025-01-07 12:00", tz="UTC")
    for hour in (*range(20), 30):
        stop = first + pd.Timedelta(hours=hour)
        load_at(_hours_until(stop), f"{stop + pd.Timedelta(minutes=30):%Y-%m-%d %H:%M}")
    assert history.usual_age(store, "ward") == pd.Timedelta(minutes=90)


def test_a_few_loads_and_old_loads_are_no_habit(load_at, store: Store) -> None:
    first = pd.Timestamp("2025-01-07 12:00", tz="UTC")
    for hour in range(8):
        stop = first + pd.Timedelta(hours=hour)
        load_at(_hours_until(stop), f"{stop + pd.Timedelta(minutes=30):%Y-%m-%d %H:%M}")
    assert history.usual_age(store, "ward") is None
    later = first + pd.Timedelta(days=30)
    load_at(_hours_until(later), f"{later:%Y-%m-%d %H:%M}")
    assert history.usual_age(store, "ward") is None
    assert history.usual_age(store, "nowhere") is None
