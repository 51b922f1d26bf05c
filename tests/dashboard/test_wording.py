"""What the pages say: in words of the ward, on its clock, and true."""

from itertools import pairwise
from pathlib import Path

import pandas as pd

from dashboard.wording import amounts, backtests, edits, notices, plan, tables, times, trust
from data import clock, locale
from staffing.department import default_department
from staffing.requirement import Requirement

ZONE = "America/Chicago"
ROOM = Path(notices.__file__).parents[1]


def test_no_page_uses_the_words_of_statistics():
    for file in [*ROOM.glob("wording/*.py"), *ROOM.glob("views/*.py"), *ROOM.glob("charts/*.py")]:
        text = file.read_text(encoding="utf-8").lower()
        for word in ("confidence interval", "yhat", "mape", "prediction interval", "quantile of"):
            assert word not in text, f"{file.name}: {word}"


def test_a_group_that_a_shell_would_take_apart_is_quoted():
    # A hospital names its ages itself: "<5" would read from a file, and "&" would end the line.
    for group in ("age_band=<5", "age_band=over 80 & more"):
        for line in (
            backtests.first_command("Mercy", group),
            notices.no_forecast("Mercy", group).split("itself:")[1],
        ):
            assert f"--stream '{group}'" in line
    assert "--stream acuity=2 " in backtests.first_command("Mercy", "acuity=2")


def test_a_repeated_hour_is_told_apart_by_its_offset():
    first = clock.instant("2026-11-01 01:00", ZONE)
    assert times.moment(first, ZONE) == "Sun 1 Nov 01:00 (UTC−5)"
    assert times.moment(first + pd.Timedelta(hours=1), ZONE) == "Sun 1 Nov 01:00 (UTC−6)"


def test_what_people_typed_about_a_version_is_no_markdown():
    made = {"version": 1, "who": "A *B*", "made_from": "the forecast", "edits": 0}
    made |= {"made_at_utc": pd.Timestamp("2026-03-03", tz="UTC"), "below_minimum": True}
    made |= {"status": "locked", "locked_by": "C", "locked_at_utc": made["made_at_utc"]}
    made |= {"lock_note": "agreed *with* D", "lock_below_minimum": "[no](one)"}
    said = edits.about(made, ZONE)
    for typed in (r"A \*B\*", r"agreed \*with\* D", r"\[no\](one)"):
        assert typed in said


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
    named = tables.weeks(need)
    assert list(named) == [
        "Fri 30 Oct – Sun 1 Nov",
        "Mon 2 Nov – Sun 8 Nov",
        "Mon 9 Nov – Sat 14 Nov",
    ]
    assert tables.opening(named) == 1
    assert tables.opening(dict(list(named.items())[:1])) == 0
    weeks = list(named.values())
    assert weeks[0][0] <= need.start
    assert weeks[-1][1] >= need.end
    assert all(one[1] == two[0] for one, two in pairwise(weeks))
    assert plan.promise(need) == (
        "Enough staff in **8 in 10** such hours for 80 % of patients to wait no longer than "
        "30 minutes."
    )


def test_streams_have_names_that_people_use():
    assert trust.stream("age_band=65-79") == "Age 65-79"
    assert trust.stream("mode=walk-in") == "Arrival by walk-in"


def test_one_of_anything_is_said_in_the_singular():
    assert amounts.patients(0.9) == "1 patient"
    assert locale.counted(1.0, "paid hour") == "1 paid hour"
    assert locale.counted(1.5, "paid hour") == "1.5 paid hours"
    assert [locale.counted(count, "edit") for count in (0, 1, 2)] == [
        "0 edits",
        "1 edit",
        "2 edits",
    ]
    with locale.use("de_DE"):
        assert locale.counted(1000, "row") == "1.000 rows"
