"""Question → Answer on a real store: what a page is told, and when it is told that it is old."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.service import answers, jobs
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.service.jobs import Order
from dashboard.settings import Settings, Site
from data import archive, clock, history
from data.ingest import ingest
from data.store import Store

ROOT = Path(__file__).resolve().parents[2]
ZONE = "Europe/London"
START = pd.Timestamp("2026-01-05")
WEEKS = 10
NOW = clock.instant("2026-03-16 00:20", ZONE)


def counts_file(folder: Path, weeks: int = WEEKS, name: str = "counts.csv") -> Path:
    """Hours in which as many came as the hour of the day says, plus one on Mondays."""
    hours = pd.date_range(START, periods=weeks * 168, freq="h")
    patients = np.asarray(hours.hour) + (np.asarray(hours.day_of_week) == 0)
    frame = pd.DataFrame({"time": hours.strftime("%Y-%m-%d %H:%M"), "patients": patients})
    path = folder / name
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Settings:
    """A store with ten weeks of hours and a forecast of three days."""
    folder = tmp_path_factory.mktemp("store")
    settings = Settings(store=folder / "s.duckdb", sites=(Site("Mercy", ZONE, "GB"),))
    store = Store.open(settings.store)
    ingest(store, counts_file(folder), site="Mercy", time_zone=ZONE)
    jobs.make_forecast(settings, "Mercy", order=ORDER, clock_now=lambda: NOW)
    return settings


ORDER = Order(("profile",), Span(3, "d"), 100, 1)


def test_without_a_store_there_is_nothing_and_none_is_made(tmp_path):
    settings = Settings(store=tmp_path / "none.duckdb", sites=(Site("Mercy", ZONE),))
    assert answers.sites(settings) == ["Mercy"]
    assert answers.streams(settings, "Mercy") == []
    assert answers.version(settings, "Mercy") == (0, 0)
    assert answers.answer(settings, answers.question(settings, "Mercy")) is None
    assert not settings.store.exists()


def test_data_without_a_forecast_has_no_answer_yet(tmp_path):
    settings = Settings(store=tmp_path / "s.duckdb")
    ingest(Store.open(settings.store), counts_file(tmp_path, 2), site="A", time_zone=ZONE)
    asked = answers.question(settings, "A")
    assert asked.data_version > 0
    assert asked.forecast_id == 0
    assert answers.answer(settings, asked, NOW) is None


def test_sites_with_data_come_first(tmp_path):
    sites = (Site("Quiet", ZONE), Site("Mercy", ZONE))
    settings = Settings(store=tmp_path / "s.duckdb", sites=sites)
    ingest(Store.open(settings.store), counts_file(tmp_path, 1), site="Mercy", time_zone=ZONE)
    assert answers.sites(settings) == ["Mercy", "Quiet"]


def test_the_answer_is_the_forecast_as_issued_with_its_staff(loaded):
    told = answers.answer(loaded, answers.question(loaded, "Mercy"), NOW)
    assert told is not None
    assert told.forecast.origin == clock.instant("2026-03-16 00:00", ZONE)
    assert told.forecast.draws.shape == (72, 100)
    assert told.history.end == told.forecast.origin
    assert told.data_until == told.forecast.origin
    assert told.made_at == NOW
    assert "profile" in told.model_reason
    assert told.need is not None
    assert told.plan is not None
    assert told.need.service_level == 0.8
    assert (told.plan.gap().to_numpy() >= 0).all()
    assert told.notes == ()


def test_usual_is_the_mean_of_that_hour_of_that_weekday(loaded):
    told = answers.answer(loaded, answers.question(loaded, "Mercy"), NOW)
    assert told is not None
    local = told.usual.index.tz_convert(ZONE)
    expected = np.asarray(local.hour) + (np.asarray(local.day_of_week) == 0)
    assert told.usual.to_numpy() == pytest.approx(expected)


def test_a_higher_service_level_never_needs_fewer_staff(loaded):
    needs = []
    for level in (0.5, 0.8, 0.95):
        told = answers.answer(loaded, answers.question(loaded, "Mercy", service_level=level), NOW)
        assert told is not None
        assert told.need is not None
        needs.append(told.need.heads.to_numpy())
    assert (needs[0] <= needs[1]).all()
    assert (needs[1] <= needs[2]).all()
    assert (needs[0] < needs[2]).any()


def test_the_question_changes_with_new_data_and_with_a_new_forecast(tmp_path):
    settings = Settings(store=tmp_path / "s.duckdb")
    store = Store.open(settings.store)
    ingest(store, counts_file(tmp_path), site="Mercy", time_zone=ZONE)
    first = answers.question(settings, "Mercy")
    jobs.make_forecast(settings, "Mercy", order=ORDER, clock_now=lambda: NOW)
    second = answers.question(settings, "Mercy")
    more = counts_file(tmp_path, WEEKS + 1, "more.csv")
    ingest(store, more, site="Mercy", time_zone=ZONE)
    third = answers.question(settings, "Mercy")
    assert len({first, second, third}) == 3
    told = answers.answer(settings, third, NOW)
    assert told is not None
    assert any("changed after" in note for note in told.notes)
    assert told.history.end == clock.instant("2026-03-16 00:00", ZONE)


def test_old_data_and_a_forecast_that_has_run_out_are_said(loaded):
    later = NOW + pd.Timedelta(days=5)
    told = answers.answer(loaded, answers.question(loaded, "Mercy"), later)
    assert told is not None
    assert any("5 days old" in note for note in told.notes)
    assert any("run out" in note for note in told.notes)
    assert told.plan is not None


def test_a_thin_history_is_said(tmp_path):
    settings = Settings(store=tmp_path / "s.duckdb")
    ingest(Store.open(settings.store), counts_file(tmp_path, 1), site="A", time_zone=ZONE)
    end = clock.instant("2026-01-12 00:00", ZONE)
    jobs.make_forecast(settings, "A", order=ORDER, clock_now=lambda: end)
    told = answers.answer(settings, answers.question(settings, "A"), end)
    assert told is not None
    assert any("14 days" in note for note in told.notes)


def test_arrivals_by_the_day_have_a_forecast_and_no_staff(tmp_path):
    settings = Settings(store=tmp_path / "s.duckdb")
    days = pd.date_range("2025-11-01", "2026-03-15", freq="D")
    patients = np.random.default_rng(1).poisson(100, len(days))
    path = tmp_path / "days.csv"
    pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "patients": patients}).to_csv(
        path, index=False
    )
    ingest(Store.open(settings.store), path, site="A", time_zone=ZONE)
    jobs.make_forecast(settings, "A", order=ORDER, clock_now=lambda: NOW)
    told = answers.answer(settings, answers.question(settings, "A"), NOW)
    assert told is not None
    assert told.forecast.step == "day"
    assert told.need is None
    assert told.plan is None
    assert any("hourly arrivals" in note for note in told.notes)


def test_a_gap_before_the_forecast_is_said(loaded):
    as_of = clock.instant("2026-03-18 06:00", ZONE)
    series = jobs.known_by(history.arrivals(Store.open(loaded.store), "Mercy"), as_of)
    made = jobs.forecast(series, jobs.site_calendar(loaded, series), ORDER)
    assert made.forecast.origin == as_of
    assert "Mon 16 Mar 2026 00:00 to Wed 18 Mar 2026 06:00" in made.notes[0]


def test_a_long_gap_within_the_last_year_is_said(loaded):
    whole = history.arrivals(Store.open(loaded.store), "Mercy")
    for days, told in ((27, 0), (28, 1)):
        counts = whole.counts.copy()
        counts.iloc[24 * 14 : 24 * (14 + days)] = np.nan
        notes = jobs.gap_notes(replace(whole, counts=counts))
        assert len(notes) == told
    assert "from Mon 19 Jan 2026 00:00 to Mon 16 Feb 2026 00:00: seasons" in notes[0]


def test_an_as_of_time_far_after_the_data_is_refused(loaded):
    series = history.arrivals(Store.open(loaded.store), "Mercy")
    with pytest.raises(ServiceError, match="more than a year"):
        jobs.known_by(series, clock.instant("2028-01-01 00:00", ZONE))


def test_several_models_are_compared_and_the_baseline_stands_where_none_is_better(loaded):
    series = history.arrivals(Store.open(loaded.store), "Mercy")
    order = Order(("seasonal-naive", "profile"), Span(1, "d"), 50, 1)
    made = jobs.forecast(series, jobs.site_calendar(loaded, series), order)
    assert made.forecast.model in ("seasonal-naive", "profile")


def test_the_stored_draws_are_the_ones_that_were_made(tmp_path):
    settings = Settings(store=tmp_path / "s.duckdb")
    ingest(Store.open(settings.store), counts_file(tmp_path), site="A", time_zone=ZONE)
    made, number = jobs.make_forecast(settings, "A", order=ORDER, clock_now=lambda: NOW)
    stored = archive.latest_forecast(Store.open(settings.store), "A")
    assert stored is not None
    assert stored.forecast_id == number
    assert (stored.draws == made.forecast.draws).all()
    assert stored.seed == 1


def test_the_acuity_mix_uses_only_what_came_before(tmp_path):
    store = Store.in_memory()
    rows = ["arrived_at,acuity"]
    for day in range(1, 29):
        acuities = (2, 3) if day < 15 else (5, 5)
        rows += [f"2026-01-{day:02d} {hour:02d}:15,{acuities[hour % 2]}" for hour in range(24)]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(rows) + "\n")
    ingest(store, path, site="A", time_zone=ZONE)
    middle = clock.instant("2026-01-15 00:00", ZONE)
    assert history.acuity_mix(store, "A", middle) == (0.0, 0.5, 0.5, 0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "start", "hours"),
    [
        ("1d", "2026-03-29 00:00", 23),
        ("1d", "2026-10-25 00:00", 25),
        ("24h", "2026-10-25 00:00", 24),
        ("4w", "2026-03-10 06:00", 28 * 24 - 1),
    ],
)
def test_days_ahead_are_days_of_the_local_clock(text, start, hours):
    assert Span.parse(text).steps(clock.instant(start, ZONE), "hour", ZONE) == hours


@pytest.mark.parametrize("text", ["", "0d", "28", "d", "-3d", "1.5d", "28 days", "367d"])
def test_a_length_that_nobody_can_read_is_refused(text):
    with pytest.raises(ServiceError):
        Span.parse(text)


def test_part_of_a_day_is_refused_for_counts_by_the_day():
    with pytest.raises(ServiceError, match="whole days"):
        Span.parse("36h").steps(clock.instant("2026-01-01", ZONE), "day", ZONE)


def test_polling_an_unchanged_store_does_not_open_it(loaded, monkeypatch):
    known = answers.version(loaded, "Mercy")

    def opened(_path):
        raise AssertionError("the store was opened")

    monkeypatch.setattr(Store, "open", opened)
    assert answers.version(loaded, "Mercy") == known


def test_a_load_by_another_process_is_seen_by_the_next_poll(tmp_path):
    settings = Settings(store=tmp_path / "s.duckdb")
    ingest(Store.open(settings.store), counts_file(tmp_path, 1), site="A", time_zone=ZONE)
    before = answers.version(settings, "A")
    more = counts_file(tmp_path, 2, "more.csv")
    code = "import sys; from dashboard.cli import main; sys.exit(main(sys.argv[1:]))"
    config = tmp_path / "edinflow.toml"
    config.write_text('[store]\npath = "s.duckdb"\n')
    words = [sys.executable, "-c", code, "ingest", str(more), "--config", str(config)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert answers.version(settings, "A") > before
