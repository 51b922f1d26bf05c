"""What a rota lead is told to look at twice."""

from dataclasses import replace

import pytest

from staffing.concerns import concerns, pace
from staffing.department import Department, ShiftPattern, StaffRole, Target, default_department
from staffing.patience import NEVER_LEAVE
from staffing.rules import BreakRule, CountLimit, Post, Premium, Window
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


@pytest.mark.parametrize(
    ("minutes", "hard", "words"),
    [
        (720, True, "nobody in it ever takes a patient"),
        (400, False, "more than half of shift D and N"),
    ],
)
def test_a_pickup_stop_as_long_as_a_shift_is_hard_and_half_of_one_a_concern(minutes, hard, words):
    department = replace(of(doctor(30)), pickup_stop_minutes=minutes)
    assert words in said(department, hard=hard)
    assert "pickup_stop" not in said(replace(department, pickup_stop_minutes=360))


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


EIGHTS = tuple(ShiftPattern(code, start, 8) for code, start in
               (("E", "07:00"), ("L", "15:00"), ("N", "23:00")))  # fmt: skip
NIGHTS = (CountLimit("senior physician", ("N",), 6),)
ONE_AT_NIGHT = (Post("senior physician", Window("23:00", "07:00"), 2),)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (WeeklyRules(counts=NIGHTS), "at most 6 shifts N of senior physician a week (limit); the "
         "minimum of senior physician at all times (minimum): 1 shifts a week more in limit"),
        (WeeklyRules(counts=(replace(NIGHTS[0], at_most=13),), posts=ONE_AT_NIGHT),
         "from 23:00 to 07:00 (post); at most 13 shifts N of senior physician a week (limit): "
         "1 shifts a week more in limit would do"),
        (WeeklyRules(hours=(("senior physician", 200),), posts=ONE_AT_NIGHT),
         "from 23:00 to 07:00 (post); at most 200 hours of senior physician a week "
         "(hours_per_week); the minimum of senior physician at all times (minimum): 24 hours a "
         "week more in hours_per_week would do"),
        (WeeklyRules(budget=20_000, posts=ONE_AT_NIGHT), "a budget of 20,000 a week "
         "(budget_per_week); a post of 2 senior physicians from 23:00 to 07:00 (post); the minimum "
         "of senior physician at all times (minimum): 2,400 a week more in budget_per_week would "
         "do"),
        (WeeklyRules(patterns_at_most=2), "at most 2 different shifts of senior physician "
         "(patterns_at_most); the minimum of senior physician at all times (minimum): 1 more in "
         "patterns_at_most would do"),
    ],
)  # fmt: skip
def test_rules_that_no_week_of_shifts_keeps_together_are_named(rules, words):
    """A minimum of one takes three shifts of eight hours a day, a second at night one more."""
    ward = of(doctor(30, cost_per_hour=100), EIGHTS)
    assert words in said(ward, rules, hard=True)


def test_rules_that_a_week_just_keeps_are_no_concern():
    ward = of(doctor(30, cost_per_hour=100), EIGHTS)
    for rules in (
        WeeklyRules(counts=(replace(NIGHTS[0], at_most=7),)),
        WeeklyRules(counts=(replace(NIGHTS[0], at_most=14),), posts=ONE_AT_NIGHT),
        WeeklyRules(hours=(("senior physician", 224),), posts=ONE_AT_NIGHT),
        WeeklyRules(budget=22_400, posts=ONE_AT_NIGHT),
        WeeklyRules(patterns_at_most=3),
    ):
        assert said(ward, rules, hard=True) == ""


def test_a_role_that_nobody_can_cover_at_four_is_named():
    assert "covers 04:00" in said(of(doctor(30, minimum=0), (DAY,)))
    assert "covers 04:00" not in said(of(doctor(30, minimum=0)))


def test_settings_that_change_nothing_are_named():
    rules = WeeklyRules(
        premiums=(Premium(Window("20:00", "07:00"), 1.2),), breaks=BreakRule(from_hours=13)
    )
    department = replace(of(doctor(30)), patience=NEVER_LEAVE)
    text = said(department, rules)
    for words in ("premiums", "nobody has a break", "No patient ever leaves"):
        assert words in text


def test_a_time_in_care_longer_than_the_whole_stay_is_named():
    care = given_stays((100, 100, 200, 100, 100), 0.9, "gamma")
    department = replace(of(doctor(30)), times_in_care=care)
    assert "time_in_care" not in said(department)
    text = said(replace(department, stays=given_stays((150,) * 5)))
    assert "time_in_care of acuity 3 is 200 minutes, longer than its length_of_stay of 150" in text
    assert text.count("longer than its") == 1
