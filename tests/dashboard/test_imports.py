"""An uploaded file: looked at without a trace, loaded only when confirmed, and taken back."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest

from dashboard.service import imports
from dashboard.service.errors import ServiceError
from dashboard.service.files import Reading
from dashboard.service.imports import Upload
from dashboard.wording import imports as wording
from data import history
from data.errors import DataError
from data.store import Store

SITE, ZONE = "Mercy", "Europe/London"
ROWS = [
    f"Smith{number},2026-{month:02d}-{day:02d} {hour:02d}:30,{1 + number % 5}"
    for number, (month, day, hour) in enumerate(
        (month, day, hour) for month in (3, 10) for day in range(20, 31) for hour in range(3, 23, 2)
    )
]
VISITS = Upload("visits.csv", ("patient_name,arrival,triage\n" + "\n".join(ROWS) + "\n").encode())
SPOILT = Upload("spoilt.csv", VISITS.content + b"Jones,sometime in the morning,3\n")


@pytest.fixture
def ward(new_ward):
    return new_ward(days=0)


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """Where temporary files would lie."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_looking_at_a_file_keeps_nothing_anywhere(ward, temporary):
    found = imports.preview(ward.settings, SPOILT, Reading(SITE, ZONE))
    assert found.report.accepted == len(ROWS)
    assert found.report.rejected == 1
    assert not ward.settings.store.exists()
    assert not list(temporary.iterdir())
    assert not list(ward.config.parent.rglob("rejects"))


def test_refused_rows_are_shown_by_line_and_reason_never_by_their_cells(ward):
    found = imports.preview(ward.settings, SPOILT, Reading(SITE, ZONE))
    assert list(found.refused.columns) == ["line", "column", "reason"]
    assert found.refused["line"].tolist() == [len(ROWS) + 2]
    assert "morning" not in found.refused.to_string()
    assert "patient_name" in dict(found.report.not_read)


def test_many_refused_rows_of_one_reason_are_one_line_of_the_list(ward):
    lines = b"".join(b"Jones,sometime in the morning,3\n" for _ in range(41))
    spoilt = Upload("spoilt.csv", VISITS.content + lines + b"Jones,2026-03-29 01:30,3\n")
    shown = wording.refused(imports.preview(ward.settings, spoilt, Reading(SITE, ZONE)).refused)
    assert shown["Rows"].tolist() == ["41", "1"]
    assert shown["Cell of"].tolist() == ["Arrival time or date"] * 2
    first = len(ROWS) + 2
    listed = ", ".join(str(first + more) for more in range(5))
    assert shown["Lines of the file"].tolist() == [f"{listed} and 36 more", str(first + 41)]


def test_a_time_that_stands_twice_is_one_reason_whatever_the_line_it_stood_at():
    why = "the same time stands at line {} with another count"
    table = pd.DataFrame(
        {"line": [9, 12], "column": "count", "reason": [why.format(2), why.format(5)]}
    )
    shown = wording.refused(table)
    assert shown["Why"].tolist() == ["the same time stands at an earlier line with another count"]
    assert shown["Rows"].tolist() == ["2"]


def test_a_file_that_is_refused_leaves_nothing(ward, temporary):
    nonsense = Upload("n.csv", b"a,b\nx,y\nz,w\n")
    for act in (imports.preview, imports.commit):
        with pytest.raises(DataError):
            act(ward.settings, nonsense, Reading(SITE, ZONE))
    assert not list(temporary.iterdir())
    assert history.sites(Store.open(ward.settings.store)).empty


def test_a_file_without_a_usable_row_says_why_and_names_no_file_that_is_gone(ward):
    negative = Upload("n.csv", b"time,count\n2026-03-02 10:00,-1\n2026-03-02 11:00,-2\n")
    with pytest.raises(DataError, match=r"line 2: a count cannot be negative") as told:
        imports.preview(ward.settings, negative, Reading(SITE, ZONE))
    assert "see" not in str(told.value)
    with pytest.raises(DataError, match=r"see .*rejects"):  # this one stays beside the store
        imports.commit(ward.settings, negative, Reading(SITE, ZONE))


def test_a_file_by_the_day_is_refused_for_hourly_arrivals_before_it_could_be_loaded(ward):
    reading = Reading(SITE, ZONE)
    imports.commit(ward.settings, VISITS, reading)
    days = "".join(f"2026-03-{day:02d},{140 + day}\n" for day in range(1, 29))
    with pytest.raises(DataError, match=r"by the hour but days\.csv by the day"):
        imports.preview(ward.settings, Upload("days.csv", f"date,count\n{days}".encode()), reading)


def test_both_clock_changes_are_told(ward):
    changes = imports.preview(ward.settings, VISITS, Reading(SITE, ZONE)).changes
    assert changes["hours"].tolist() == [23, 25]
    assert [f"{day:%d %b}" for day in changes["day"]] == ["29 Mar", "25 Oct"]


def test_a_clock_change_on_a_day_without_a_count_is_not_called_complete(ward):
    gap = [row for row in ROWS if "-10-2" not in row]  # until the 30th: nothing on the 25th
    content = ("patient_name,arrival,triage\n" + "\n".join(gap) + "\n").encode()
    changes = imports.preview(
        ward.settings, Upload("gap.csv", content), Reading(SITE, ZONE)
    ).changes
    shown = wording.clock_changes(changes).set_index("Day")
    assert shown.loc["Sun 25 Oct 2026", ["With a count", "What follows"]].tolist() == [
        "0",
        "the file has no count for this day",
    ]


def test_a_confirmed_file_is_loaded_and_can_be_taken_back(ward):
    reading = Reading(SITE, ZONE)
    report = imports.commit(ward.settings, SPOILT, reading)
    store = Store.open(ward.settings.store)
    assert history.arrivals(store, SITE).counts.sum() == pytest.approx(len(ROWS), abs=1)
    assert report.rejects_file.stat().st_mode & 0o077 == 0
    again = imports.preview(ward.settings, VISITS, reading)
    assert again.replaces == again.report.steps_observed + again.report.steps_missing
    imports.take_back(ward.settings, report.load_id)
    with pytest.raises(DataError, match="Nothing was observed"):
        history.arrivals(store, SITE)


def test_a_known_site_keeps_its_clock(ward):
    assert imports.known_zone(ward.settings, "Riverside General") == "America/Chicago"
    assert imports.known_zone(ward.settings, SITE) is None
    imports.commit(ward.settings, VISITS, Reading(SITE, ZONE))
    assert imports.known_zone(ward.settings, SITE) == ZONE


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "C:\\data\\visits.csv"])
def test_a_file_is_never_written_where_its_name_points(ward, temporary, name):
    assert imports.columns(Upload(name, VISITS.content)) == ("patient_name", "arrival", "triage")
    assert not list(temporary.iterdir())


def test_a_hidden_or_nameless_file_is_refused(ward):
    with pytest.raises(ServiceError, match="rename it"):
        imports.columns(Upload(".htaccess", b"x"))
