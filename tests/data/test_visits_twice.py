"""Visits that stand in a file twice are told of, and those that are alike by chance are not."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data import checks, history, synthetic
from data.feeds import table
from data.ingest import LoadReport, ingest
from data.store import Store
from tests.data.conftest import ZONE

Load = Callable[..., LoadReport]
TWICE = "are the same as another one in all that is read of them (time, acuity)"


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    return synthetic.visits(seed=3, start="2024-10-01", days=60)


def twins_told(report: LoadReport) -> list[str]:
    return [note for note in report.notes if TWICE in note]


def rounded(visits: pd.DataFrame, to: str) -> pd.DataFrame:
    times = visits["arrived_at"].dt.floor(to).dt.strftime("%Y-%m-%d %H:%M:%S")
    return pd.DataFrame({"arrival": times, "acuity": visits["acuity"]})


@pytest.mark.parametrize("written", ["s", "min", "15min", "h"])
def test_visits_that_are_alike_by_chance_are_not_told_however_roughly_times_are_written(
    store: Store, visits: pd.DataFrame, tmp_path: Path, written: str
) -> None:
    file = tmp_path / "visits.csv"
    rounded(visits, written).to_csv(file, index=False)
    assert not twins_told(ingest(store, file, site="ward", time_zone=ZONE))


@pytest.mark.parametrize("written", ["s", "min"])
def test_visits_that_are_all_there_twice_are_told(
    store: Store, visits: pd.DataFrame, tmp_path: Path, written: str
) -> None:
    file = tmp_path / "visits.csv"
    once = rounded(visits, written)
    pd.concat([once, once]).to_csv(file, index=False)
    report = ingest(store, file, site="ward", time_zone=ZONE)
    assert len(twins_told(report)) == 1
    assert report.accepted == 2 * len(visits)  # nobody can tell which of two is one too many


def test_two_hundred_repeated_visits_are_numbered(
    store: Store, visits: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "visits.csv"
    once = visits[["arrived_at", "acuity"]]
    pd.concat([once, once.iloc[1000:1200]]).to_csv(file, index=False)
    [told] = twins_told(ingest(store, file, site="ward", time_zone=ZONE))
    assert 200 <= int(told.split()[0]) < 210
    found = checks.quality(store, "ward", history.arrivals(store, "ward").end).findings
    [twice] = found[found["kind"] == "duplicate rows"].to_dict("records")
    assert f"{twice['sentence']} {twice['action']}" == f"In visits.csv: {told}"
    monkeypatch.setattr(table, "LOOKED_AT", len(once) // 2)  # of many rows a part is looked at
    [told] = twins_told(ingest(store, file, site="other", time_zone=ZONE))
    assert told.startswith("About ")
    assert 120 < int(told.split()[1]) < 300
