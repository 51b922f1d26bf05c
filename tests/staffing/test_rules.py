"""Rules of plans: those that cannot be are refused, and hours of the night have their day."""

import pandas as pd
import pytest

from staffing.errors import StaffingError
from staffing.rules import BreakRule, Premium, Rules, Window


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
