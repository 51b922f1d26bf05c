"""Within the day: counts that came since move the live forecast, its model stays."""

import argparse
import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import entry
from dashboard.cli.source import order_of
from dashboard.cli.update import change_sentence
from dashboard.service import answers, fits, jobs, updates
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.service.shelf import Shelf
from dashboard.settings import SettingsError, load
from dashboard.wording import notices
from data import archive, clock, history
from data.errors import DataError
from data.store import Store
from forecasting import conditions, live, registry
from forecasting.calendar import Calendar
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.conftest import load as load_visits

MORNING = jobs.Order(("harmonic",), Span(3, "d"), 200, 7)


@pytest.fixture(autouse=True)
def nothing_at_hand():
    fits.KEPT.clear()


def store_of(ward):
    return Store.open(ward.settings.store)


def forecast(ward, **more):
    at = ward.until + pd.Timedelta(minutes=5)
    return jobs.make_forecast(ward.settings, SITE, order=MORNING, clock_now=lambda: at, **more)


def test_the_afternoon_is_drawn_anew_up_to_the_same_end(new_ward, tmp_path, monkeypatch):
    ward = new_ward(hours_old=8, days=21)
    forecast(ward)
    before = archive.latest_forecast(store_of(ward), SITE)
    later = ward.until + pd.Timedelta(hours=5)
    load_visits(ward.settings, tmp_path / "more.csv", later, 21)
    monkeypatch.setattr(registry, "build", None)  # a new fit would fail
    updated = updates.update_forecast(ward.settings, SITE, clock_now=lambda: later)
    after = archive.latest_forecast(store_of(ward), SITE)
    assert after.forecast_id == updated.number > before.forecast_id
    assert (after.model, after.reason) == (before.model, before.reason)
    assert after.origin_utc == later
    assert after.index[-1] == before.index[-1]
    assert after.data_version > before.data_version


def test_without_a_fit_at_hand_the_same_model_is_fitted(new_ward):
    ward = new_ward(hours_old=3, days=21)
    forecast(ward)
    at = ward.until + pd.Timedelta(minutes=50)
    quick = updates.update_forecast(ward.settings, SITE, clock_now=lambda: at)
    fits.KEPT.clear()
    shutil.rmtree(Shelf.of(ward.settings.store).folder)
    slow = updates.update_forecast(ward.settings, SITE, clock_now=lambda: at)
    assert slow.made.forecast.model == "harmonic"
    assert np.array_equal(quick.made.forecast.draws, slow.made.forecast.draws)


def test_what_a_forecast_cannot_use_is_said_after_an_update_too(new_ward, monkeypatch):
    ward = new_ward(hours_old=3, days=21)
    forecast(ward)
    monkeypatch.setattr(conditions, "notes", lambda *_asked: ("temperature is not forecast.",))
    at = ward.until + pd.Timedelta(minutes=50)
    updated = updates.update_forecast(ward.settings, SITE, clock_now=lambda: at)
    assert "temperature is not forecast." in updated.made.notes


def test_there_is_nothing_to_update_without_a_forecast(unforecast_ward):
    with pytest.raises(ServiceError, match=r"no forecast of .* yet"):
        updates.update_forecast(unforecast_ward.settings, SITE)


def test_a_forecast_that_has_run_out_is_not_updated(expired_ward):
    at = expired_ward.until + pd.Timedelta(days=30)
    with pytest.raises(ServiceError, match="cannot be updated at"):
        updates.update_forecast(expired_ward.settings, SITE, clock_now=lambda: at)


def test_the_same_arrivals_are_learned_once(fresh_ward, monkeypatch):
    series = history.arrivals(store_of(fresh_ward), SITE)
    one = jobs.forecast(series, Calendar(ZONE), MORNING)
    monkeypatch.setattr(fits, "learn", None)
    again = jobs.forecast(series, Calendar(ZONE), MORNING)
    assert np.array_equal(one.forecast.draws, again.forecast.draws)
    assert again.reason == one.reason
    later = jobs.forecast(series.until(series.end + pd.Timedelta(hours=2)), Calendar(ZONE), MORNING)
    assert later.reason == one.reason


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        (("auto",), ("ensemble",)),
        (("auto", "harmonic"), ("ensemble", "harmonic")),
        (("profile", "ensemble", "auto"), ("ensemble",)),
        (("harmonic", "ets"), ("harmonic", "ets")),
    ],
)
def test_every_model_that_was_named_is_compared_beside_auto(asked, compared):
    assert fits.candidates(asked) == compared


def test_other_arrivals_are_learned_anew(fresh_ward):
    series = history.arrivals(store_of(fresh_ward), SITE)
    jobs.forecast(series, Calendar(ZONE), MORNING)
    values = series.counts.copy()
    values.iloc[100] += 1
    subject = jobs.subject_of(series, Calendar(ZONE), MORNING.models, MORNING.seed, None)
    assert fits.KEPT.get(subject, series) is not None
    assert fits.KEPT.get(subject, replace(series, counts=values)) is None


def test_only_so_many_fits_are_kept(invent_fit):
    few = fits.Fits(most=2)
    series, fit, subject = invent_fit
    for number in range(3):
        few.put(replace(subject, seed=number), series, fit)
    assert few.get(replace(subject, seed=0), series) is None
    assert few.get(replace(subject, seed=2), series) is fit


@pytest.fixture
def invent_fit(fresh_ward):
    series = history.arrivals(store_of(fresh_ward), SITE)
    subject = fits.Subject("", SITE, "all", ("profile",), 1, Calendar(ZONE))
    return series, fits.Fit("profile", "why", series.end, b""), subject


def test_a_model_that_takes_too_long_is_replaced_and_the_answer_says_so(fresh_ward, monkeypatch):
    series = history.arrivals(store_of(fresh_ward), SITE)
    order = jobs.Order(("ets",), Span(2, "d"), 50, 1, limit_seconds=0.05)
    # 63 days are too few for a comparison, and a single model needs none.
    monkeypatch.setattr(jobs.gate, "enough", lambda series: True)
    made = jobs.forecast(series, Calendar(ZONE), order)
    assert made.forecast.model == "profile"
    assert made.notes[0].startswith("profile stands in for ets: it took longer than 0.05 seconds")


def test_a_command_keeps_to_the_settings_time_limit(fresh_ward):
    asked = {"model": None, "configuration": None, "horizon": None, "draws": None, "seed": None}
    wanted = replace(fresh_ward.settings.forecast, time_limit_seconds=7.0)
    settings = replace(fresh_ward.settings, forecast=wanted)
    assert order_of(argparse.Namespace(**asked), settings).limit_seconds == 7.0


def break_off(*job):
    raise ZeroDivisionError("inside a model")


def test_a_model_that_breaks_off_in_its_process_is_replaced_and_everybody_told(
    copied_ward, monkeypatch, caplog
):
    """The trace goes to the log; the note is kept, and is a line of the pages' banner."""
    monkeypatch.setattr(jobs.gate, "enough", lambda series: True)
    monkeypatch.setattr(jobs.fits, "learn", break_off)
    order = jobs.Order(("ets",), Span(2, "d"), 50, 1)
    at = copied_ward.until + pd.Timedelta(minutes=30)
    jobs.make_forecast(copied_ward.settings, SITE, order=order, clock_now=lambda: at)
    assert "ZeroDivisionError: inside a model" in caplog.text
    asked = answers.question(copied_ward.settings, SITE)
    told = answers.answer(copied_ward.settings, asked, at)
    assert told.forecast.model == "profile"
    assert (
        "profile stands in for ets: it broke off with an unexpected error (WorkerError)."
        in notices.warning(told, at).split("  \n")
    )


def test_an_unknown_model_is_refused_and_not_replaced(fresh_ward):
    series = history.arrivals(store_of(fresh_ward), SITE)
    with pytest.raises(ValueError, match="no model 'etz'"):
        jobs.forecast(series, Calendar(ZONE), replace(MORNING, models=("etz",)))


def test_the_settings_delay_goes_before_the_learned_one(fresh_ward):
    settings = fresh_ward.settings
    assert jobs.site_feed(settings, store_of(fresh_ward), SITE).known == ()
    told = replace(settings, sites=(replace(settings.sites[0], feed_delay=(0.5, 0.9)),))
    assert jobs.site_feed(told, store_of(fresh_ward), SITE).known == (0.5, 0.9)


def test_a_delay_beyond_all_patients_is_refused(tmp_path):
    file = tmp_path / "edinflow.toml"
    file.write_text('[[site]]\nname = "A"\ntime_zone = "Europe/London"\nfeed_delay = [0.5, 1.4]\n')
    with pytest.raises(SettingsError, match=r"feed_delay.* at most 24 shares from 0 to 1"):
        load(file)


def test_the_terminal_says_what_changed(new_ward, capsys):
    ward = new_ward(days=21)
    forecast(ward)
    assert entry.main(["update", "--config", str(ward.config), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["forecast"]["model"] == "harmonic"
    assert set(told["change"]) == {
        "since_utc", "until_utc", "hours", "came", "more", "low", "high"
    }  # fmt: skip


def test_the_change_is_one_sentence():
    since = pd.Timestamp("2026-03-02 13:00", tz="UTC")
    more = live.Change(since, since, hours=5, came=61, more=12.2, low=4.0, high=20.0)
    assert change_sentence(more, ZONE) == (
        "By midnight 12 more than said at 07:00: 61 came since, and the day will likely end "
        "+4 to +20 from what was said (8 in 10)."
    )
    fewer = replace(more, more=-6.0, low=-14.0, high=2.0)
    assert "6 fewer than said at 07:00" in change_sentence(fewer, ZONE)
    assert "−14 to +2" in change_sentence(fewer, ZONE)
    assert change_sentence(replace(more, more=0.2), ZONE) == (
        "By midnight about as many patients as said at 07:00: 61 came since."
    )
    silent = replace(more, hours=0, came=0)
    assert change_sentence(replace(silent, more=0.2), ZONE) == (
        "No arrivals are known since 07:00, so today stands as it was said then."
    )
    assert change_sentence(silent, ZONE) == (
        "By midnight 12 more than said at 07:00, although no whole hour is known since: what is "
        "known of weather, events or hours in part has changed."
    )


def test_a_second_update_still_compares_with_what_the_day_began_with(new_ward, tmp_path):
    ward = new_ward(hours_old=8, days=21)
    forecast(ward)
    first = archive.latest_forecast(store_of(ward), SITE)
    later = ward.until + pd.Timedelta(hours=6)
    load_visits(ward.settings, tmp_path / "more.csv", later, 21)
    once, twice = (
        updates.update_forecast(
            ward.settings, SITE, as_of=later - pd.Timedelta(hours=hours), clock_now=lambda: later
        )
        for hours in (3, 0)
    )
    midnight = clock.floor_to_step(later, "day", ZONE)
    began = max(first.origin_utc, midnight)
    assert twice.change.since == began
    counts = history.arrivals(store_of(ward), SITE).counts
    since = counts[(counts.index >= began) & (counts.index < later)].dropna()
    assert (twice.change.hours, twice.change.came) == (len(since), since.sum())
    assert once.change is None or once.change.since <= began


def test_an_unknown_stream_is_named_as_such(fresh_ward):
    with pytest.raises(DataError, match="no stream 'acuity=9'; its streams are: all"):
        updates.update_forecast(fresh_ward.settings, SITE, "acuity=9")


def test_another_process_finds_the_fit_beside_the_store(new_ward, tmp_path, monkeypatch):
    ward = new_ward(hours_old=8, days=21)
    forecast(ward)
    fits.KEPT.clear()  # as in a process that has learned nothing
    later = ward.until + pd.Timedelta(hours=5)
    load_visits(ward.settings, tmp_path / "more.csv", later, 21)
    monkeypatch.setattr(registry, "build", None)  # a new fit would fail
    updated = updates.update_forecast(ward.settings, SITE, clock_now=lambda: later)
    assert updated.made.forecast.origin == later


def test_the_same_forecast_again_is_not_learned_again_by_another_process(copied_ward, monkeypatch):
    one, _ = forecast(copied_ward)
    fits.KEPT.clear()
    monkeypatch.setattr(fits, "learn", None)
    again, _ = forecast(copied_ward)
    assert np.array_equal(one.forecast.draws, again.forecast.draws)
    assert again.reason == one.reason


def test_a_fit_that_knows_more_than_was_known_then_is_not_used(new_ward):
    ward = new_ward(hours_old=8, days=21)
    forecast(ward)
    series = history.arrivals(store_of(ward), SITE)
    subject = subject_in(ward, series)
    week_ago = series.end - pd.Timedelta(days=7)
    for kept in (fits.KEPT, fits.Fits()):
        assert kept.recent(subject, "harmonic", week_ago, series.end) is not None
        before = series.end - pd.Timedelta(hours=1)
        assert kept.recent(subject, "harmonic", week_ago, before) is None


def subject_in(ward, series):
    calendar = jobs.site_calendar(ward.settings, series)
    return jobs.subject_of(series, calendar, MORNING.models, MORNING.seed, ward.settings)
