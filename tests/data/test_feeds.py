"""How cells, dates and column names are read, each by hand-written truth."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DataError
from data.feeds import absence, columns, placement, times, words
from data.spreadsheet import harmless


@pytest.mark.parametrize(
    ("text", "day_first", "month_first"),
    [
        ("2026-01-31", date(2026, 1, 31), date(2026, 1, 31)),
        ("2026/1/5", date(2026, 1, 5), date(2026, 1, 5)),
        ("20260131", date(2026, 1, 31), date(2026, 1, 31)),
        ("03.04.2026", date(2026, 4, 3), date(2026, 3, 4)),
        ("3/4/26", date(2026, 4, 3), date(2026, 3, 4)),
        ("31-01-2026", date(2026, 1, 31), None),
        ("01/31/2026", None, date(2026, 1, 31)),
        ("31 Jan 2026", date(2026, 1, 31), date(2026, 1, 31)),
        ("Jan 31, 2026", date(2026, 1, 31), date(2026, 1, 31)),
        ("31-ene-26", date(2026, 1, 31), date(2026, 1, 31)),
        ("Sat 31 January 2026", date(2026, 1, 31), date(2026, 1, 31)),
        ("Fr. 05.06.2026", date(2026, 6, 5), date(2026, 5, 6)),
        ("31/04/2026", None, None),
        ("2026-13-01", None, None),
        ("0202-01-01", None, None),
        ("Total", None, None),
        ("March", None, None),
        ("", None, None),
        ("12", None, None),
        ("01-02/2026", None, None),
    ],
)
def test_a_date_is_read_by_its_order(
    text: str, day_first: date | None, month_first: date | None
) -> None:
    assert times.read_date(text, "day-first") == day_first
    assert times.read_date(text, "month-first") == month_first


def test_the_order_that_reads_most_rows_wins() -> None:
    read = times.read_dates({"03/04/2026": 50, "31/04/2026": 1, "25/04/2026": 1}, "auto")
    assert read.order == "day-month-year"
    assert read.days["03/04/2026"] == date(2026, 4, 3)
    assert read.days["31/04/2026"] is None
    assert read.note is None


def test_an_open_order_is_settled_by_days_that_follow_each_other() -> None:
    texts = {f"{month:02}/01/2026": 1 for month in range(1, 13)}
    texts_by_day = {f"01/{day:02}/2026": 1 for day in range(1, 13)}
    by_month = times.read_dates(texts_by_day, "auto")
    assert (by_month.order, by_month.days["01/12/2026"]) == ("month-day-year", date(2026, 1, 12))
    assert by_month.note is not None
    assert times.read_dates(texts, "auto").days["12/01/2026"] == date(2026, 1, 12)
    with pytest.raises(DataError, match="--date-order"):
        times.read_dates({"03/04/2026": 1}, "auto")
    assert times.read_dates({"03/04/2026": 1}, "month-first").days["03/04/2026"] == date(2026, 3, 4)


def test_hour_labels_that_look_like_offsets_are_labels() -> None:
    labels = [f"-{hour:02}:00" for hour in range(1, 24)]
    assert set(times.read_offsets(labels).values()) == {None}
    assert times.read_offsets(["+05:30", "Z", "-0600", "+01", ""]) == {
        "+05:30": 330,
        "Z": 0,
        "-0600": -360,
        "+01": 60,
        "": None,
    }


@given(st.from_regex(r"[0-9 T:.\-/+ZAPM,apmh]{0,24}", fullmatch=True))
def test_python_and_the_database_cut_times_alike(text: str) -> None:
    found = duckdb.execute(
        "select regexp_extract($t, $p, ['d', 'c', 'z'])", {"t": text.strip(), "p": times.STAMP}
    ).fetchone()
    assert found is not None
    if not times._COMPACT.match(text.strip()):
        assert tuple(found[0].values()) == times.split(text)


@pytest.mark.parametrize(
    ("text", "patients"), [("7", 7), (" 12,0 ", 12), ("12.00", 12), ("+3", 3), ("-0", 0), ("0", 0)]
)
def test_whole_counts_are_read(text: str, patients: int) -> None:
    assert words.read_count(text, 10_000) == words.Count(patients, "")


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "1,204", "1.000", "1 204", "ten", "1e3", "99999999999", "=1", "0x10", "*"]
)
def test_other_counts_are_refused_with_a_reason(text: str) -> None:
    count = words.read_count(text, 10_000)
    assert count.patients is None
    assert count.reason


@pytest.mark.parametrize(
    "column",
    [
        *("name", "Patient Name", "last_name", "Vorname", "NHS Number", "mrn", "subject_id", "SSN"),
        *("hadm_id", "DOB", "date of birth", "Geburtsdatum", "Postcode", "phone_number", "e-mail"),
        *("chief_complaint", "PatientID", "stay_id", "Fallnummer", "encounter number", "Comments"),
    ],
)
def test_a_column_that_tells_who_is_recognised(column: str) -> None:
    assert columns.tells_who(column) is not None


@pytest.mark.parametrize(
    "column", ["arrived_at", "timestamp_local", "triage", "arrival_transport", "age_band", "count"]
)
def test_a_harmless_column_is_not_suspected(column: str) -> None:
    assert columns.tells_who(column) is None


@pytest.mark.parametrize(
    ("names", "row", "expected"),
    [
        (
            "subject_id hadm_id stay_id intime outtime gender race arrival_transport disposition",
            "1 2 3 2024-01-01T10:07:00 2024-01-01T12:00:00 F X AMBULANCE HOME",
            {
                "time": "intime",
                "mode": "arrival_transport",
                "departure": "outtime",
                "admitted": "disposition",
            },
        ),
        (
            "Ankunftszeit Dringlichkeit Entlassung Alter",
            "01.02.2024T10:07 3 13.02.2024T12:00 77",
            {
                "time": "Ankunftszeit",
                "acuity": "Dringlichkeit",
                "departure": "Entlassung",
                "age": "Alter",
            },
        ),
        (
            "EmCare_Arrive_Date EmCare_Arrive_Time EmCare_Acuity EmCare_Arrive_Transport_Mode",
            "2024-01-01 10:07 2 ambulance",
            {
                "time": "EmCare_Arrive_Date",
                "hour": "EmCare_Arrive_Time",
                "acuity": "EmCare_Acuity",
                "mode": "EmCare_Arrive_Transport_Mode",
            },
        ),
        ("fecha llegadas", "2024-01-01 120", {"time": "fecha", "count": "llegadas"}),
    ],
)
def test_columns_are_found_by_name_and_content(
    names: str, row: str, expected: dict[str, str]
) -> None:
    assert columns.settle(names.split(), [row.split()] * 3, None).columns == expected


def test_labels_of_the_local_clock_lie_once_twice_or_nowhere() -> None:
    labels = pd.to_datetime(["2024-03-10 02:00", "2024-11-03 01:00", "2024-07-01 12:00"])
    buckets = pd.DataFrame({"aware": False, "bucket": labels})
    placed = placement.place(buckets, "hour", "America/Chicago")
    assert placed["kind"].tolist() == ["skipped", "repeated", "once"]
    assert placed["start_utc"].iloc[1] == pd.Timestamp("2024-11-03 06:00", tz="UTC")
    assert placed["second_utc"].iloc[1] == pd.Timestamp("2024-11-03 07:00", tz="UTC")


def test_a_clock_that_moves_by_half_an_hour_is_refused() -> None:
    labels = pd.date_range("2024-04-06", periods=72, freq="h")
    buckets = pd.DataFrame({"aware": False, "bucket": labels})
    with pytest.raises(DataError, match="part of an hour"):
        placement.place(buckets, "hour", "Australia/Lord_Howe")


def test_four_zero_hours_are_implausible_at_six_an_hour_but_not_at_one() -> None:
    local = pd.date_range("2024-01-01", periods=24 * 70, freq="h")
    for level, runs in ((6.0, 1), (1.0, 0)):
        counts = np.full(len(local), level)
        counts[500:504] = 0
        assert len(absence.implausible_runs(counts, local, counts == 0)) == runs


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"]
)
def test_a_refused_cell_runs_in_no_spreadsheet(cell: str) -> None:
    assert harmless(cell).startswith("'")
    assert harmless("-12.5") == "-12.5"
