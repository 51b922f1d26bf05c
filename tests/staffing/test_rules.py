"""Rules of plans: those that cannot be are refused, and hours of the night have their day."""

import numpy as np
import pandas as pd
import pytest

from staffing.errors import StaffingError
from staffing.given import Given
from staffing.rule_planner import task_of
from staffing.rule_solver import programme_of
from staffing.rules import BreakRule, CountLimit, Post, Premium, Rules, Window


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Rules(budget=0), "budget is 0"),
        (lambda: Rules(hours=(("physician", -5),)), "'physician' has -5 hours"),
        (lambda: Rules(patterns_at_most=0), "patterns_at_most is 0"),
        (lambda: Rules(changes_at_most=-1), "changes_at_most is -1"),
        (lambda: Rules(gap=1.5), "gap of 1.5"),
        (lambda: BreakRule(30, 3, 2.5, 2.0), "needs 5 hours"),
        (lambda: BreakRule(-30), "minutes above 0"),
        (lambda: Window("25:00", "07:00"), "25:00"),
        (lambda: Window("22:00", "07:00", (7,)), "0 .Monday."),
        (lambda: Premium(Window("22:00", "07:00"), -1), "premium factor is -1"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_one_sentence(build, words):
    with pytest.raises(StaffingError, match=words):
        build()


def test_a_window_over_midnight_belongs_to_the_day_it_begins():
    friday_night = Window("22:00", "06:00", (4,))
    index = pd.DatetimeIndex(
        ["2026-01-16 21:30", "2026-01-16 22:00", "2026-01-17 05:30", "2026-01-17 06:00",
         "2026-01-17 23:00", "2026-01-16 03:00"],
    )  # fmt: skip
    assert friday_night.holds(index).tolist() == [False, True, True, False, False, False]


def test_one_of_a_thing_is_said_in_the_singular(need_of, department_with):
    need = need_of(np.ones(96), "2026-01-14 00:00")
    department = department_with(("E", "07:00", 8), ("L", "15:00", 8), ("N", "23:00", 8))
    today = pd.DataFrame(
        {
            "role": ["physician"], "code": ["E"], "heads": [1],
            "start": [pd.Timestamp("2026-01-14 07:00", tz="UTC")],
            "end": [pd.Timestamp("2026-01-14 15:00", tz="UTC")],
        }
    )  # fmt: skip
    limit = CountLimit("physician", ("N",), 1)
    post = Post("physician", Window("23:00", "07:00"), 2)
    rules = Rules(changes_at_most=(1,), counts=(limit,), posts=(post,))
    given = Given(today=today)
    tasks = [task_of(need, department, rules, None, given, "physician")]
    words = {rule.words for rule in programme_of(tasks, need, department, rules, given)[0].rules()}
    assert {
        "at most 1 change a week from today's roster",
        "at most 1 shift N of physician a week",
        "a post of 2 physicians from 23:00 to 07:00",
    } <= words
