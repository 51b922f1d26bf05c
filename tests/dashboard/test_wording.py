"""What the pages say: in words of the ward, on its clock, and true."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from dashboard.service.briefing import Shortage, Window
from dashboard.wording import amounts, notices, plan, tables, times, today, trust
from data import clock
from staffing.department import default_department
from staffing.requirement import Requirement

ZONE = "America/Chicago"
START = clock.instant("2026-03-03 20:00", ZONE)
ROOM = Path(notices.__file__).parents[1]


def window(**more) -> Window:
    told = {
        "name": "This shift",
        "start": START,
        "stop": START + pd.Timedelta(hours=4),
        "expected": 60.0,
        "low": 52,
        "high": 68,
        "usual": 50.0,
        "surge_above": 58,
        "surge_chance": 0.62,
    }
    return Window(**{**told, **more})


def test_no_page_uses_the_words_of_statistics():
    for file in [*ROOM.glob("wording/*.py"), *ROOM.glob("views/*.py"), *ROOM.glob("charts/*.py")]:
        text = file.read_text(encoding="utf-8").lower()
        for word in ("confidence interval", "yhat", "mape", "prediction interval", "quantile of"):
            assert word not in text, f"{file.name}: {word}"


@pytest.mark.parametrize(
    ("chance", "state"), [(None, "normal"), (0.24, "normal"), (0.25, "watch"), (0.5, "surge")]
)
def test_the_chance_of_a_surge_gives_the_status(chance, state):
    assert today.status(window(surge_chance=chance)) == state


def test_a_surge_comes_with_something_to_do():
    said = today.surge_action(window(), ZONE)
    assert "more than 58 patients has a chance of 6 in 10" in said
    assert "bed manager" in said
    assert said.startswith("⬤ Surge likely")


def test_a_card_says_hours_usual_and_chance():
    assert today.card_text(window(), ZONE).split("  \n") == [
        "20:00–00:00",
        "10 more than usual for a Tuesday",
        "More than 58: 6 in 10",
    ]


def test_a_card_without_history_says_so():
    said = today.card_text(window(usual=None, surge_above=None, surge_chance=None), ZONE)
    assert said == "20:00–00:00  \nToo little history to say what is usual."


def test_a_shortage_is_met_by_a_move_before_a_call():
    spare = START - pd.Timedelta(hours=6)
    short = Shortage(
        "nurse", START, START + pd.Timedelta(hours=2), 2, 1, spare, spare + pd.Timedelta(hours=3)
    )
    said = today.shortage(short, ZONE)
    assert "2 nurses short" in said
    assert "20:00–22:00" in said
    assert "move 1 nurse from 14:00–17:00" in said
    assert "call in 1 more" in said


def test_a_shortage_without_spare_staff_is_a_call():
    short = Shortage("physician", START, START + pd.Timedelta(hours=1), 1)
    assert "call in 1 physician" in today.action(short, ZONE)


def test_a_repeated_hour_is_told_apart_by_its_offset():
    first = clock.instant("2026-11-01 01:00", ZONE)
    assert times.moment(first, ZONE) == "Sun 1 Nov 01:00 (UTC−5)"
    assert times.moment(first + pd.Timedelta(hours=1), ZONE) == "Sun 1 Nov 01:00 (UTC−6)"


def test_chances_never_claim_to_be_certain():
    assert amounts.chance(0.0) == "under 1 in 20"
    assert amounts.chance(1.0) == "over 19 in 20"
    assert amounts.chance(0.94) == "9 in 10"


def test_ages_grow():
    said = [times.age(pd.Timedelta(hours=hours)) for hours in (1, 30, 48, 24 * 40, 24 * 800)]
    assert said == ["1 hour ago", "30 hours ago", "2 days ago", "1 month ago", "2 years ago"]


def test_weeks_of_a_plan_cover_it_once_across_a_clock_change():
    start = clock.instant("2026-10-30 14:00", ZONE)
    index = pd.date_range(start, periods=48 * 15, freq="30min")
    heads = pd.DataFrame({"nurse": 1}, index=index)
    target = default_department().target
    need = Requirement("Mercy", ZONE, "profile", 0.8, target, heads, heads, heads)
    weeks = list(tables.weeks(need).values())
    assert weeks[0][0] <= need.start
    assert weeks[-1][1] >= need.end
    assert all(one[1] == two[0] for one, two in pairwise(weeks))
    assert "8 in 10" in plan.promise(need)
    assert "within 30 minutes" in plan.promise(need)


def test_streams_have_names_that_people_use():
    assert trust.stream("age_band=65-79") == "Age 65-79"
    assert trust.stream("mode=walk-in") == "Arrival by walk-in"
