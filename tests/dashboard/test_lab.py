"""The model lab: what is asked, in the background, kept, stopped, and the same on a terminal."""

import json
import shlex
import time
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.cli.entry import parser
from dashboard.service import calendars, jobs, lab, lab_promotion, lab_worker, leaderboard
from dashboard.service.errors import ServiceError
from dashboard.settings import load
from data import configurations, history
from data import jobs as ledger
from data.store import Store
from forecasting import registry
from forecasting.configuration import Configuration
from forecasting.errors import ForecastError

SITE = "Riverside General"


def ask(ward, **more) -> lab.Try:
    series = history.arrivals(Store.open(ward.settings.store), SITE)
    asked = {"origins": 2, "every_days": 7, "ahead_days": 7, "draws": 50, "model": "profile"}
    last = lab.last_origin(series, 7)
    return lab.Try(SITE, "all", last=last, **{**asked, **more})


def ended(ward, number: int, seconds: float = 60) -> dict:
    """The job's row once it has ended."""
    store = Store.open(ward.settings.store)
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        [row] = ledger.every(store, job_id=number).to_dict("records")
        if row["state"] not in ("waiting", "running"):
            return row
        time.sleep(0.3)
    pytest.fail(f"job {number} did not end: {row}")


def test_what_is_asked_comes_back_from_its_text():
    asked = lab.Try(SITE, "all", "profile", "2026-03-02", without=("holidays",),
                    ignore=("2020-03-15..2020-06-30",))  # fmt: skip
    assert lab.Try.of_json(asked.json) == asked
    assert asked.note == "without holidays, ignoring 2020-03-15..2020-06-30"


def test_the_terminal_understands_the_line_and_asks_the_same(tested_ward):
    from dashboard.cli.backtest_trial import trial

    asked = ask(tested_ward, model="harmonic(waves=4)", without=("holidays",),
                ignore=("2020-03-15..2020-06-30",))  # fmt: skip
    args = parser().parse_args(shlex.split(asked.command)[1:])
    series = history.arrivals(Store.open(tested_ward.settings.store), SITE)
    assert trial(args, series) == lab.trial(asked, series)
    from dashboard.cli.source import calendar_of

    theirs = calendar_of(args, tested_ward.settings, SITE, series.time_zone)
    assert theirs == lab.calendar(asked, tested_ward.settings, series)


def test_a_job_tells_its_progress_lands_on_the_leaderboard_and_is_not_worked_twice(
    new_ward, capsys
):
    ward = new_ward(days=100)
    asked = ask(ward, model="harmonic", without=("holidays",))
    row = ended(ward, lab_worker.start(ward.settings, asked, "Try harmonic"))
    assert row["state"] == "done", row["result"]
    assert row["share"] == 1
    assert "that of the profile" in row["result"]
    store = Store.open(ward.settings.store)
    [race] = leaderboard.races(store, SITE)
    labels = {label for _, label, _ in race.runs}
    assert labels == {"harmonic, without holidays", "profile", "seasonal-naive"}
    before = leaderboard.board(leaderboard.report(store, race)).by_grain
    line = shlex.split(asked.command)[1:]
    assert main([*line, "--config", str(ward.config), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["continued"] == told["pieces"] == 4
    [again] = leaderboard.races(store, SITE)
    assert set(again.runs) == set(race.runs)
    pd.testing.assert_frame_equal(leaderboard.board(leaderboard.report(store, again)).by_grain,
                                  before)  # fmt: skip
    assert leaderboard.commands(again)[1:] == (asked.command,)


def test_a_job_says_on_how_many_days_its_model_did_not_know_the_weather(new_ward):
    ward = new_ward()
    days = pd.date_range(end=ward.until.tz_localize(None).normalize(), periods=70, freq="D")
    lines = [f"{day:%Y-%m-%d},{8 + day.day_of_week}," for day in days]
    head = "date,temperature_observed,temperature_forecast"
    file = ward.config.with_name("weather.csv")
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    with ward.config.open("a", encoding="utf-8") as config:
        config.write('regressors = "weather.csv"\n')
    settings = load(ward.config)
    asked = ask(ward, model="harmonic", origins=1)
    said = ended(ward, lab_worker.start(settings, asked, "Try harmonic"))["result"]
    assert "that of the profile. temperature was not forecast for 7 of the 7 days" in said
    assert said.endswith("compare without it (--without temperature).")


def test_one_line_gives_every_row_of_the_leaderboard(new_ward, capsys):
    ward = new_ward(days=100)
    asked = ask(ward, model="harmonic(waves=4)")
    assert main([*shlex.split(asked.command)[1:], "--config", str(ward.config), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["scores"]
    assert ended(ward, lab_worker.start(ward.settings, asked, "Try"))["state"] == "done"
    store = Store.open(ward.settings.store)
    [race] = leaderboard.races(store, SITE)
    board = leaderboard.board(leaderboard.report(store, race)).by_grain
    shown = {(row["model"], row["grain"]): row["crps"] for row in board.to_dict("records")}
    assert {(row["model"], row["grain"]): row["crps"] for row in told} == pytest.approx(shown)
    assert {"profile", "seasonal-naive"} < {model for model, _ in shown}


def test_a_baseline_that_is_named_knows_as_little_and_takes_no_other_ones_place(new_ward):
    ward = new_ward(days=100)
    asked = ask(ward, model="harmonic")
    plain = shlex.split(asked.command)[1:]
    less = [*plain, "--model", "profile", "--ignore", "2020-01-01..2020-01-02"]
    for line in (plain, less):
        assert main([*line, "--config", str(ward.config), "--json"]) == 0
    store = Store.open(ward.settings.store)
    [race] = leaderboard.races(store, SITE)
    note = "ignoring 2020-01-01..2020-01-02"
    labels = {label for _, label, _ in race.runs}
    names = ("harmonic", "profile", "seasonal-naive")
    assert labels == {*names, *(f"{name}, {note}" for name in names)}
    usual, *others = leaderboard.commands(race)
    assert "--ignore" not in usual
    for line in others:
        assert main([*shlex.split(line)[1:], "--config", str(ward.config), "--json"]) == 0
    [again] = leaderboard.races(store, SITE)
    assert set(again.runs) == set(race.runs)


def test_the_terminal_goes_on_with_what_the_lab_has_kept(new_ward, capsys):
    ward = new_ward(days=100)
    asked = ask(ward)
    assert ended(ward, lab_worker.start(ward.settings, asked, "Try profile"))["state"] == "done"
    assert main([*shlex.split(asked.command)[1:], "--config", str(ward.config), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["continued"] == told["pieces"] == 4  # the profile and last week again, twice


def test_a_job_stops_within_seconds_when_asked_to(new_ward):
    ward = new_ward(days=100)
    asked = ask(ward, model="harmonic", origins=8, draws=2000)
    number = lab_worker.start(ward.settings, asked, "Try")
    store = Store.open(ward.settings.store)
    ledger.ask_to_stop(store, number)
    row = ended(ward, number, seconds=20)
    assert row["state"] == "cancelled"
    assert "goes on from there" in row["result"]
    ledger.end(store, number, "done", 1.0, "too late", jobs.now())
    assert ended(ward, number)["state"] == "cancelled"


def test_a_job_that_cannot_be_done_says_why(new_ward):
    ward = new_ward(days=30)
    asked = ask(ward, origins=8)
    row = ended(ward, lab_worker.start(ward.settings, asked, "Try"))
    assert row["state"] == "failed"
    assert "begin before the arrivals" in row["result"]


def test_where_even_one_forecast_reaches_too_far_the_days_ahead_are_to_blame(fresh_ward):
    series = history.arrivals(Store.open(fresh_ward.settings.store), SITE)
    days = (series.end - series.start).days
    last = lab.last_origin(series, days + 5)
    asked = replace(ask(fresh_ward, origins=1), last=last, ahead_days=days + 5)
    with pytest.raises(ServiceError, match="Ask for fewer days ahead, or load an earlier time"):
        lab.trial(asked, series)


def test_a_job_without_a_sign_of_life_is_called_broken_off():
    now = pd.Timestamp.now("UTC")
    row = {"state": "running", "seen_at_utc": now - pd.Timedelta(minutes=5)}
    assert lab_worker.state(row, now) == "broken off"
    assert lab_worker.state({**row, "seen_at_utc": now}, now) == "running"
    assert lab_worker.state({**row, "state": "done"}, now) == "done"


def test_promotion_asks_the_gate_and_keeps_the_reason_that_overrules_it(new_ward):
    ward = new_ward(days=130)
    whole = registry.complete(Configuration.of("profile", {"level_days": 7}))
    asked = lab_promotion.Promotion(SITE, "all", whole.toml)
    row = ended(ward, lab_worker.start(ward.settings, asked, "Promote"))
    store = Store.open(ward.settings.store)
    if row["state"] == "failed":
        assert "was not promoted" in row["result"]
        assert configurations.live(store, SITE) is None
    again = replace(asked, overrule="A new wing opened.")
    row = ended(ward, lab_worker.start(ward.settings, again, "Promote"))
    assert row["state"] == "done", row["result"]
    live = configurations.live(store, SITE)
    assert live.hash == whole.hash
    assert live.reason == "A new wing opened." or not live.overruled
    assert "--overrule 'A new wing opened.'" in again.command


@pytest.mark.parametrize(
    ("wrong", "words"), [({"origins": 0}, "choose from 1"), ({"ignore": ("x",)}, "FROM..TO")]
)
def test_what_makes_no_sense_is_refused_before_it_starts(wrong, words):
    with pytest.raises((ServiceError, ForecastError), match=words):
        lab.Try(SITE, "all", "profile", "2026-03-02", **wrong)


def test_a_calendar_without_what_it_does_not_know_is_refused_with_what_it_does(tested_ward):
    series = history.arrivals(Store.open(tested_ward.settings.store), SITE)
    known = calendars.of_settings(tested_ward.settings, SITE, series.time_zone)
    assert calendars.without(known, ["holidays"]).country is None
    with pytest.raises(ServiceError, match="holidays, events, regressors"):
        calendars.without(known, ["weather"])


def test_a_saved_configuration_is_listed_once_with_its_newest_note(new_ward):
    ward = new_ward(days=0)
    store = Store.open(ward.settings.store)
    one = registry.complete(Configuration.of("profile", {"level_days": 7}))
    for note in ("first", "second"):
        configurations.keep(
            store, site=SITE, stream="all", model=one.model, toml=one.toml, mark=one.hash,
            note=note, saved_at_utc=jobs.now(), who="ana",
        )  # fmt: skip
    kept = configurations.kept(store, SITE)
    assert kept["note"].tolist() == ["second"]
