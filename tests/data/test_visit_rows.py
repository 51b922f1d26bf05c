"""Visits with their waits from files as hospitals export them."""

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.feeds.visit_rows import read_visit_rows

ZONE = "Europe/London"


def file(folder, text, name="visits.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_wait_is_from_arrival_until_care_began(tmp_path):
    path = file(
        tmp_path,
        "MRN;Arrival Time;Triage;First seen by physician\n"
        "1;05/01/2026 09:50;3;05/01/2026 10:20\n"
        "2;13/01/2026 23:55;2;14/01/2026 00:05\n"
        "3;14/01/2026 08:00;;\n",
    )
    found = read_visit_rows(path, ZONE)
    assert dict(found.columns) == {
        "time": "Arrival Time",
        "acuity": "Triage",
        "seen": "First seen by physician",
    }
    assert found.rows["wait_minutes"].tolist()[:2] == [30.0, 10.0]
    assert np.isnan(found.rows["wait_minutes"][2])
    assert found.rows["acuity"].tolist()[:2] == [3.0, 2.0]
    assert found.rows["arrived"][0] == pd.Timestamp("2026-01-05 09:50", tz="UTC")
    assert "MRN" not in found.rows.columns


def test_minutes_of_wait_are_taken_as_they_are_unless_absurd(tmp_path):
    path = file(
        tmp_path,
        "arrived_at,wait_minutes\n2026-06-01T09:50+01:00,12.5\n2026-06-01 11:00,-4\n"
        "2026-06-01 10:30,99999\nnot a time,5\n",
    )
    found = read_visit_rows(path, ZONE)
    assert (found.unread, found.unplaced) == (1, 0)
    assert found.rows["arrived"][0] == pd.Timestamp("2026-06-01 08:50", tz="UTC")
    assert found.rows["wait_minutes"].tolist()[0] == 12.5
    assert found.rows["wait_minutes"].isna().tolist() == [False, True, True]


def test_an_hour_that_the_clock_shows_twice_is_not_guessed(tmp_path):
    path = file(
        tmp_path,
        "arrived_at,wait\n2026-10-25 01:30,5\n2026-10-25 03:30,5\n2026-03-29 01:30,5\n",
    )
    found = read_visit_rows(path, ZONE)
    assert len(found.rows) == 1
    assert (found.unread, found.unplaced) == (2, 2)


def test_parquet_is_read_too(tmp_path):
    frame = pd.DataFrame(
        {
            "arrived_at": pd.date_range("2026-01-05 08:00", periods=3, freq="h"),
            "seen_at": pd.date_range("2026-01-05 08:20", periods=3, freq="h"),
            "acuity": [1, 2, 3],
        }
    )
    frame.to_parquet(tmp_path / "v.parquet")
    assert read_visit_rows(tmp_path / "v.parquet", ZONE).rows["wait_minutes"].tolist() == [20.0] * 3


def test_stays_are_from_arrival_to_departure_and_the_wait_is_read_where_it_is_there(tmp_path):
    text = (
        "arrived_at,left_at,seen_at,age\n2026-01-05 09:50,2026-01-05 13:50,2026-01-05 10:20,7\n"
        "2026-01-05 09:50,2026-01-05 09:00,,7\n2026-01-05 09:50,2026-01-15 09:00,,7\n"
    )
    found = read_visit_rows(file(tmp_path, text), ZONE, needs="departure")
    assert found.rows["stay_minutes"].tolist()[0] == 240
    assert found.rows["stay_minutes"].isna().tolist() == [False, True, True]  # before; ten days
    assert found.rows["wait_minutes"].tolist()[0] == 30
    assert dict(found.columns) == {
        "time": "arrived_at", "departure": "left_at", "seen": "seen_at",
    }  # fmt: skip
    plain = read_visit_rows(
        file(tmp_path, text), ZONE, {"departure": "left_at", "time": "arrived_at"}
    )
    assert plain.rows["stay_minutes"].isna().all()  # a replay asks for the wait alone
    only = "arrived_at,left_at\n2026-01-05 09:50,2026-01-05 13:50\n"
    found = read_visit_rows(file(tmp_path, only), ZONE, needs="departure")
    assert found.rows["wait_minutes"].isna().all()


@pytest.mark.parametrize(
    ("text", "wanted", "words"),
    [
        ("arrived_at,x\n2026-01-05 09:50,3\n", None, "says when patients left: name it with"),
        ("arrived_at,left_at\n2026-01-05 09:50,2026-01-05 09:40\n", None, "No visit of visits.csv"),
        (
            "arrived_at,left_at\n2026-01-05 09:50,2026-01-05 19:40\n",
            {"seen": "y"},
            "no column 'y' for 'seen'",
        ),
    ],
)
def test_a_file_without_departures_is_refused_where_they_are_needed(tmp_path, text, wanted, words):
    with pytest.raises(DataError, match=words):
        read_visit_rows(file(tmp_path, text), ZONE, wanted, needs="departure")


@pytest.mark.parametrize(
    ("text", "wanted", "words"),
    [
        ("arrived_at,acuity\n2026-01-05 09:50,3\n", None, "No column of visits.csv says when care"),
        ("arrived_at,x\n2026-01-05 09:50,3\n", {"wait": "y"}, "no column 'y' for 'wait'"),
        (
            "arrived_at,patient_name\n2026-01-05 09:50,3\n",
            {"wait": "patient_name"},
            "looks like a name and is never read",
        ),
        ("arrived_at,wait\n2026-01-05 09:50,soon\n", None, "No visit of visits.csv has a wait"),
    ],
)
def test_a_file_without_a_wait_is_refused_in_a_sentence(tmp_path, text, wanted, words):
    with pytest.raises(DataError, match=words):
        read_visit_rows(file(tmp_path, text), ZONE, wanted)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        read_visit_rows(tmp_path / "none.csv", ZONE)
