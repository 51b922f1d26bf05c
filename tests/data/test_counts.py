"""Tables of counts: how they are written, and what each row and each absent row means."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import history
from data.errors import DataError
from data.ingest import LoadReport, ingest
from data.store import Store
from tests.data.conftest import ZONE, hourly

Load = Callable[..., LoadReport]


def _counts(store: Store, stream: str = "all") -> list[float]:
    return list(history.arrivals(store, "ward", stream).counts)


@pytest.mark.shared
def test_five_years_of_a_real_department_are_all_accounted_for(
    store: Store, iowa_file: Path
) -> None:
    report = ingest(store, iowa_file, site="iowa", time_zone=ZONE)
    assert (report.rows_in, report.accepted, report.rejected) == (41_640, 41_640, 0)
    assert report.placed_nowhere == 10  # five spring zeros, five merged autumn rows
    series = history.arrivals(store, "iowa")
    unseen = series.index[series.counts.isna()].tz_convert(ZONE)
    assert len(unseen) == 10
    assert set(unseen.month) == {11}
    assert set(unseen.hour) == {1}
    assert len(series.counts) == 41_640  # as many hours lost in spring as gained in autumn
    frame = pd.read_csv(iowa_file)
    merged = frame[frame["timestamp_local"].isin(unseen.strftime("%Y-%m-%d %H:%M:%S"))]
    assert series.counts.sum() == frame["arrivals"].sum() - merged["arrivals"].sum()


@pytest.mark.shared
def test_date_and_hour_in_two_columns_mean_the_same(
    store: Store, iowa_file: Path, shared_data: Path
) -> None:
    whole = iowa_file.with_name("uihc_ed_arrivals_all_columns.csv.gz")
    ingest(store, iowa_file, site="one column", time_zone=ZONE)
    report = ingest(store, whole, site="two columns", time_zone=ZONE)
    assert report.mapping == {"time": "Date", "hour": "Hour", "count": "Arrivals"}
    pd.testing.assert_series_equal(
        history.arrivals(store, "one column").counts, history.arrivals(store, "two columns").counts
    )


@pytest.mark.shared
def test_a_real_daily_file_of_a_swiss_hospital_loads(store: Store, shared_data: Path) -> None:
    [file] = (shared_data / "bern_daily").glob("*.csv")
    report = ingest(store, file, site="bern", time_zone="Europe/Zurich")
    assert (report.shape, report.step, report.rows_in) == ("daily", "day", 3287)
    series = history.arrivals(store, "bern")
    assert series.counts.iloc[:2].tolist() == [105, 109]
    assert series.start == pd.Timestamp("2013-12-31 23:00", tz="UTC")


@pytest.mark.shared
def test_a_file_of_several_hospitals_is_refused(
    store: Store, shared_data: Path, load: Load
) -> None:
    with pytest.raises(ValueError, match="load one file for each"):
        ingest(
            store,
            shared_data / "perth_daily_triage" / "tidy_long.csv.gz",
            site="perth",
            time_zone="Australia/Perth",
        )
    assert history.sites(store).empty


WAYS = {
    "iso": "2024-01-1{d}T0{h}:00:00,{n}",
    "iso with offset": "2024-01-1{d}T0{h}:00:00-06:00,{n}",
    "day first": "1{d}/01/2024 0{h}:00,{n}",
    "month first": "01/1{d}/2024 0{h}:00,{n}",
    "german": "1{d}.01.2024 0{h}:00;{n}",
    "twelve hours": "1{d} Jan 2024 {h12} AM,{n}",
    "hour label": "2024-01-1{d} 0{h}:00 - 0{h}:59,{n}",
    "compact": "2024011{d}0{h}00,{n}",
    "tabs": "2024-01-1{d} 0{h}:00\t{n}",
    "decimal comma": "1{d}.01.2024 0{h}:00;{n},0",
    "quoted": '"2024-01-1{d} 0{h}:00","{n}"',
    "trailing delimiter": "2024-01-1{d} 0{h}:00;{n};",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_people_write_the_same_hours_in_many_ways(
    load: Load, store: Store, way: str, encoding: str
) -> None:
    line = WAYS[way]
    between = next(sign for sign in (";", "\t", ",") if sign in line)
    rows = [
        line.format(d=d, h=h, h12=h or 12, n=10 * d + h) for d in range(3, 9) for h in range(10)
    ]
    text = "\r\n".join([f"Zeit für{between}Anzahl" + (between if "trailing" in way else ""), *rows])
    report = load(text.encode(encoding), columns={"time": "Zeit für"}, absent="missing")
    assert (report.accepted, report.rejected) == (60, 0)
    series = history.arrivals(store, "ward")
    assert series.start == pd.Timestamp("2024-01-13 06:00", tz="UTC")
    assert series.counts.dropna().tolist() == [10 * d + h for d in range(3, 9) for h in range(10)]


def test_hours_numbered_1_to_24_end_then(load: Load, store: Store) -> None:
    rows = [f"2024-01-0{d},{h},{h}" for d in (1, 2) for h in range(1, 25)]
    report = load("date,hour,count\n" + "\n".join(rows))
    assert _counts(store) == [*range(1, 25)] * 2
    assert any("1 to 24" in note for note in report.notes)


def test_quarter_hours_add_up_to_hours_and_a_partial_hour_is_unseen(
    load: Load, store: Store
) -> None:
    stamps = pd.date_range("2024-01-01", periods=12, freq="15min").delete(5)
    load("time,count\n" + "\n".join(f"{stamp},2" for stamp in stamps))
    assert _counts(store)[0] == 8
    assert np.isnan(_counts(store)[1])
    assert _counts(store)[2] == 8


def test_a_spring_zero_is_no_hour_and_a_spring_patient_is_refused(load: Load, store: Store) -> None:
    report = load(hourly("2024-03-10 00:00", [3, 4, 0, 5, 6]))
    assert (report.accepted, report.rejected, report.placed_nowhere) == (5, 0, 1)
    assert _counts(store) == [3, 4, 5, 6]
    report = load(hourly("2024-03-10 00:00", [3, 4, 2, 5, 6]), site="other")
    assert (report.accepted, report.rejected) == (4, 1)


def test_one_autumn_row_for_two_hours_leaves_both_unseen(load: Load, store: Store) -> None:
    load(hourly("2024-11-03 00:00", [3, 9, 5, 6]))
    np.testing.assert_array_equal(_counts(store), [3, np.nan, np.nan, 5, 6])


def test_two_autumn_rows_are_two_hours_in_order(load: Load, store: Store) -> None:
    load(
        "time,count\n2024-11-03 00:00,3\n2024-11-03 01:00,4\n2024-11-03 01:00,5\n2024-11-03 02:00,6"
    )
    assert _counts(store) == [3, 4, 5, 6]


def test_a_file_pasted_twice_does_not_make_two_autumn_hours(load: Load, store: Store) -> None:
    body = "2024-11-03 00:00,3\n2024-11-03 01:00,9\n2024-11-03 02:00,6\n"
    report = load("time,count\n" + body + body)
    assert (report.accepted, report.duplicate, report.rejected) == (3, 3, 0)
    np.testing.assert_array_equal(_counts(store), [3, np.nan, np.nan, 6])


def test_offsets_tell_the_autumn_hours_apart(load: Load, store: Store) -> None:
    load("time,count\n2024-11-03T01:00-05:00,4\n2024-11-03T01:00-06:00,5\n2024-11-03T08:00Z,6")
    assert _counts(store) == [4, 5, 6]


def test_an_hour_named_twice_counts_once_and_a_contradiction_is_refused(
    load: Load, store: Store, tmp_path: Path
) -> None:
    text = hourly("2024-01-01", list(range(1, 21))) + "2024-01-01 03:00,4\n2024-01-01 05:00,99\n"
    report = load(text, rejects=tmp_path / "r.csv")
    assert (report.rows_in, report.accepted, report.duplicate, report.rejected) == (22, 20, 1, 1)
    assert _counts(store) == list(range(1, 21))
    assert "line 7" in (tmp_path / "r.csv").read_text()


def test_an_empty_count_is_not_observed(load: Load, store: Store) -> None:
    report = load(hourly("2024-01-01", [3, "", "NaN", "N/A", 0, 5]))
    assert (report.accepted, report.rejected) == (6, 0)
    np.testing.assert_array_equal(_counts(store), [3, np.nan, np.nan, np.nan, 0, 5])


def test_a_refused_hour_is_unseen_even_where_absent_means_zero(load: Load, store: Store) -> None:
    report = load(hourly("2024-01-01", [3, -1, 2.5, 4]), absent="zero")
    assert report.rejected == 2
    np.testing.assert_array_equal(_counts(store), [3, np.nan, np.nan, 4])


def _with_absent(counts: "np.ndarray", absent: "np.ndarray", zone: str = "UTC") -> str:
    stamps = pd.date_range("2024-01-01", periods=len(counts), freq="h")
    kept = [(s, n) for s, n, gone in zip(stamps, counts, absent, strict=True) if not gone]
    return "time,count\n" + "\n".join(f"{stamp},{n}" for stamp, n in kept)


def test_absent_rows_are_quiet_hours_where_no_zero_is_ever_written(
    load: Load, store: Store
) -> None:
    counts = np.random.default_rng(1).poisson(2.0, 24 * 90)
    counts[-1] = 3
    report = load(_with_absent(counts, counts == 0), time_zone="UTC")
    assert report.absent_rule.startswith("zero")
    assert history.arrivals(store, "ward").counts.sum() == counts.sum()
    assert history.arrivals(store, "ward").counts.isna().sum() == 0


def test_absent_rows_are_unseen_where_zeros_are_written(load: Load, store: Store) -> None:
    counts = np.random.default_rng(1).poisson(2.0, 24 * 90)
    absent = np.zeros(len(counts), bool)
    absent[500:530] = True
    report = load(_with_absent(counts, absent), time_zone="UTC")
    assert report.absent_rule.startswith("missing")
    assert history.arrivals(store, "ward").counts.isna().sum() == 30


def test_more_absent_rows_than_chance_gives_are_unseen(load: Load, store: Store) -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(9.0, 24 * 90) + 1
    absent = rng.random(len(counts)) < 0.05
    absent[[0, -1]] = False
    report = load(_with_absent(counts, absent), time_zone="UTC")
    assert report.absent_rule.startswith("missing")


@pytest.mark.parametrize(("absent", "unseen"), [("zero", 0), ("missing", 504)])
def test_a_gap_of_three_weeks_means_what_the_user_says(
    load: Load, store: Store, absent: str, unseen: int
) -> None:
    counts = np.random.default_rng(1).poisson(5.0, 24 * 90)
    gone = np.zeros(len(counts), bool)
    gone[800 : 800 + 504] = True
    load(_with_absent(counts, gone), time_zone="UTC", absent=absent)
    assert history.arrivals(store, "ward").counts.isna().sum() == unseen


def test_counts_by_acuity_make_streams(load: Load, store: Store) -> None:
    rows = [
        f"2024-01-0{d} {h:02}:00,{a},{a + h}" for d in (1, 2) for h in range(24) for a in (2, 3)
    ]
    load("time,triage,patients\n" + "\n".join(rows))
    assert history.streams(store, "ward") == ["all", "acuity=2", "acuity=3"]
    assert _counts(store, "acuity=2")[:3] == [2, 3, 4]
    assert _counts(store)[:3] == [5, 7, 9]


def test_a_zone_of_half_hours_keeps_its_own_hours(load: Load, store: Store) -> None:
    load(hourly("2024-04-06 22:00", [1, 2, 3, 4, 5, 6, 7, 8]), time_zone="Australia/Adelaide")
    series = history.arrivals(store, "ward")
    assert series.start == pd.Timestamp("2024-04-06 11:30", tz="UTC")
    np.testing.assert_array_equal(series.counts, [1, 2, 3, 4, np.nan, np.nan, 6, 7, 8])


@pytest.mark.parametrize(
    ("first", "offset", "zone", "told"),
    [
        ("2026-01-01 00:00", "Z", "Asia/Kolkata", "begins 30 minutes past an hour"),
        ("2026-01-01 00:00", "Z", "Asia/Kathmandu", "begins 45 minutes past an hour"),
        ("2026-01-01 00:30", "", "Asia/Kolkata", "begins 30 minutes past an hour"),
        ("2026-01-01 00:30", "Z", "Asia/Kolkata", ""),
        ("2026-01-01 00:00", "", "Asia/Kolkata", ""),
        ("2026-01-01 00:59", "", "Asia/Kolkata", ""),
        ("2026-01-01 00:00", "Z", "Europe/London", ""),
    ],
)
def test_hours_that_are_not_those_of_the_hospitals_clock_are_told(
    load: Load, first: str, offset: str, zone: str, told: str
) -> None:
    stamps = pd.date_range(first, periods=200, freq="h")
    rows = [f"{stamp:%Y-%m-%dT%H:%M}{offset},{3 + at % 4}" for at, stamp in enumerate(stamps)]
    report = load("time,arrivals\n" + "\n".join(rows) + "\n", time_zone=zone)
    notes = [note for note in report.notes if "minutes past an hour" in note]
    assert len(notes) == bool(told)
    assert told in "".join(notes)


def test_counts_by_the_quarter_of_an_hour_lie_in_their_hours_in_india_too(
    store: Store, load: Load
) -> None:
    stamps = pd.date_range("2026-01-01 18:30", periods=400, freq="15min")  # midnight in India
    rows = [f"{stamp:%Y-%m-%dT%H:%M}Z,1" for stamp in stamps]
    report = load("time,arrivals\n" + "\n".join(rows) + "\n", time_zone="Asia/Kolkata")
    assert not [note for note in report.notes if "minutes past an hour" in note]
    assert _counts(store) == [4.0] * 100


@pytest.mark.parametrize(("freq", "rows", "apart"), [("8h", 90, "8 h"), ("7D", 9, "7 d")])
def test_totals_of_shifts_or_weeks_are_not_taken_for_hours_or_days(
    load: Load, store: Store, freq: str, rows: int, apart: str
) -> None:
    stamps = pd.date_range("2026-01-05", periods=rows, freq=freq)
    text = "time,count\n" + "".join(f"{stamp},48\n" for stamp in stamps)
    with pytest.raises(DataError, match=f"lie {apart}.*--absent missing"):
        load(text)
    assert history.loads(store).empty
    assert load(text, absent="missing").steps_observed == rows


def test_nothing_is_said_of_quiet_days_where_none_is_taken_for_quiet(load: Load) -> None:
    days = [*pd.date_range("2026-01-01", periods=60), *pd.date_range("2026-03-20", periods=60)]
    report = load("day,count\n" + "".join(f"{day:%Y-%m-%d},140\n" for day in days))
    assert report.steps_missing == 18
    assert not any("absent" in note for note in report.notes)
