"""The ledger: loading again, correcting, overlapping and undoing, always the newest word."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import history
from data import ingest as ingest_module
from data.errors import DataError
from data.ingest import LoadReport, ingest, undo
from data.store import Store
from tests.data.conftest import hourly

Load = Callable[..., LoadReport]


def test_the_same_file_again_changes_nothing(load: Load, store: Store) -> None:
    first = load(hourly("2024-01-01", [1, 2, 3]))
    before = history.data_version(store, "ward")
    again = load(hourly("2024-01-01", [1, 2, 3]), name="copy.csv")
    assert (first.already_loaded, again.already_loaded) == (False, True)
    assert again.load_id == first.load_id
    assert again.file == "arrivals.csv"
    assert history.data_version(store, "ward") == before
    assert len(history.loads(store)) == 1


def test_the_same_file_with_other_options_is_another_load(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", [1, 2, 3]))
    assert not load(hourly("2024-01-01", [1, 2, 3]), absent="zero").already_loaded


def test_a_corrected_file_replaces_exactly_its_own_hours(load: Load, store: Store) -> None:
    load(hourly("2024-01-01 00:00", [1] * 10), name="january.csv")
    report = load(hourly("2024-01-01 04:00", [7] * 3), name="corrected.csv")
    assert report.replaced_steps == 3
    assert "3 hours that were loaded before (january.csv) are replaced." in report.notes
    assert history.arrivals(store, "ward").counts.tolist() == [1] * 4 + [7] * 3 + [1] * 3
    ledger = history.loads(store, "ward")
    assert ledger["file"].tolist() == ["corrected.csv", "january.csv"]
    assert ledger["status"].tolist() == ["live", "live"]
    assert ledger["steps_live"].tolist() == [3, 7]


def test_an_hour_left_out_of_the_correction_is_unseen(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", [1] * 5))
    load(hourly("2024-01-01", [2, 2, "", 2, 2]))
    np.testing.assert_array_equal(history.arrivals(store, "ward").counts, [2, 2, np.nan, 2, 2])


def test_undoing_brings_the_earlier_word_back(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", [1] * 6))
    second = load(hourly("2024-01-01 04:00", [7] * 6))
    version = history.data_version(store, "ward")
    report = undo(store, second.load_id)
    assert (report.steps_restored, report.steps_emptied) == (2, 4)
    assert history.arrivals(store, "ward").counts.tolist() == [1] * 6
    assert history.data_version(store, "ward") == version + 1
    assert history.loads(store)["status"].tolist() == ["undone", "live"]
    with pytest.raises(DataError, match="was undone before"):
        undo(store, second.load_id)
    with pytest.raises(DataError, match="no load 99"):
        undo(store, 99)
    assert not load(hourly("2024-01-01 04:00", [7] * 6)).already_loaded


def test_a_site_keeps_one_clock_and_one_step(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", [1] * 30))
    with pytest.raises(DataError, match="keeps the clock of America/Chicago, not Europe/London"):
        load(hourly("2024-01-01", [2] * 30), time_zone="Europe/London")
    with pytest.raises(DataError, match=r"by the hour but .* by the day"):
        load("date,count\n2024-01-01,5\n2024-01-02,6\n")
    assert len(history.loads(store)) == 1
    assert load(hourly("2024-01-01", [2] * 30), site="other", time_zone="UTC").load_id == 2


def test_a_single_midnight_row_is_an_hour_where_the_site_counts_hours(
    load: Load, store: Store
) -> None:
    load(hourly("2024-01-01", [1] * 24))
    assert load(hourly("2024-01-02", [9])).step == "hour"
    assert history.arrivals(store, "ward").counts.iloc[-1] == 9
    assert load(hourly("2024-01-02", [9]), site="new").step == "day"


def test_words_replaced_long_ago_are_pruned(
    load: Load, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "KEEP_REPLACED_DAYS", -1)
    load(hourly("2024-01-01", [1] * 6))
    newest = load(hourly("2024-01-01", [2] * 6))
    assert history.arrivals(store, "ward").counts.tolist() == [2] * 6
    assert len(history.loads(store)) == 2
    undo(store, newest.load_id)
    with pytest.raises(DataError, match="Nothing was observed"):
        history.arrivals(store, "ward")


def test_progress_reaches_the_end(store: Store, write: Callable[..., Path]) -> None:
    told: list[float] = []
    ingest(
        store, write(hourly("2024-01-01", [1] * 5)), site="w", time_zone="UTC", progress=told.append
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


START = pd.Timestamp("2024-03-09 12:00")
files = st.lists(
    st.tuples(st.integers(0, 40), st.lists(st.integers(0, 9), min_size=1, max_size=20)),
    min_size=1,
    max_size=4,
)


@given(files, st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_hour_says_what_the_newest_standing_file_said(
    tmp_path: Path, loads: list[tuple[int, list[int]]], data: st.DataObject
) -> None:
    store = Store.in_memory()
    first = tmp_path / "first.csv"
    first.write_text(hourly("2024-01-01", [1, 1]))  # the site counts hours
    undo(store, ingest(store, first, site="w", time_zone="UTC").load_id)
    said: dict[int, dict[pd.Timestamp, int]] = {}
    for number, (at, counts) in enumerate(loads):
        path = tmp_path / f"{number}.csv"
        path.write_text(hourly(str(START + pd.Timedelta(hours=at)), counts))  # type: ignore[arg-type]
        for _ in range(2):
            report = ingest(store, path, site="w", time_zone="UTC", absent="missing")
        hours = pd.date_range(START + pd.Timedelta(hours=at), periods=len(counts), freq="h")
        if report.load_id not in said:
            said[report.load_id] = dict(zip(hours.tz_localize("UTC"), counts, strict=True))
    undone = data.draw(st.sampled_from([None, *said]))
    if undone is not None and len(said) > 1:
        undo(store, undone)
        del said[undone]
    expected: dict[pd.Timestamp, int] = {}
    for number in sorted(said):
        expected |= said[number]
    found = history.arrivals(store, "w").counts.dropna()
    assert found.to_dict() == dict(sorted(expected.items()))
    assert history.arrivals(store, "w").counts.sum() == sum(expected.values())


def test_nothing_is_kept_when_the_writing_fails(
    load: Load, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(hourly("2024-01-01", [1] * 6))

    def broken(*args: object) -> pd.DataFrame:
        raise RuntimeError

    monkeypatch.setattr(ingest_module, "_ledger_row", broken)
    with pytest.raises(RuntimeError):
        load(hourly("2024-01-01", [2] * 6))
    assert history.arrivals(store, "ward").counts.tolist() == [1] * 6
    assert history.data_version(store, "ward") == 1
