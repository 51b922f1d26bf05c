"""Tuning: finds what is there, never looks at the last year, and is not taken in by luck."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import registry, tune
from forecasting.calendar import Calendar
from forecasting.configuration import Configuration, parse
from forecasting.coordinate_search import Search
from forecasting.errors import ForecastError
from forecasting.parameters import OneOf, Parameter, Range

CALENDAR = Calendar("America/Chicago", "US")
DAYS = tune.UNSEEN_DAYS + tune.LEARN_DAYS + 13 * tune.AHEAD_DAYS + 1


def waving(days: int, *, level_step: int = 0, seed: int = 3) -> ArrivalSeries:
    """Counts by the day around 200; where the level jumps often, a long memory is wrong."""
    rng = np.random.default_rng(seed)
    first = clock.instant("2019-01-01", "America/Chicago")
    stop = clock.days_after(first, days, "America/Chicago")
    index = clock.steps_between(first, stop, "day", "America/Chicago")
    level = np.ones(days)
    if level_step:
        jumps = rng.choice([0.9, 1.0, 1.1], days // level_step + 1)
        level = np.repeat(jumps, level_step)[:days]
    counts = rng.poisson(200 * level).astype(float)
    return ArrivalSeries("here", "all", "America/Chicago", "day", pd.Series(counts, index=index))


@pytest.fixture(scope="module")
def restless() -> ArrivalSeries:
    return waving(DAYS, level_step=45)


@pytest.fixture(scope="module")
def found(restless) -> tune.TuneReport:
    return tune.tune(restless, CALENDAR, "profile", trials=4)


def test_a_ward_whose_level_jumps_is_given_a_shorter_memory(found):
    assert found.configuration.values["level_days"] < 56
    assert found.gain_found > 0.02
    assert found.gain_confirmed > 0.02
    assert "level_days" in found.verdict
    assert "better than the defaults" in found.verdict


def test_nothing_of_the_last_year_has_a_say(restless, found):
    counts = restless.counts.copy()
    counts[counts.index >= found.unseen_from] = 9_999.0
    wild = ArrivalSeries("here", "all", restless.time_zone, "day", counts)
    again = tune.tune(wild, CALENDAR, "profile", trials=4)
    still = [replace(one, seconds=0.0) for one in again.tried]
    assert still == [replace(one, seconds=0.0) for one in found.tried]
    assert (again.checked, again.configuration) == (found.checked, found.configuration)
    assert (restless.end - found.unseen_from).days >= 365

    counts = restless.counts.copy()
    before = clock.days_after(found.unseen_from, -20, restless.time_zone)
    counts[(counts.index >= before) & (counts.index < found.unseen_from)] = 999.0
    seen = ArrivalSeries("here", "all", restless.time_zone, "day", counts)
    other = tune.tune(seen, CALENDAR, "profile", trials=2)
    assert other.tried[1].loss != found.tried[1].loss


def test_origins_that_check_are_not_those_that_chose_and_none_reaches_into_the_unseen(found):
    assert not set(found.choosing) & set(found.checking)
    assert len(found.choosing) == 7
    assert len(found.checking) == 6
    ends = [clock.days_after(one, 28, "America/Chicago") for one in found.choosing]
    assert max(ends) <= found.unseen_from


def test_a_winner_by_luck_is_not_taken(restless, found):
    one = replace(found.tried[0], configuration=Configuration("profile", (("level_days", 9),)))
    lucky = replace(one, change="level_days 9 instead of 56", loss=found.tried[0].loss * 0.99)
    report = replace(found, tried=(found.tried[0], lucky), checked=(0.95, 0.951))
    assert report.configuration == report.default
    assert report.verdict == (
        "The defaults are kept: the best of 2 trials was 1.0 % better where it was chosen, "
        "but 0.1 % worse on the 6 forecasts held back."
    )
    same = replace(report, checked=(0.95, 0.94999))
    assert same.verdict.endswith("but no better on the 6 forecasts held back.")
    none = replace(found, tried=found.tried[:1], checked=(0.95, 0.95))
    assert none.configuration == none.default
    assert "none of 1 trials was better" in none.verdict


def test_the_first_trial_is_the_model_as_it_is_and_no_trial_is_made_twice(found):
    assert found.default == registry.complete(Configuration("profile"))
    assert found.tried[0].change == ""
    assert found.tried[0].loss == pytest.approx(1.0, abs=1e-12)
    tried = [one.configuration for one in found.tried]
    assert len(set(tried)) == len(tried) == 4


def test_a_search_may_start_from_a_configuration(restless):
    report = tune.tune(restless, CALENDAR, "profile(level_days=28)", trials=2)
    assert report.default.values["level_days"] == 28
    assert report.tried[0].loss < 1


def test_a_limit_of_time_ends_the_search_after_the_trial_that_runs(restless):
    report = tune.tune(restless, CALENDAR, "profile", trials=50, seconds=0.0)
    assert len(report.tried) == 1
    assert "minutes were over" in report.stopped


def test_too_short_a_history_is_refused_with_what_is_needed(restless):
    short = restless.until(restless.end - (restless.end - restless.start) / 2)
    with pytest.raises(ForecastError, match=r"Tuning needs 1095 days .* has \d+: use the defaults"):
        tune.tune(short, CALENDAR, "harmonic")
    barely = restless.until(clock.days_after(restless.start, DAYS - 250, restless.time_zone))
    report = tune.tune(barely, CALENDAR, "profile", trials=2, unseen_days=100)
    assert (barely.end - report.unseen_from).round("D").days == 100


def test_the_weeks_by_which_the_gate_judges_always_stay_unseen(restless):
    with pytest.raises(ForecastError, match="At least the last 56 days must stay unseen, not 20"):
        tune.tune(restless, CALENDAR, "profile", unseen_days=20)


def test_a_model_without_parameters_is_not_tuned(restless):
    with pytest.raises(ForecastError, match="no parameter that could be tuned"):
        tune.tune(restless, CALENDAR, "seasonal-naive")


def test_a_time_without_any_observation_cannot_be_compared(restless):
    counts = restless.counts.copy()
    counts.iloc[300:] = np.nan
    counts.iloc[-1] = 5.0
    silent = ArrivalSeries("here", "all", restless.time_zone, "day", counts)
    with pytest.raises(ForecastError, match="Nothing was observed at 'here'"):
        tune.tune(silent, CALENDAR, "profile", trials=2)


def test_a_search_finds_the_bottom_of_a_bowl_and_halves_its_steps_on_the_way():
    known = [
        Parameter("days", 60.0, Range(5, 500, "days", log=True)),
        Parameter("waves", 3, Range(0, 8, "waves")),
        Parameter("kind", "b", OneOf(("a", "b", "c"), "kinds")),
    ]

    def loss(one: Configuration) -> float:
        values = one.values
        far = abs(known[0].place(values["days"]) - 0.2) + abs(values["waves"] - 6)
        return far + (values["kind"] != "c")

    start = Configuration.of("m", {one.name: one.default for one in known})
    search = Search(known, start)
    tried = []
    for candidate, _ in search.candidates():
        tried.append(candidate)
        search.learn(candidate, loss(candidate))
    best = min(tried, key=loss)
    assert best.values["waves"] == 6
    assert best.values["kind"] == "c"
    assert known[0].place(best.values["days"]) == pytest.approx(0.2, abs=0.05)
    assert len(set(tried)) == len(tried) < 60


def test_an_unfittable_trial_is_named_and_never_wins(restless):
    history, origins = tune._earlier(restless, 365)
    judge = tune._Judge(history, CALENDAR, 1, origins[:2])
    refused = judge.tried(parse("ets(nonsense=3)"), "nonsense 3")
    assert refused.loss == float("inf")
    assert "no parameter 'nonsense'" in refused.refused
