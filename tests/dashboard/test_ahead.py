"""What the server works out before anybody asks, so that the first visitor does not wait for it."""

import sys
from threading import Event

import pandas as pd
import pytest
import streamlit as st

from dashboard import cache, cache_ahead, cache_plans
from dashboard.service import answers, plan_figures
from dashboard.service import situation as situations
from data.errors import DataError
from tests.dashboard.conftest import copy_of

SITE = "Riverside General"


@pytest.fixture
def on_ward(monkeypatch):
    """Asks as the server of a ward does, which has drawn nothing yet."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def asks(ward):
        monkeypatch.setattr(sys, "argv", ["streamlit_app.py", "--config", str(ward.config)])
        return ward

    return asks


def refuse(*_given, **_named):
    raise AssertionError("this was to be ready")


def test_the_first_pages_find_everything_ready(on_ward, fresh_ward, monkeypatch):
    on_ward(fresh_ward)
    cache_ahead.once(Event())
    for room, name in (
        (answers, "answer"),
        (answers, "quality"),
        (situations, "on_duty"),
        (plan_figures, "patients_of"),
        (plan_figures, "figures"),
    ):
        monkeypatch.setattr(room, name, refuse)
    found = cache.answer(cache.question(SITE))
    assert found is not None
    assert found.plan is not None
    assert cache.situation(found).briefing.windows
    cache.quality(SITE, found.question.data_version, cache.now().floor("h"))
    cache_ahead.once(Event())  # what is ready is not worked out again
    with pytest.raises(AssertionError, match="was to be ready"):
        cache.answer(cache.question(SITE, level=0.95))


def test_a_new_forecast_is_worked_out_before_anybody_opens_it(on_ward, new_ward, monkeypatch):
    ward = on_ward(new_ward(days=70))
    cache_ahead.once(Event())  # data, and no forecast: nothing to work out, and nothing breaks
    ward.forecast()
    cache_ahead.once(Event())
    monkeypatch.setattr(answers, "answer", refuse)
    assert cache.answer(cache.question(SITE)) is not None


def test_what_is_ready_is_written_as_the_hospital_writes(on_ward, stale_ward, tmp_path):
    ward = copy_of(stale_ward, tmp_path)
    told = ward.config.read_text(encoding="utf-8")
    ward.config.write_text(f'locale = "de_DE"\n{told}', encoding="utf-8")
    on_ward(ward)
    cache_ahead.once(Event())
    found = cache.quality(SITE, cache.version(SITE)[0], cache.now().floor("h")).findings
    [late] = found.loc[found["kind"] == "late feed", "sentence"]
    assert " 5,0 days ago" in late


def test_a_site_that_is_refused_does_not_keep_the_others_waiting(on_ward, fresh_ward, monkeypatch):
    on_ward(fresh_ward)
    asked = []

    def question(name: str):
        asked.append(name)
        raise DataError(f"{name} cannot be read.")

    monkeypatch.setattr(cache, "sites", lambda: ["A", "B"])
    monkeypatch.setattr(cache, "question", question)
    cache_ahead.once(Event())
    assert asked == ["A", "B", "A", "B"]


def test_no_more_is_worked_out_than_half_of_what_is_remembered(on_ward, fresh_ward, monkeypatch):
    on_ward(fresh_ward)
    asked = []

    def question(name: str):
        asked.append(name)
        raise DataError(f"{name} cannot be read.")

    monkeypatch.setattr(cache, "sites", lambda: [f"site {n}" for n in range(100)])
    monkeypatch.setattr(cache, "question", question)
    cache_ahead.once(Event())
    assert len(asked) == (cache.HELD + cache_plans.HELD) // 2


def test_it_goes_on_after_a_refusal_and_ends_when_told(monkeypatch):
    stop, rounds = Event(), []

    def once(told: Event) -> None:
        rounds.append(told)
        if len(rounds) == 2:
            stop.set()
        raise DataError("The store is being written.")

    monkeypatch.setattr(cache_ahead, "LOOK_SECONDS", 0)
    monkeypatch.setattr(cache_ahead, "once", once)
    cache_ahead.keep_ready(stop)
    assert rounds == [stop, stop]


def test_without_a_store_none_is_made(on_ward, empty_ward):
    on_ward(empty_ward)
    assert not empty_ward.settings.store.exists()
    cache_ahead.once(Event())
    assert not empty_ward.settings.store.exists()


def test_a_situation_is_a_minute_old_at_most_and_anew_after_any_write(
    on_ward, new_ward, monkeypatch
):
    ward = on_ward(new_ward(days=70))
    ward.forecast()
    found = cache.answer(cache.question(SITE))
    moment = pd.Timestamp.now("UTC").floor("min")
    monkeypatch.setattr(cache, "now", lambda: moment + pd.Timedelta(seconds=5))
    first = cache.situation(found).briefing.now
    monkeypatch.setattr(cache, "now", lambda: moment + pd.Timedelta(seconds=50))
    assert cache.situation(found).briefing.now == first
    ward.forecast()
    written = cache.situation(found).briefing.now
    assert written == moment + pd.Timedelta(seconds=50)
    monkeypatch.setattr(cache, "now", lambda: moment + pd.Timedelta(seconds=70))
    assert cache.situation(found).briefing.now == moment + pd.Timedelta(seconds=70)
