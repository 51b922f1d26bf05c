"""Pieces of a backtest: any number of processes, any order, and some that cannot be worked."""

import os
import subprocess
import sys
import time

import pandas as pd
import pytest

from data import clock
from forecasting import backtest, campaign
from forecasting.backtest import Trial
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.fingerprint import fingerprint
from forecasting.processes import spread_out

ZONE = "America/Chicago"
CALENDAR = Calendar(ZONE, "US")


def at(series, weeks):
    return tuple(clock.days_after(series.end, -7 * week, ZONE) for week in weeks)


def task(series, weeks, models, **more):
    origins = at(series, weeks)
    return campaign.Task(
        series, CALENDAR, models, Trial(origins, (168,) * len(origins), draws=30, **more)
    )


@pytest.fixture(scope="module")
def series(invent):
    return invent(90, day_sd=0.04)


def test_two_processes_find_what_one_finds(series, invent):
    daily = invent(90, step="day", seed=3)
    short = Trial(at(daily, (3, 2)), (7, 7), draws=30, grains=("day",))
    tasks = [
        task(series, (3, 2), ("profile", "seasonal-naive"), grains=("day",)),
        campaign.Task(daily, CALENDAR, ("profile", "seasonal-naive"), short),
    ]
    alone = campaign.run(campaign.pieces(tasks), 1)
    shares: list[float] = []
    both = campaign.run(campaign.pieces(tasks), 2, progress=shares.append)
    pd.testing.assert_frame_equal(alone.report.rows, both.report.rows)
    assert shares == [number / 8 for number in range(1, 9)]


def test_a_campaign_finds_what_a_plain_backtest_finds(series):
    whole = task(series, (5, 4, 3), ("profile",), refit=pd.Timedelta(days=13))
    assert [piece.block for piece in campaign.pieces([whole])] == [(0, 1), (2,)]
    found = campaign.run(campaign.pieces([whole]), 1).report.rows
    plain = backtest.run(
        series, CALENDAR, ["profile"], at(series, (5, 4, 3)), 168, draws=30,
        refit=pd.Timedelta(days=13),
    )  # fmt: skip
    pd.testing.assert_frame_equal(found.drop(columns="scale"), plain.rows)


def test_origins_that_one_model_cannot_forecast_from_are_scored_for_none(series):
    # ETS needs four weeks: ten weeks before the end of ninety days it has only twenty days.
    whole = task(series, (10, 3), ("profile", "ets"))
    outcome = campaign.run(campaign.pieces([whole]), 1)
    (piece,) = outcome.refused
    assert (piece.model, piece.origin) == ("ets", whole.trial.origins[0])
    assert "28 complete days" in outcome.refused[piece]
    left = outcome.report.rows.groupby("model")["origin_local"].agg(set)
    expected = whole.trial.origins[1].tz_convert(ZONE).tz_localize(None)
    assert left.to_dict() == {"profile": {expected}, "ets": {expected}}


def test_a_model_that_can_forecast_from_no_origin_is_left_out(series):
    outcome = campaign.run(campaign.pieces([task(series, (10,), ("profile", "ets"))]), 1)
    assert set(outcome.report.rows["model"]) == {"profile"}
    assert len(outcome.refused) == 1


def test_where_nothing_can_be_forecast_the_reason_is_said(series):
    with pytest.raises(ForecastError, match="28 complete days"):
        campaign.run(campaign.pieces([task(series, (10,), ("ets",))]), 1)


def test_a_misspelt_model_is_refused_before_any_work(series):
    with pytest.raises(ForecastError, match="did you mean 'profile'"):
        task(series, (2,), ("profil",))


def test_a_process_that_dies_is_said_in_a_sentence():
    with pytest.raises(ForecastError, match="ended unexpectedly"):
        list(spread_out(os._exit, [9, 9], 2))


def test_stopping_early_ends_the_processes_at_once():
    began = time.monotonic()
    results = spread_out(time.sleep, [0.01, 60, 60], 2)
    next(results)
    results.close()
    assert time.monotonic() - began < 20


@pytest.mark.skipif(sys.platform != "linux", reason="looks the processes up in /proc")
def test_workers_end_with_their_parent(tmp_path):
    """A parent that is killed outright leaves nobody behind."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import multiprocessing, os, time\n"
        "from forecasting.processes import spread_out\n"
        "if __name__ == '__main__':\n"
        "    results = spread_out(time.sleep, [0.01, 60, 60], 2)\n"
        "    next(results)\n"
        "    print(*[one.pid for one in multiprocessing.active_children()], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    parent = subprocess.run(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip
    workers = [int(word) for word in parent.stdout.split()]
    assert len(workers) == 2
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(worker) for worker in workers):
        time.sleep(0.05)
    assert not any(alive(worker) for worker in workers)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_fingerprint_sees_each_count_and_each_holiday(series):
    one = fingerprint(series.counts, CALENDAR)
    assert one == fingerprint(series.counts.copy(), Calendar(ZONE, "US"))
    assert one != fingerprint(series.counts, Calendar(ZONE, "US", "IA"))
    changed = series.counts.copy()
    changed.iloc[7] += 1
    assert one != fingerprint(changed, CALENDAR)
    assert fingerprint(("ab", "c")) != fingerprint(("a", "bc"))
    with pytest.raises(TypeError, match="no fingerprint"):
        fingerprint(object())
