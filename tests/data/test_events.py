"""Local events from a CSV file: what is read, and what is said of a row that cannot be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DataError
from data.events import Event, at_site, read_events


def read(folder, text):
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    return read_events(path)


def test_an_event_lasts_from_its_first_day_to_its_last(tmp_path):
    found = read(
        tmp_path,
        "name,from,to,kind,site\n"
        "Summer holiday,2026-07-20,2026-09-01,school,\n"
        "City marathon,2026-10-04,,,Mercy\n",
    )
    assert found == (
        Event("Summer holiday", date(2026, 7, 20), date(2026, 9, 1), "school"),
        Event("City marathon", date(2026, 10, 4), date(2026, 10, 4), "event", "Mercy"),
    )


def test_kind_and_site_may_be_left_out_and_columns_may_stand_in_any_order(tmp_path):
    found = read(tmp_path, "from;name\n2026-10-04;City marathon\n")
    assert found == (Event("City marathon", date(2026, 10, 4), date(2026, 10, 4)),)


@pytest.mark.parametrize(("text", "words"), [
    ("name,from\nFair,04/10/2026\n", "line 2: 'from' is '04/10/2026'.*write it as 2026-03-31"),
    ("name,from\nFair,2026-02-30\n", "line 2: 'from' is '2026-02-30'"),
    ("name,from,to\nFair,2026-10-04,2026-10-01\n", "line 2: 'Fair' ends on 2026-10-01, before"),
    ("name,from,to\nFair,2026-10-04,2036-10-05\n", "line 2: 'Fair' .*more than a year"),
    ("name,from\nA,2026-10-04\n,2026-10-05\n", "line 3: An event has no name"),
    ("name,start\nFair,2026-10-04\n", "no column 'from'"),
    ("name,from,until\nFair,2026-10-04,2026-10-05\n", "column 'until' that means nothing"),
])  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_line(tmp_path, text, words):
    with pytest.raises(DataError, match=words):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no file .*nowhere\.csv"):
        read_events(tmp_path / "nowhere.csv")


@given(st.permutations(["Fair,2026-10-04,,,", "Term,2026-07-20,2026-09-01,school,Mercy",
                        "Fair,2025-10-05,,,", "Fair,2025-10-05,,,"]))  # fmt: skip
def test_the_order_of_the_rows_does_not_matter(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    found = at_site(read(folder, "name,from,to,kind,site\n" + "\n".join(rows)), "Mercy")
    assert [(one.name, one.first.year) for one in found] == [
        ("Fair", 2025), ("Fair", 2026), ("Term", 2026)]  # fmt: skip


def test_an_event_of_another_site_does_not_count_here():
    elsewhere = Event("Fair", date(2026, 10, 4), date(2026, 10, 4), site="Mercy")
    assert at_site([elsewhere], "General") == ()
