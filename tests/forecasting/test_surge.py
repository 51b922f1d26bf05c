"""Surges and the rule that warns of them, against truths made by hand."""

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import surge
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError

ZONE = "America/Chicago"
NO_HOLIDAYS = Calendar(ZONE)
END = pd.Timestamp("2026-03-02", tz="UTC")


def test_a_rule_spends_the_budget_and_no_more():
    said = np.repeat([0.2, 0.4, 0.8], 10)
    came = np.zeros(30, bool)
    came[[0, 10, 11, 20, 21, 22]] = True  # 1, 2 and 3 surges among ten of each
    rules = {budget: surge.choose(said, came, 10, budget, END) for budget in (0.6, 0.7, 1.5, 2.4)}
    found = {
        budget: (rule.chance, rule.false_alarms, rule.caught) for budget, rule in rules.items()
    }
    assert found == {
        0.6: (0.85, 0, 0),  # ten would be warned of at 0.8, seven of them wrongly
        0.7: (0.45, 7, 3),
        1.5: (0.25, 15, 5),
        2.4: (0.05, 24, 6),
    }
    assert all(rule.within_budget and rule.surges == 6 for rule in rules.values())


def test_more_false_alarms_never_catch_fewer_surges():
    rng = np.random.default_rng(3)
    said = rng.uniform(size=400)
    came = rng.uniform(size=400) < said
    caught = [surge.choose(said, came, 26, budget, END).caught for budget in (0.1, 0.5, 1, 2, 5)]
    assert caught == sorted(caught)


def test_a_budget_that_cannot_be_kept_is_said_to_be_exceeded():
    rule = surge.choose(np.full(80, 0.99), np.zeros(80, bool), 8, 1, END)
    assert rule.chance == 0.95
    assert rule.false_alarms_a_week == 10
    assert not rule.within_budget


def test_seven_weeks_are_too_few_to_choose_a_rule():
    assert surge.choose(np.full(70, 0.5), np.zeros(70, bool), 7.9, 1, END) is None


def test_a_rule_that_caught_more_surges_than_there_were_is_refused():
    with pytest.raises(ForecastError):
        surge.AlertRule(
            0.5, shifts=10, weeks=9, surges=2, caught=3, false_alarms=0, budget=1, until=END
        )


def test_a_limit_is_what_nine_of_ten_such_windows_stayed_at_or_below():
    assert surge.limit(np.arange(1.0, 11.0)) == 9
    assert surge.limit(np.append(np.arange(1.0, 8.0), np.nan)) is None
    assert surge.limit(np.append(np.full(8, 5.0), np.nan)) == 5


def weekly(weeks: int, busy: float = 20.0) -> tuple[ArrivalSeries, pd.Timestamp]:
    """Ten patients an hour, but `busy` on the hours of every Saturday; it ends on a Monday."""
    end = clock.instant("2026-06-01", ZONE)
    start = clock.days_after(end, -7 * weeks, ZONE)
    index = clock.steps_between(start, end, "hour", ZONE)
    saturday = index.tz_convert(ZONE).day_of_week == 5
    counts = pd.Series(np.where(saturday, busy, 10.0), index=index)
    return ArrivalSeries("ward", "all", ZONE, "hour", counts), end


def shifts(end: pd.Timestamp, days: int) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Two shifts of each of the last days: 07–19 and 19–07, the last whole."""
    found = []
    for day in range(-days, 0):
        at = [
            clock.days_after(end, ahead, ZONE) + pd.Timedelta(hours=hours)
            for ahead, hours in ((day, 7), (day, 19), (day + 1, 7))
        ]
        found += [(at[0], at[1]), (at[1], at[2])]
    return found[:-1]


def test_a_backcast_knows_only_what_had_come_and_marks_what_is_a_surge():
    series, end = weekly(40)
    counts = series.counts.copy()
    odd = clock.instant("2026-05-27 07:00", ZONE)  # a Wednesday that nobody could foresee
    counts[(counts.index >= odd) & (counts.index < odd + pd.Timedelta(hours=12))] = 40.0
    series = ArrivalSeries("ward", "all", ZONE, "hour", counts)
    told = surge.backcast(series, NO_HOLIDAYS, "profile", shifts(end, 14), together=2)
    came = surge.outcomes(series, told)
    assert len(told) == 27
    assert (told["said_at_utc"] <= told["start_utc"]).all()
    day = told.set_index("start_utc").loc[odd]
    assert day["above"] == 120
    assert came[told["start_utc"] == odd].tolist() == [480.0]
    spans = [span for span in shifts(end, 14) if span[0] <= odd + pd.Timedelta(hours=12)]
    before = surge.backcast(series.until(odd), NO_HOLIDAYS, "profile", spans, together=2)
    assert before["chance"].tolist() == told["chance"].tolist()[: len(spans)]


def test_a_limit_of_the_site_goes_before_that_of_the_weekday():
    series, end = weekly(40)
    told = surge.backcast(series, NO_HOLIDAYS, "profile", shifts(end, 2), 2, lambda _start: 77)
    assert told["above"].tolist() == [77, 77, 77]
    assert told["chance"].tolist() == [1.0, 1.0, 1.0]


def test_shifts_that_are_not_over_or_not_seen_teach_nothing():
    series, end = weekly(40)
    counts = series.counts.copy()
    spans = shifts(end, 70)
    counts[counts.index == spans[0][0]] = np.nan
    series = ArrivalSeries("ward", "all", ZONE, "hour", counts)
    spans.append((spans[-1][1], spans[-1][1] + pd.Timedelta(hours=12)))
    rows = pd.DataFrame(spans, columns=["start_utc", "stop_utc"]).assign(above=100, chance=0.0)
    came = surge.outcomes(series, rows)
    assert came.isna().tolist() == [True, *[False] * 138, True]
    rule = surge.rule_of(rows, came, 1)
    assert rule.shifts == 138
    assert rule.until == spans[-2][1]
    assert rule.weeks == pytest.approx(138 / 14, abs=0.02)
    assert rule.surges == int((came > 100).sum()) > 0
    assert (rule.caught, rule.false_alarms) == (0, 0)


def test_windows_by_the_day_have_limits_too():
    end = clock.instant("2026-06-01", ZONE)
    index = clock.day_starts(clock.days_after(end, -280, ZONE), 280, ZONE)
    series = ArrivalSeries("ward", "all", ZONE, "day", pd.Series(100.0, index=index))
    days = [(index[at], index[at + 1]) for at in range(260, 279)]
    told = surge.backcast(series, NO_HOLIDAYS, "profile", days, 1)
    assert told["above"].tolist() == [100] * 19
