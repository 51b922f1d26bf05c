"""Streams and sites in one command: what is written adds up."""

import json

import pandas as pd
import pytest

from dashboard.cli import entry
from dashboard.service import jobs, joint
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from data import archive, history
from data.ingest import ingest
from data.store import Store
from tests.dashboard.conftest import SITE, ZONE


@pytest.fixture
def ward(new_ward):
    return new_ward(days=21)


def command(ward, *more):
    return entry.main(["forecast", "--config", str(ward.config), "--model", "profile",
                       "--horizon", "2d", "--draws", "40", *more])  # fmt: skip


def test_the_parts_written_add_up_to_the_whole_in_every_draw(ward, tmp_path, capsys):
    out = tmp_path / "draws.parquet"
    assert command(ward, "--split", "acuity", "--split", "age_band", "--draws-out", str(out)) == 0
    rows = pd.read_parquet(out).drop(columns="site")
    for kind in ("acuity", "age_band"):
        parts = rows[rows["stream"].str.startswith(f"{kind}=")]
        assert parts["stream"].nunique() >= 3
        added = parts.drop(columns="stream").groupby("start_utc").sum()
        whole = rows[rows["stream"] == "all"].drop(columns="stream").set_index("start_utc")
        assert added.equals(whole)
    kept = archive.latest_forecast(Store.open(ward.settings.store), SITE, "acuity=3")
    assert kept is not None
    assert "Split by the recent mix of acuity." in kept.reason
    words = ["explain", "--config", str(ward.config), "--stream", "acuity=3"]
    assert entry.main(words) == 1
    assert "say --model harmonic, or leave --stream out." in capsys.readouterr().err


def test_a_file_is_split_without_a_store(tmp_path, capsys):
    hours = pd.date_range("2026-01-01", periods=24 * 40, freq="h")
    rows = pd.DataFrame({"time": hours.repeat(2), "acuity": [2, 3] * len(hours),
                         "count": [2, 5] * len(hours)})  # fmt: skip
    file = tmp_path / "counts.csv"
    rows.to_csv(file, index=False)
    assert entry.main(["forecast", "--input", str(file), "--time-zone", ZONE, "--model", "profile",
                       "--horizon", "24h", "--split", "acuity", "--json"]) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    expected = {one["stream"]: one["next"]["expected"] for one in told["forecasts"]}
    assert expected["acuity=2"] + expected["acuity=3"] == pytest.approx(expected["all"], abs=0.02)
    assert expected["acuity=2"] == pytest.approx(expected["all"] * 2 / 7, rel=0.05)


def test_what_is_not_recorded_cannot_be_split(ward, capsys):
    assert command(ward, "--split", "colour") == 1
    assert "records no 'colour' of its patients; it records: acuity" in capsys.readouterr().err


def test_a_part_is_not_split_further(ward, capsys):
    assert command(ward, "--stream", "acuity=2", "--split", "mode") == 1
    assert "Only the forecast of all patients can be split by mode" in capsys.readouterr().err


def test_patients_without_a_known_value_are_a_part_of_their_own(tmp_path):
    hours = pd.date_range("2026-01-01", periods=48, freq="h")
    rows = pd.DataFrame({"time": hours.repeat(2), "acuity": ["2", ""] * 48, "count": [2, 1] * 48})
    file = tmp_path / "counts.csv"
    rows.to_csv(file, index=False)
    store = Store.in_memory()
    ingest(store, file, site="A", time_zone=ZONE)
    parts = history.parts(store, "A", "acuity")
    assert [part.stream for part in parts] == ["acuity=2", "acuity=unknown"]
    whole = history.arrivals(store, "A")
    assert sum(part.counts for part in parts).tolist() == whole.counts.tolist()


def test_all_sites_are_forecast_and_added(ward, tmp_path, capsys):
    ingest(Store.open(ward.settings.store), tmp_path / "visits.csv", site="Hill", time_zone=ZONE)
    assert command(ward, "--network", "--json") == 0
    told = json.loads(capsys.readouterr().out)["forecasts"]
    assert [one["site"] for one in told] == ["Hill", SITE, "all sites"]
    one, two, both = (made["next"]["expected"] for made in told)
    assert both == pytest.approx(one + two, abs=0.02)
    assert "sites added" in told[-1]["reason"]

    store = Store.open(ward.settings.store)
    hill = history.arrivals(store, "Hill").counts
    day = (hill.index[-1] - pd.Timedelta(days=4)).tz_convert(ZONE).normalize().tz_localize(None)
    stamps = pd.date_range(day, periods=24, freq="h").strftime("%Y-%m-%d %H:%M")
    pd.DataFrame({"time": stamps, "count": 5000}).to_csv(tmp_path / "odd.csv", index=False)
    ingest(store, tmp_path / "odd.csv", site="Hill", time_zone=ZONE)
    assert command(ward, "--network") == 0
    odd = [line for line in capsys.readouterr().err.splitlines() if "5,000 patients" in line]
    assert odd
    assert all(line.startswith("edinflow: Hill: ") for line in odd)
    assert command(ward, "--network", "--events", "none.csv") == 1
    assert "There is no file none.csv" in capsys.readouterr().err


def test_one_site_is_no_network(ward):
    order = jobs.Order(("profile",), Span(1, "d"), 20, 1)
    with pytest.raises(ServiceError, match="two sites or more; the store holds 1"):
        joint.make_network(ward.settings, order=order)


def test_sites_of_two_clocks_are_refused_before_anything_is_forecast(ward, tmp_path, capsys):
    hours = pd.date_range("2026-01-01", periods=24 * 21, freq="h")
    file = tmp_path / "away.csv"
    pd.DataFrame({"time": hours, "count": 3}).to_csv(file, index=False)
    ingest(Store.open(ward.settings.store), file, site="Away", time_zone="Europe/London")
    assert command(ward, "--network") == 1
    said = capsys.readouterr().err
    assert f"'Away' keeps the time of Europe/London and '{SITE}' that of {ZONE}" in said
    assert "so their hours cannot be added: forecast each with --site" in said
    assert archive.latest_forecast(Store.open(ward.settings.store), SITE) is None


def test_hours_and_days_are_refused_before_anything_is_forecast(ward, tmp_path, capsys):
    days = pd.date_range("2026-01-01", periods=60).strftime("%Y-%m-%d")
    pd.DataFrame({"day": days, "count": 70}).to_csv(tmp_path / "days.csv", index=False)
    ingest(Store.open(ward.settings.store), tmp_path / "days.csv", site="Days", time_zone=ZONE)
    assert command(ward, "--network") == 1
    said = capsys.readouterr().err
    assert f"'{SITE}' is counted by the hour and 'Days' by the day" in said
    assert archive.latest_forecast(Store.open(ward.settings.store), SITE) is None
