"""Backtests side by side: only what was asked the same, each model once, baselines in sight."""

import shlex
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.cli.entry import parser
from dashboard.service import backtests, jobs, leaderboard
from dashboard.wording import backtests as wording
from data import history, trials
from data import jobs as ledger
from data.store import Store
from forecasting.backtest import Trial
from forecasting.campaign import Task
from forecasting.forecast import level_name
from tests.dashboard.conftest import copy_of

SITE = "Riverside General"


@pytest.fixture(scope="module")
def store(tested_ward) -> Store:
    return Store.open(tested_ward.settings.store)


def test_models_that_were_asked_the_same_stand_in_one_leaderboard(store):
    races = leaderboard.races(store, SITE)
    assert [len(race.runs) for race in races] == [1, 3]
    assert {label for _, label, _ in races[1].runs} == {"profile", "seasonal-naive", "harmonic"}
    assert races[1].days_between == 7
    assert races[1].days_ahead == 7


def test_baselines_stand_first_and_the_best_of_the_others_next(store):
    race = leaderboard.races(store, SITE)[1]
    table = leaderboard.board(leaderboard.report(store, race)).by_grain
    day = leaderboard.pinned_first(table[table["grain"] == "day"])
    assert day["model"].tolist() == ["profile", "seasonal-naive", "harmonic"]
    assert day["pinned"].tolist() == [True, True, False]


def test_without_the_profile_nothing_is_said_of_a_difference_from_it(store):
    race = leaderboard.only(leaderboard.races(store, SITE)[1], "harmonic")
    table = leaderboard.board(leaderboard.report(store, race)).by_grain
    day = leaderboard.pinned_first(table[table["grain"] == "day"])
    assert wording.leaderboard(day)["Against the profile"].tolist() == ["–"]
    assert wording.best(day, "day") == (
        "By the day, “harmonic” leads; no profile to compare it with is kept here."
    )


def test_a_run_that_was_stopped_early_does_not_cut_the_others_short(tested_ward, tmp_path):
    ward = copy_of(tested_ward, tmp_path)
    store = Store.open(ward.settings.store)
    race = leaderboard.races(store, SITE)[1]
    key = next(key for key, label, _ in race.runs if label == "harmonic")
    names = [level_name(level) for level in race.levels]
    rows = trials.rows(store, key, names)
    with store.transaction() as write:
        write.run("forget_backtest_rows", run_key=key)
    trials.keep(store, key, rows[rows["origin_utc"] == rows["origin_utc"].max()], names)

    race = leaderboard.races(store, SITE)[1]
    assert {label for _, label, _ in race.runs} == {"profile", "seasonal-naive"}
    assert leaderboard.report(store, race).rows["origin_local"].nunique() == 3
    assert wording.behind(race) == (
        "Not far enough to be compared: harmonic (1 of 3 forecasts). The same work, run again, "
        "goes on from there."
    )
    [line] = leaderboard.commands(race)
    assert "--model harmonic" in line


def test_the_command_of_a_leaderboard_asks_for_the_same_again(store):
    race = leaderboard.races(store, SITE)[1]
    [line] = leaderboard.commands(race)
    words = shlex.split(line)
    args = parser().parse_args(words[1:])
    assert args.site == [SITE]
    assert args.every == args.horizon == "7d"
    assert args.draws == race.draws
    first = pd.Timestamp(args.first_origin, tz=race.time_zone)
    assert first == race.first
    assert set(args.model) == {"profile", "seasonal-naive", "harmonic"}


def test_the_same_model_with_another_calendar_is_a_row_of_its_own(tested_ward, tmp_path):
    ward = copy_of(tested_ward, tmp_path)
    store = Store.open(ward.settings.store)
    race = leaderboard.races(store, SITE)[1]
    series = history.arrivals(store, SITE)
    plain = jobs.site_calendar(ward.settings, series)
    steps = tuple([race.horizon] * race.origins)
    origins = tuple(race.first + pd.Timedelta(weeks=week) for week in range(race.origins))
    trial = Trial(origins, steps, draws=race.draws, seed=race.seed)
    task = Task(series, replace(plain, country=None), ("harmonic",), trial)
    backtests.run([task], 1, store)
    ledger.annotate(
        store, 1, list(backtests.run_keys(task).values()), "without holidays", "edinflow …"
    )
    labels = [label for _, label, _ in leaderboard.races(store, SITE)[0].runs]
    assert "harmonic" in labels
    assert "harmonic, without holidays" in labels
