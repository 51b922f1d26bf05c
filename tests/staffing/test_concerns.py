"""What a rota lead is told to look at twice."""

from dataclasses import replace

import pytest

from staffing.concerns import concerns, pace
from staffing.department import Department, ShiftPattern, StaffRole, Target, default_department
from staffing.patience import NEVER_LEAVE
from staffing.rules import BreakRule, Post, Premium, Window
from staffing.standards import STANDARDS
from staffing.stays import given_stays
from staffing.weekly import NO_WEEKLY_RULES, WeeklyRules

USUAL = default_department()
DAY = ShiftPattern("D", "07:00", 12)
NIGHT = ShiftPattern("N", "19:00", 12)


def said(department, rules=NO_WEEKLY_RULES, hard=None):
    found = concerns(department, rules)
    return " | ".join(c.sentence for c in found if hard is None or c.hard == hard)


def of(role, patterns=(DAY, NIGHT)):
    return Department("w", (role,), patterns, Target(30, 0.8))


def doctor(minutes, **more):
    return StaffRole("senior physician", (minutes,) * 5, source="measured", **more)


@pytest.mark.parametrize(
    ("minutes", "hard", "words"),
    [(20, True, "3.0 patients"), (26, False, "2.3 patients"), (60, False, "1.0 patients"),
     (35, None, "")],
)  # fmt: skip
def test_the_pace_of_physicians_is_held_against_what_is_usual(minutes, hard, words):
    text = said(of(doctor(minutes)))
    assert words in text
    assert ("unsafe" in said(of(doctor(minutes)), hard=True)) == bool(hard)
    assert ("per physician hour" in text) == (hard is not None)


def test_physicians_who_share_the_patients_have_one_pace():
    """One sees half of the patients for 30 minutes, the other half for 20: 25 on average."""
    one = doctor(30, sees=(0.5,) * 5)
    two = replace(doctor(20, sees=(0.5,) * 5), name="resident doctor")
    department = Department("w", (one, two), (DAY, NIGHT), Target(30, 0.8))
    assert pace(department) == pytest.approx(60 / 25)
    assert pace(of(StaffRole("nurse", (30,) * 5))) is None


def test_the_default_department_has_nothing_hard():
    assert said(USUAL, hard=True) == ""
    assert "starting values" in said(USUAL)


def test_what_cannot_hold_is_hard():
    assert "takes 168" in said(
        of(doctor(30)), WeeklyRules(hours=(("senior physician", 100),)), True
    )
    dear = of(doctor(30, cost_per_hour=100))
    assert "costs 16800" in said(dear, WeeklyRules(budget=5000), True)
    late = Post("senior physician", Window("06:00", "08:00"), 1)
    by_day = of(doctor(30, minimum=0), (DAY,))
    assert "no shift of that role covers 06:00" in said(by_day, WeeklyRules(posts=(late,)), True)
    long = replace(of(doctor(30, patient_share=0.1)), standard=STANDARDS["four-hour"])
    assert "No staffing keeps 'four-hour'" in said(long, hard=True)


def test_a_role_that_nobody_can_cover_at_four_is_named():
    assert "covers 04:00" in said(of(doctor(30, minimum=0), (DAY,)))
    assert "covers 04:00" not in said(of(doctor(30, minimum=0)))


def test_settings_that_change_nothing_are_named():
    rules = WeeklyRules(
        premiums=(Premium(Window("20:00", "07:00"), 1.2),), breaks=BreakRule(from_hours=13)
    )
    department = replace(
        of(doctor(30)), patience=NEVER_LEAVE, stays=given_stays((60, 60, 60, 60, 60))
    )
    text = said(department, rules)
    for words in ("premiums", "nobody has a break", "No patient ever leaves", "no role has areas"):
        assert words in text
