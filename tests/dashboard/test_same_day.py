"""Today's roster against the live forecast, from the service and from the terminal."""

import json
from collections import namedtuple
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service.errors import ServiceError
from dashboard.service.same_day import SameDay, same_day, stopped
from dashboard.settings import load
from dashboard.wording import same_day as wording
from data import clock
from staffing.live_replay import days_beside
from staffing.role import Area, StaffRole
from staffing.roster import read_roster
from staffing.stays import given_stays
from tests.dashboard.test_rosters_cli import SITE, ZONE
from tests.dashboard.test_rosters_cli import folder as made_folder

folder = made_folder
HOUR, DAY = pd.Timedelta("1h"), pd.Timedelta("1D")
NOON = clock.instant("2026-03-16 11:10", ZONE)


@pytest.fixture(scope="module")
def settings(folder):
    return load(folder / "edinflow.toml")


@pytest.fixture(scope="module")
def thin(settings, folder):
    """The flat roster with one physician fewer late on the day."""
    shifts = read_roster(folder / "today.csv", settings.department, ZONE).shifts
    late = (shifts["code"] == "L") & (shifts["start"].dt.strftime("%Y-%m-%d") == "2026-03-16")
    return shifts.assign(heads=shifts["heads"].where(~late, 2))


def test_one_who_is_called_shortens_the_wait_and_costs_their_hours(settings, thin):
    role = replace(settings.department.role("physician"), cost_per_hour=100.0)
    others = settings.department.roles[1:]
    dear = replace(settings, department=replace(settings.department, roles=(role, *others)))
    found = same_day(dear, SITE, thin, NOON, 10)
    called = [one for one in found.lines if one.action == "call"]
    assert called
    assert all(one.cost == 100 * one.hours > 0 for one in called)
    assert called[0].effect.high < 0
    assert called[0].when >= NOON + pd.Timedelta("1h")
    wait = found.waits[0]
    assert wait.role == "physician"
    assert wait.after.value < wait.before.value
    assert sum(one.effect.value for one in found.lines) == pytest.approx(
        wait.after.value - wait.before.value, abs=1e-6
    )


def test_what_a_call_gains_is_counted_for_as_long_as_it_is_paid(settings, thin):
    """A call that begins in the window and ends after it gains after it too."""
    found = same_day(settings, SITE, thin, NOON, 4)
    assert found.until == clock.instant("2026-03-16 15:00", ZONE)
    last = max(one.until for one in found.lines)
    assert last > found.until
    assert {one.counted_until for one in found.lines} == {last} == {found.waits[0].until}
    said = wording.line(found.lines[0], ZONE)
    clock_time = f"{last.tz_convert(ZONE):%H:%M}"
    assert f"for those who come until {clock_time}" in said
    assert f"Whoever comes until {clock_time} is expected" in wording.waits(found)[0]
    calm = same_day(settings, SITE, thin.assign(heads=6), NOON, 4)
    assert all(one.action == "send home" for one in calm.lines)


def test_where_no_more_are_proposed_than_so_many_of_a_kind_it_says_so(settings, thin):
    found = same_day(settings, SITE, thin, NOON, 12)
    calls = [one for one in found.lines if one.action == "call"]
    Kind = namedtuple("Kind", "action")
    said = "once these are made, ask again whether more are worth it for physician."
    assert len(calls) == 3
    assert sum(note.endswith(said) for note in found.notes) == 1
    assert stopped("physician", [Kind("call"), Kind("move"), Kind("call"), Kind("move")]) == ()


def test_a_change_of_today_is_not_one_of_yesterday(settings, folder):
    """A roster of today alone stands for the days beside it, without the changes."""
    shifts = read_roster(folder / "today.csv", settings.department, ZONE).shifts
    first = clock.instant("2026-03-16 00:00", ZONE)
    own = shifts[(shifts["start"] >= first) & (shifts["start"] < first + DAY)]
    start, end = first + 11 * HOUR - DAY, first + 36 * HOUR
    beside = days_beside(own, start, end)
    whole = pd.concat([beside, own])
    for hour in range(1, 60):
        at = start + hour * HOUR
        if at < end:
            there = whole[(whole["start"] <= at) & (whole["end"] > at)]
            same = shifts[(shifts["start"] <= at) & (shifts["end"] > at)]
            assert there["heads"].sum() == same["heads"].sum()
    assert days_beside(shifts, start, end).empty
    assert days_beside(own.iloc[:0], start, end).empty


def test_the_gap_is_that_of_the_roster_in_the_window(settings, thin):
    found = same_day(settings, SITE, thin, NOON, 8)
    assert found.gap.index[0] == clock.instant("2026-03-16 11:00", ZONE)
    assert len(found.gap) == 16
    assert list(found.gap.columns) == ["physician"]
    assert "nurse" in found.notes[-1]


def test_a_full_house_calls_nobody(settings, thin):
    many = thin.assign(heads=12)
    found = same_day(settings, SITE, many, NOON, 8)
    assert not [one for one in found.lines if one.action == "call"]
    assert [one for one in found.lines if one.action == "send home"]
    assert all(one.hours < 0 for one in found.lines if one.action == "send home")


@pytest.mark.parametrize(
    ("now", "hours", "words"),
    [
        ("2026-03-16 11:10", 13, "say 4 to 12"),
        ("2026-03-22 20:00", 8, "make a new one"),
        ("2026-03-01 20:00", 8, "make a new one"),
    ],
)
def test_what_the_forecast_does_not_reach_is_refused(settings, thin, now, hours, words):
    with pytest.raises(ServiceError, match=words):
        same_day(settings, SITE, thin, clock.instant(now, ZONE), hours)


def test_a_roster_without_anybody_is_refused(settings, thin):
    with pytest.raises(ServiceError, match="Nobody is on the roster from 2026-03-16 11:10"):
        same_day(settings, SITE, thin[thin["start"] > NOON + pd.Timedelta("3D")], NOON)


def test_the_sentences_say_who_when_and_what_it_changes(settings, thin):
    found = same_day(settings, SITE, thin, NOON, 10)
    assert isinstance(found, SameDay)
    assert wording.headline(found).startswith("▼")
    said = wording.line(found.lines[-1], ZONE)
    assert said.startswith(("Call one physician for ", "Let one physician of shift "))
    assert "minutes shorter (± " in said
    assert len(wording.table(found)) == len(found.lines)
    calm = replace(found, lines=())
    assert wording.headline(calm).startswith("✓ Until 21:00 the roster fits")
    assert "after these changes" not in wording.waits(calm)[0]


def test_a_role_by_presence_has_no_wait_but_hours_in_which_work_waits(settings, folder):
    """Some eight an hour who stay four hours are thirty present: two nurses at 1:4 are too few."""
    nurse = StaffRole("nurse", areas=(Area("all", (1, 2, 3, 4, 5), 4),), minimum=0)
    department = replace(settings.department, roles=(nurse,), stays=given_stays((240,) * 5))
    rows = [
        ("nurse", code, clock.instant(f"2026-03-{day} {start}", ZONE), 12, 2)
        for day in (15, 16, 17, 18)
        for code, start in (("LD", "07:00"), ("LN", "19:00"))
    ]
    roster = pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])
    roster["end"] = roster["start"] + pd.Timedelta("12h")
    found = same_day(replace(settings, department=department), SITE, roster, NOON, 8)
    assert found.waits == ()
    called = [one for one in found.lines if one.action == "call"]
    assert called
    assert called[0].effect is None
    assert called[0].short_hours > 2
    assert "staff hours fewer in which work waits" in wording.line(called[0], ZONE)


def test_the_terminal_says_the_same(folder, capsys):
    config = ["--config", str(folder / "edinflow.toml")]
    asked = ["today", "--now", "2026-03-16 11:10", "--roster", str(folder / "today.csv"), *config]
    capsys.readouterr()
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"changes", "mean_wait_minutes", "until_utc"} <= set(told)
    assert main(asked) == 0
    assert "is expected to wait" in capsys.readouterr().out
    assert main(["today", "--now", "2026-03-16 11:10", *config]) == 0
    assert "No roster and no locked plan tells of physician" in capsys.readouterr().err


def test_the_imported_roster_counts_for_the_roles_that_it_tells_of(folder, capsys):
    config = ["--config", str(folder / "edinflow.toml")]
    assert main(["import-roster", str(folder / "today.csv"), *config]) == 0
    capsys.readouterr()
    assert main(["today", "--now", "2026-03-16 11:10", *config, "--json"]) == 0
    said = capsys.readouterr()
    assert "No roster and no locked plan tells of nurse and triage nurse" in said.err
    imported = [one for one in json.loads(said.out)["changes"] if one["role"] == "physician"]
    asked = ["today", "--now", "2026-03-16 11:10", "--roster", str(folder / "today.csv"), *config]
    assert main([*asked, "--json"]) == 0
    given = json.loads(capsys.readouterr().out)["changes"]
    assert imported == [one for one in given if one["role"] == "physician"]
