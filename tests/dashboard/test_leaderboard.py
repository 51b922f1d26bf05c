"""Backtests side by side: only what was asked the same, each model once, baselines in sight."""

import shlex
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.cli.entry import parser
from dashboard.service import backtests, jobs, leaderboard
from data import history
from data import jobs as ledger
from data.store import Store
from forecasting.backtest import Trial
from forecasting.campaign import Task
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
