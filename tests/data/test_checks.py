"""The quality report finds what was planted, and nothing in a clean record."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data import checks, history
from data.errors import DataError
from data.ingest import LoadReport
from data.store import Store
from tests.data.conftest import hourly

Load = Callable[..., LoadReport]
DAYS = 200
END = pd.Timestamp("2023-01-01", tz="UTC") + pd.Timedelta(days=DAYS)


def _usual(seed: int = 1, level: float = 8.0) -> list[object]:
    shape = 1 + 0.6 * np.sin(np.arange(24) * 2 * np.pi / 24 - 2)
    return list(np.random.default_rng(seed).poisson(np.tile(level * shape, DAYS)))


def _kinds(store: Store, now: pd.Timestamp = END) -> list[str]:
    return checks.quality(store, "ward", now).findings["kind"].tolist()


def test_a_clean_record_has_no_findings(load: Load, store: Store) -> None:
    load(hourly("2023-01-01", _usual()), time_zone="UTC")
    report = checks.quality(store, "ward", END + pd.Timedelta(hours=3))
    assert report.findings.empty
    assert (report.is_late, report.age, report.data_until) == (False, pd.Timedelta(hours=3), END)


@pytest.mark.parametrize(("days", "severity"), [(2, "watch"), (9, "act")])
def test_old_data_is_late(load: Load, store: Store, days: int, severity: str) -> None:
    load(hourly("2023-01-01", _usual()), time_zone="UTC")
    report = checks.quality(store, "ward", END + pd.Timedelta(days=days))
    assert report.is_late
    assert report.findings.iloc[0][["kind", "severity"]].tolist() == ["late feed", severity]
    assert f"{days}.0 days ago" in report.findings.iloc[0]["sentence"]


def test_planted_faults_are_found_where_they_are(load: Load, store: Store) -> None:
    counts = _usual()
    counts[1000:1010] = [""] * 10
    counts[2000:2008] = [0] * 8
    counts[24 * 150 : 24 * 151] = [int(2 * int(c)) for c in counts[24 * 150 : 24 * 151]]  # type: ignore[call-overload]
    load(hourly("2023-01-01", counts) + "2023-01-01 00:00,-1\n", time_zone="UTC")
    found = checks.quality(store, "ward", END).findings.set_index("kind")
    start = pd.Timestamp("2023-01-01", tz="UTC")
    assert set(found.index) == {"gap", "doubtful zeros", "odd day", "refused rows"}
    assert found.loc["gap", "start_utc"] == start + pd.Timedelta(hours=1000)
    assert found.loc["gap", "steps"] == 10
    zeros = found.loc["doubtful zeros"]
    assert zeros["start_utc"] <= start + pd.Timedelta(hours=2000)
    assert zeros["end_utc"] >= start + pd.Timedelta(hours=2008)
    assert start + pd.Timedelta(days=150) in found.loc[["odd day"], "start_utc"].tolist()
    assert (found["sentence"].str.endswith(".") & found["action"].str.endswith(".")).all()


def test_a_lasting_change_of_level_is_told(load: Load, store: Store) -> None:
    counts = _usual()
    counts[-24 * 28 :] = _usual(2, 10.0)[-24 * 28 :]
    load(hourly("2023-01-01", counts), time_zone="UTC")
    assert "level shift" in _kinds(store)


def test_merged_autumn_hours_are_told_once(load: Load, store: Store) -> None:
    load(hourly("2023-06-01", _usual()), time_zone="America/Chicago")
    found = checks.quality(store, "ward", pd.Timestamp("2023-12-18", tz="UTC")).findings
    assert found["kind"].tolist() == ["clock change"]
    assert "In 1 autumn night the" in found["sentence"].iloc[0]


def test_five_years_are_checked_within_half_a_second(load: Load, store: Store) -> None:
    counts = list(np.random.default_rng(1).poisson(6.0, 24 * 365 * 5))
    load(hourly("2019-01-01", counts), time_zone="UTC")
    spent = []
    for _ in range(3):
        begun = time.process_time()
        checks.quality(store, "ward", END)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.5


def test_an_unknown_site_is_refused_and_an_unseen_one_has_no_age(load: Load, store: Store) -> None:
    with pytest.raises(DataError, match="no site 'ward'"):
        checks.quality(store, "ward", END)
    load(hourly("2023-01-01", [1, 2, 3]), time_zone="UTC")
    from data.ingest import undo

    undo(store, int(history.loads(store)["load_id"].iloc[0]))
    report = checks.quality(store, "ward", END)
    assert (report.data_until, report.age, report.is_late) == (None, None, False)
