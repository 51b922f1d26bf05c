"""Files of visits: streams, lengths of stay, partial hours, outages, and no trace of a person."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import history, synthetic
from data.errors import DataError
from data.ingest import LoadReport, ingest
from data.store import Store
from tests.data.conftest import ZONE

Load = Callable[..., LoadReport]


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    return synthetic.visits(seed=3, start="2024-10-01", days=60)


@pytest.fixture(scope="module")
def visit_file(visits: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("visits") / "visits.csv"
    visits.to_csv(path, index=False)
    return path


def test_every_visit_is_counted_in_its_hour_and_stream(
    store: Store, visits: pd.DataFrame, visit_file: Path
) -> None:
    report = ingest(store, visit_file, site="ward", time_zone=ZONE)
    repeated = visits["arrived_at"].dt.floor("h") == pd.Timestamp("2024-11-03 01:00")
    assert report.rows_in == report.accepted == len(visits)
    assert report.placed_nowhere == repeated.sum()
    clear = visits[~repeated]
    series = history.arrivals(store, "ward")
    assert series.counts.sum() == len(clear)
    hour = series.counts[series.index == pd.Timestamp("2024-10-15 22:00", tz="UTC")]
    assert hour.iloc[0] == (clear["arrived_at"].dt.floor("h") == "2024-10-15 17:00").sum()
    for stream, chosen in {
        "acuity=2": clear["acuity"] == 2,
        "mode=ambulance": clear["arrival_mode"] == "ambulance",
        "age_band=65-79": clear["age_band"] == "65-79",
        "admitted=yes": clear["admitted"] == "yes",
    }.items():
        assert history.arrivals(store, "ward", stream).counts.sum() == chosen.sum()
    mix = history.acuity_mix(store, "ward", history.arrivals(store, "ward").end)
    assert mix is not None
    expected = clear["acuity"].value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(mix, expected)


def test_a_column_named_for_arrivals_is_read_though_many_of_its_first_cells_are_no_dates(
    store: Store, visits: pd.DataFrame, tmp_path: Path
) -> None:
    spoilt = visits[["arrived_at", "acuity"]].astype({"arrived_at": str})
    spoilt.loc[100:649, "arrived_at"] = "2024-02-31 10:00"
    spoilt.to_csv(tmp_path / "visits.csv", index=False)
    report = ingest(store, tmp_path / "visits.csv", site="ward", time_zone=ZONE)
    assert report.mapping["time"] == "arrived_at"
    assert report.rejected == 550


def test_the_streams_of_a_kind_add_up_to_all(store: Store, visit_file: Path) -> None:
    ingest(store, visit_file, site="ward", time_zone=ZONE)
    whole = history.arrivals(store, "ward").counts
    parts = [history.arrivals(store, "ward", f"acuity={a}").counts for a in range(1, 6)]
    np.testing.assert_array_equal(sum(parts), whole)


def test_lengths_of_stay_are_a_histogram(
    store: Store, visits: pd.DataFrame, visit_file: Path
) -> None:
    ingest(store, visit_file, site="ward", time_zone=ZONE)
    stays = history.length_of_stay(store, "ward")
    one = stays[(stays["acuity"] == 3) & (stays["minutes_from"] == 120)]["patients"].sum()
    minutes = (visits["departed_at"] - visits["arrived_at"]).dt.total_seconds() // 60
    clear = ~visits["arrived_at"].dt.floor("D").isin([pd.Timestamp("2024-11-03")])
    near = (clear & (visits["acuity"] == 3) & minutes.between(120, 134)).sum()
    assert abs(one - near) <= 10  # the day of the clock change left out of the check
    assert stays["minutes_to"].isna().any()
    assert (stays["patients"] > 0).all()


def test_stays_before_an_instant_are_those_of_patients_who_had_left(
    store: Store, visits: pd.DataFrame, visit_file: Path
) -> None:
    ingest(store, visit_file, site="ward", time_zone=ZONE)
    whole = history.length_of_stay(store, "ward")
    end = history.arrivals(store, "ward").end
    middle = visits["departed_at"].median().tz_localize(ZONE)
    counts = [
        int(history.length_of_stay(store, "ward", at)["patients"].sum())
        for at in (end + pd.Timedelta("8D"), middle, visits["arrived_at"].min().tz_localize(ZONE))
    ]
    left = (visits["departed_at"] < middle.tz_localize(None)).sum()
    in_the_week = 7 * len(visits) / visits["arrived_at"].dt.floor("D").nunique()
    assert counts[0] == whole["patients"].sum()
    assert left - in_the_week - 10 <= counts[1] <= left
    assert counts[2] == 0


def test_no_departure_after_an_instant_is_among_the_stays_before_it(
    load: Load, store: Store
) -> None:
    """Who came before and left after stays out, also when others of the same week had left."""
    load(
        "arrival_time,departure_time\n2024-03-05 08:00,2024-03-05 09:10\n"
        "2024-03-05 08:30,2024-03-05 11:40\n2024-03-05 08:40,2024-03-05 12:20\n"
    )
    for at, known in (
        ("09:00", []),
        ("10:00", [60]),
        ("12:00", [60, 180]),
        ("13:00", [60, 180, 210]),
    ):
        before = pd.Timestamp(f"2024-03-05 {at}", tz=ZONE)
        stays = history.length_of_stay(store, "ward", before)
        assert stays["minutes_from"].tolist() == known


def test_a_stay_over_the_clock_change_is_as_long_as_it_was(load: Load, store: Store) -> None:
    load(
        "arrival_time,departure_time\n2024-03-10 01:30,2024-03-10 03:10\n"
        "2024-03-10 05:30,2024-03-10 05:00\n2024-03-10 23:30,2024-03-30 05:00\n"
    )
    stays = history.length_of_stay(store, "ward")
    assert stays[["minutes_from", "minutes_to", "patients"]].to_numpy().tolist() == [[30, 45, 1]]


def test_the_last_unfinished_hour_waits_for_the_next_file(load: Load, store: Store) -> None:
    text = "arrival\n" + "\n".join(f"2024-01-01 {h:02}:{m}" for h in range(12) for m in (10, 40))
    report = load(text)
    assert (report.accepted, report.placed_nowhere) == (24, 2)
    assert report.covers_from == pd.Timestamp("2024-01-01 06:00", tz="UTC")
    assert report.covers_to == pd.Timestamp("2024-01-01 17:00", tz="UTC")
    assert any(
        "complete from Mon 1 Jan 2024 00:00 to Mon 1 Jan 2024 11:00" in n for n in report.notes
    )
    assert history.arrivals(store, "ward").counts.tolist() == [2] * 11
    report = load(text, covers_to="2024-01-01 12:00", covers_from="2024-01-01 00:00")
    assert report.placed_nowhere == 0
    assert history.arrivals(store, "ward").counts.tolist() == [2] * 12


def test_quiet_hours_are_zero_but_an_outage_is_unseen(
    store: Store, visits: pd.DataFrame, tmp_path: Path
) -> None:
    outage = visits["arrived_at"].between("2024-10-20 08:00", "2024-10-22 07:59:59")
    path = tmp_path / "outage.csv"
    visits[~outage].to_csv(path, index=False)
    report = ingest(store, path, site="ward", time_zone=ZONE)
    series = history.arrivals(store, "ward")
    unseen = series.index[series.counts.isna()].tz_convert(ZONE).tz_localize(None)
    inside = unseen[unseen < "2024-11-01"]
    assert len(inside) >= 48
    assert inside[0] <= pd.Timestamp("2024-10-20 08:00")
    assert (series.counts == 0).any()
    assert any("the longest is 48 hours from Sun 20 Oct 2024 08:00" in n for n in report.notes)


def test_words_for_acuity_mode_age_and_admission_are_understood(load: Load, store: Store) -> None:
    rows = [
        "2024-01-01 {h:02}:05,ESI 2,EMS,72,Admitted",
        "2024-01-01 {h:02}:15,3 - urgent,Walked in,4,Home",
        "2024-01-01 {h:02}:25,9,Police,45,",
        "2024-01-01 {h:02}:35,,Police,10,",
    ]
    body = "\n".join(row.format(h=h) for h in range(24) for row in rows)
    report = load("intime,acuity,arrival_transport,age,disposition\n" + body)
    assert history.streams(store, "ward") == [
        *("all", "acuity=2", "acuity=3", "mode=ambulance", "mode=other", "mode=walk-in"),
        *("age_band=0-4", "age_band=5-17", "age_band=40-64", "age_band=65-79"),
        *("admitted=no", "admitted=yes"),
    ]
    assert any("24 rows have an acuity outside 1 to 5" in note for note in report.notes)


def test_free_text_is_not_kept_as_a_stream(load: Load, store: Store) -> None:
    body = "\n".join(
        f"2024-01-01 {h:02}:{m:02},brought by neighbour {h}{m}" for h in range(24) for m in (5, 35)
    )
    report = load("arrival,arrival mode\n" + body)
    assert history.streams(store, "ward") == ["all"]
    assert dict(report.not_read)["arrival mode"].startswith("holds too many different texts")


def test_a_visit_in_the_hour_that_the_clock_skipped_is_refused(load: Load, tmp_path: Path) -> None:
    report = load(
        "arrival\n2024-03-10 01:10\n2024-03-10 02:20\n2024-03-10 04:30\n",
        rejects=tmp_path / "r.csv",
    )
    assert (report.accepted, report.rejected) == (2, 1)
    assert "2024-03-10 02:20,the clock skipped" in (tmp_path / "r.csv").read_text()


def test_parquet_says_the_same_as_csv(
    store: Store, visits: pd.DataFrame, visit_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "it's visits.parquet"
    visits.assign(patient_name="Planted Person").to_parquet(path)
    one = ingest(store, visit_file, site="csv", time_zone=ZONE)
    two = ingest(store, path, site="parquet", time_zone=ZONE)
    assert two.mapping == one.mapping
    assert two.not_read == (("patient_name", "looks like a name"),)
    np.testing.assert_array_equal(
        history.arrivals(store, "csv").counts, history.arrivals(store, "parquet").counts
    )


@pytest.mark.shared
def test_visits_of_a_swedish_department_load_from_parquet(store: Store, shared_data: Path) -> None:
    path = shared_data / "malmo_visits_synthetic" / "sem_synth.parquet"
    report = ingest(store, path, site="malmo", time_zone="Europe/Stockholm")
    assert (report.shape, report.rows_in, report.accepted) == ("visits", 53_265, 53_265)
    assert report.mapping["acuity"] == "priority"
    assert "chief_complaint" in dict(report.not_read)


PLANTED = ("Planted-Surname", "MRN-PLANTED-77", "1951-03-17", "Planted Street 9", "planted cough")


def test_no_trace_of_a_person_is_ever_in_the_store(visits: pd.DataFrame, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "ed.duckdb")
    path = tmp_path / "visits.csv"
    personal = ("Patient Name", "MRN", "DateOfBirth", "Home address", "chief_complaint")
    odd = visits.assign(**dict(zip(personal, PLANTED, strict=True)), ward_remark=PLANTED[0])
    odd.to_csv(path, index=False)
    report = ingest(store, path, site="ward", time_zone=ZONE)
    ingest(store, path, site="ward", time_zone=ZONE, absent="zero")
    for column in personal:
        assert dict(report.not_read)[column].startswith("looks like")
    kept = [file for file in tmp_path.iterdir() if file != path]
    assert kept
    for file in kept:
        content = file.read_bytes()
        for word in PLANTED:
            assert word.encode() not in content


def test_a_column_that_names_people_cannot_be_chosen(load: Load) -> None:
    with pytest.raises(DataError, match="looks like a name and is never read"):
        load("arrival,Surname\n2024-01-01 10:00,Smith\n", columns={"mode": "Surname"})


def test_a_rare_word_is_not_kept(load: Load, store: Store) -> None:
    rows = [f"2024-01-01 {h:02}:10,Tram" for h in range(20)] + ["2024-01-01 20:10,J. Smith's car"]
    rows += ["2024-01-01 21:10,Mrs Jones brought him"]
    load("arrival,arrival mode\n" + "\n".join(rows), covers_to="2024-01-02 00:00")
    modes = [s for s in history.streams(store, "ward") if s.startswith("mode")]
    assert modes == ["mode=other", "mode=tram", "mode=walk-in"]
