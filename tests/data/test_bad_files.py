"""Files that people really send: each ends in one sentence or a stated decision, never half."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import history
from data.errors import DataError
from data.ingest import LoadReport, ingest
from data.store import Store
from tests.data.conftest import hourly

Load = Callable[..., LoadReport]
GOOD = hourly("2024-01-01", list(range(48)))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n\n  \n", "is empty"),
        ("time,arrivals\n", "a header but no rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, "not a text file"),
        (b"PK\x03\x04 some workbook", "not a text file"),
        (b"PAR1 but not really", "may be damaged"),
        (gzip.compress(GOOD.encode())[:-60], "breaks off or is damaged"),
        ("name,colour\nx,red\ny,blue\n", "No column holds a date or time"),
        ("time,arrivals\nsoon,3\nlater,4\n", "No column holds a date or time"),
        (hourly("2024-01-01", [-1, -2, -3]), "No row of arrivals.csv can be used"),
        (hourly("2024-01-01", [1.5, 2.5]), "No row of arrivals.csv can be used"),
        (hourly("2024-01-01", ["", ""]), "can be used"),
        ("time,n,n\n2024-01-01 00:00,1,2\n", "two columns named 'n'"),
        ('time,arrivals\n"2024-01-01 00:00,3\n' + "x" * 200_000, "quotation mark"),
        (GOOD.replace("04:00,4", '04:00,"4'), "quotation mark is not closed .* begins at line 6:"),
        (GOOD.replace("04:00,4", '04:00,"4').replace("9:00,9", '9:00,9"'), "is not closed"),
        ("x" * 3_000_000, "line of more than"),
        ("time,count\n03/04/2024,5\n", "--date-order"),
        (hourly("2024-01-01", ["*"] * 30), "a count must be a number"),
        (hourly("2024-01-01", ["y,x"] * 30, "time,a,b"), "--columns count=COLUMN"),
        (hourly("2024-01-01", ["1,2"] * 30, "time,a,b"), "--columns count=COLUMN"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    load: Load, store: Store, content: str | bytes, sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence) as refused:
        load(content)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert history.sites(store).empty
    assert history.loads(store).empty


def test_a_file_that_is_not_there_is_refused(store: Store, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(DataError, match="Cannot read"):
            ingest(store, path, site="ward", time_zone="UTC")


def test_unknown_zone_site_or_column_is_refused(load: Load) -> None:
    with pytest.raises(DataError, match="did you mean 'Europe/London'"):
        load(GOOD, time_zone="Europe/Londn")
    with pytest.raises(DataError, match="site needs a name"):
        load(GOOD, site=" ")
    with pytest.raises(DataError, match="no column 'when' for 'time'; its columns are: time, arr"):
        load(GOOD, columns={"time": "when"})
    with pytest.raises(DataError, match="did you mean 'count'"):
        load(GOOD, columns={"cuont": "arrivals"})
    with pytest.raises(DataError, match="covers no whole hour"):
        load(GOOD, covers_from="2024-02-01", covers_to="2024-01-01")


BAD = (
    "time,arrivals\n2024-01-01 00:00,3\n2024-01-01 01:00,-4\n2024-01-01 02:00,2.5\n"
    "2024-01-01 03:00,lots\nyesterday,5\n2024-01-01 25:00,5\n2024-01-01 06:00\n"
    '2024-01-01 07:00,"1,204"\n2024-01-01 08:00,50000\n2024-01-01 09:00,=1+1\n'
    "\n2024-01-01 10:00,7\nTotal,28\n2624-01-01 10:00,7\n"
)


def test_bad_rows_are_written_with_line_column_value_and_reason(
    load: Load, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "rejects" / "r.csv"
    report = load(BAD, rejects=path)
    assert (report.rows_in, report.accepted, report.rejected) == (13, 2, 11)
    assert report.rejects_file == path
    assert path.stat().st_mode & 0o077 == 0  # refused cells may name a patient
    assert path.read_text().splitlines() == [
        "line,column,value,reason",
        "3,count,-4,a count cannot be negative",
        "4,count,2.5,a count must be a whole number",
        "5,count,lots,a count must be a number",
        "6,time,yesterday,not a date and time that can be read",
        "7,time,2024-01-01 25:00,not a time of day",
        "8,,1 cells,the row has 1 cells where the header has 2",
        '9,count,"1,204",a thousands separator or a fraction? write the number without it',
        '10,count,50000,"more than 10,000 patients in one step is not believable"',
        "11,count,'=1+1,a count must be a number",
        "14,time,Total,not a date and time that can be read",
        "15,time,2624-01-01 10:00,not a date and time that can be read",
    ]


def test_a_file_of_which_nearly_all_is_refused_is_not_loaded(load: Load, store: Store) -> None:
    hours = pd.date_range("2024-01-01", periods=48, freq="h")
    counts = [0 if at.hour < 2 else 50_000 for at in hours]  # in thousandths, say
    text = pd.DataFrame({"time": hours, "count": counts}).to_csv(index=False)
    with pytest.raises(DataError, match=r"44 of 48 rows .* the rest would mislead, so nothing"):
        load(text)
    assert history.loads(store).empty


def test_strict_loads_nothing_but_still_writes_the_refused_rows(
    load: Load, store: Store, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"11 of 13 rows .* line 3: a count cannot be negative"):
        load(BAD, strict=True, rejects=tmp_path / "r.csv")
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 12
    assert history.loads(store).empty
    load(GOOD, strict=True)
    assert len(history.loads(store)) == 1


def test_a_mistyped_year_does_not_stretch_the_history(load: Load, store: Store) -> None:
    report = load(hourly("2024-01-01", [5] * 200) + "2042-01-01 00:00,5\n")
    assert (report.accepted, report.rejected) == (200, 1)
    assert history.arrivals(store, "ward").end.year == 2024


def test_one_day_of_history_loads(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", list(range(24))))
    assert history.arrivals(store, "ward").counts.tolist() == list(range(24))


def test_a_title_above_the_header_is_passed_over(load: Load, store: Store) -> None:
    report = load("Arrivals of the ward\n\n" + GOOD)
    assert report.accepted == 48
    assert any("above the header" in note for note in report.notes)


def test_the_only_column_of_numbers_beside_even_times_is_the_count(load: Load) -> None:
    report = load(hourly("2024-01-01", [7] * 30, "stamp,value"))
    assert (report.shape, report.mapping["count"]) == ("hourly", "value")


def test_a_file_without_a_header_loads(load: Load, store: Store) -> None:
    report = load(GOOD.split("\n", 1)[1], columns={"count": "column 2"})
    assert report.accepted == 48
    assert report.mapping == {"time": "column 1", "count": "column 2"}


def test_a_line_break_inside_quotes_does_not_shift_line_numbers(load: Load, tmp_path: Path) -> None:
    text = 'time,arrivals,remark\n2024-01-01 00:00,1,"a\nb"\n2024-01-01 01:00,-1,c\n'
    load(text, rejects=tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_text().splitlines()[1].startswith("4,count,-1")


def test_no_cell_of_a_patient_is_in_an_error(load: Load) -> None:
    with pytest.raises(DataError) as refused:
        load("arrival,patient_name\nsoon,Planted Person\n")
    assert "Planted Person" not in str(refused.value)


@given(
    st.integers(0, len(GOOD) - 1),
    st.sampled_from([b"\x00", b"\xff", b'"', b";", b"\n", b",", b"-", b"", b"9999999999"]),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_damage_anywhere_is_a_sentence_or_fully_accounted_for(
    tmp_path: Path, at: int, junk: bytes
) -> None:
    path = tmp_path / "damaged.csv"
    content = GOOD.encode()
    path.write_bytes(content[:at] + junk + content[at + 1 :])
    store = Store.in_memory()
    try:
        report = ingest(store, path, site="ward", time_zone="UTC")
    except DataError:
        assert history.loads(store).empty
    else:
        assert report.accepted + report.duplicate + report.rejected == report.rows_in
        assert report.rows_in >= 46
