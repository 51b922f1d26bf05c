"""Today's roster in the store: newer files stand for their own days; what nobody told is NaN."""

import numpy as np
import pandas as pd
import pytest

from dashboard.service import answers, rosters
from dashboard.wording import rosters as words
from dashboard.wording import times
from staffing.errors import StaffingError
from tests.dashboard.conftest import SITE, ZONE

NOW = pd.Timestamp("2026-03-01 12:00", tz="UTC")


@pytest.fixture
def ward(copied_ward):
    return copied_ward


def days(ward, count: int, first: int = 0) -> list[str]:
    start = ward.until.tz_convert(ZONE).tz_localize(None).normalize() + pd.Timedelta(days=first)
    return [f"{day:%Y-%m-%d}" for day in pd.date_range(start, periods=count, freq="D")]


def long_text(dates, role="physician", **heads: int) -> str:
    rows = [f"{day},{role},{code},{count}" for day in dates for code, count in heads.items()]
    return "\n".join(["date,role,code,heads", *rows]) + "\n"


def test_nothing_imported_is_none_and_never_nobody(ward):
    need = answers.answer(ward.settings, answers.question(ward.settings, SITE)).need
    assert rosters.rostered(ward.settings, SITE) is None
    assert rosters.on_duty(ward.settings, SITE, need) is None


def test_a_newer_file_stands_for_the_roles_and_days_that_it_speaks_of(ward):
    week, later = days(ward, 7), days(ward, 2, first=3)
    both = long_text(week, E=3, L=3, N=2) + long_text(week, "nurse", E=5).split("\n", 1)[1]
    rosters.take_in(ward.settings, SITE, both, "first.csv", now=NOW)
    rosters.take_in(ward.settings, SITE, long_text(later, E=9), "second.csv", now=NOW)
    shifts = rosters.rostered(ward.settings, SITE)
    shifts["date"] = shifts["start"].dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d")
    changed = shifts[shifts["date"].isin(later) & (shifts["role"] == "physician")]
    assert changed["heads"].tolist() == [9, 9]
    assert set(shifts[~shifts["date"].isin(later)]["heads"]) == {2, 3, 5}
    assert (shifts["role"] == "nurse").sum() == 7


def test_hours_that_no_roster_speaks_of_are_not_known(ward):
    need = answers.answer(ward.settings, answers.question(ward.settings, SITE)).need
    dates = days(ward, 3, first=1)
    rosters.take_in(ward.settings, SITE, long_text(dates, E=3, L=3, N=2), "r.csv", now=NOW)
    cover = rosters.on_duty(ward.settings, SITE, need)
    assert cover["nurse"].isna().all()
    local = pd.DatetimeIndex(cover.index).tz_convert(ZONE)
    inside = np.isin(local.strftime("%Y-%m-%d"), dates)
    first_night = (local.strftime("%Y-%m-%d") == dates[0]) & (local.hour < 7)
    assert cover["physician"][~inside | first_night].isna().all()
    known = cover["physician"][inside & ~first_night]
    assert set(known) == {2.0, 3.0}


def test_a_day_that_the_file_lacks_is_not_known_and_leaves_the_older_roster(ward):
    need = answers.answer(ward.settings, answers.question(ward.settings, SITE)).need
    dates = days(ward, 5)
    lacking = [dates[0], dates[1], dates[4]]
    zone = need.time_zone

    def on_the_gap():
        cover = rosters.on_duty(ward.settings, SITE, need)["physician"]
        local = pd.DatetimeIndex(cover.index).tz_convert(zone)
        return cover[local.strftime("%Y-%m-%d") == dates[2]]

    text = long_text(lacking, E=3, L=3, N=2)
    taken = rosters.take_in(ward.settings, SITE, text, "r.csv", now=NOW)
    named = [day.tz_convert(zone).strftime("%Y-%m-%d") for day in taken.left_out()]
    assert named == dates[2:4]
    assert taken.nobody("physician") == []
    assert on_the_gap().isna().all()
    said = " ".join(words.doubts(taken, NOW))
    assert "No line names" in said
    assert times.day(taken.left_out()[0], zone) in said
    rosters.take_in(ward.settings, SITE, long_text(dates, E=4, L=4, N=4), "whole.csv", now=NOW)
    rosters.take_in(ward.settings, SITE, text, "again.csv", now=NOW)
    assert set(on_the_gap()) == {2.0, 4.0}  # the night before is the newer file's


def test_what_may_be_a_mistake_in_a_roster_is_said(ward):
    dates = days(ward, 3)
    off = long_text(dates, E=3).replace(f"{dates[1]},physician,E,3", f"{dates[1]},physician,E,0")
    taken = rosters.take_in(ward.settings, SITE, off, "off.csv", now=NOW)
    (said,) = words.doubts(taken, NOW)
    day = times.day(pd.Timestamp(f"{dates[1]} 12:00", tz=ZONE), ZONE)
    assert said == f"▲ Nobody at work as physician on {day}."
    whole = long_text(dates, E=3)
    taken = rosters.take_in(ward.settings, SITE, whole, "old.csv", now=NOW)
    assert words.doubts(taken, NOW) == []
    later = ward.until + pd.Timedelta(days=30)
    assert words.taken("old.csv", taken, later).endswith("over: is it the right file?")


def test_the_hours_for_which_each_code_was_taken_are_said(ward):
    taken = rosters.take_in(
        ward.settings, SITE, long_text(days(ward, 3), E=3, N=2), "r.csv", now=NOW
    )
    hours = {
        pattern.code: f"{pattern.code} as {pattern.start}–"
        for pattern in ward.settings.department.patterns
    }
    said = words.read_as(taken)
    assert said.startswith(f"Read {hours['E']}")
    assert f" and {hours['N']}" in said
    assert hours["L"] not in said
    assert said in words.taken("r.csv", taken, NOW)


def test_a_wide_file_says_which_days_are_off(ward):
    dates = days(ward, 3)
    text = f"person,role,{','.join(dates)}\nA,physician,E,OFF,OFF\n"
    taken = rosters.take_in(ward.settings, SITE, text, "wide.csv", now=NOW)
    assert taken.known_roles == ["physician"]
    span = taken.roster.spans.iloc[0]
    assert span["end"] - span["start"] >= pd.Timedelta(hours=71)


def test_a_roster_with_a_fault_is_refused_whole(ward):
    text = long_text(days(ward, 2), E=2) + f"{days(ward, 1)[0]},physician,Q,1\n"
    with pytest.raises(StaffingError, match="line 4: unknown shift code 'Q'"):
        rosters.take_in(ward.settings, SITE, text, "bad.csv", now=NOW)
    assert rosters.rostered(ward.settings, SITE) is None


def test_codes_and_roles_are_mapped_once_in_the_settings(new_ward):
    from dashboard import settings

    ward = new_ward()
    ward.config.write_text(
        ward.config.read_text(encoding="utf-8")
        + '[department]\ncodes = { "EARLY" = "E", "SL" = "" }\n'
        + '[roster]\nroles = { "Dr" = "physician" }\n',
        encoding="utf-8",
    )
    known = settings.load(ward.config)
    text = f"date,role,code\n{days(ward, 1)[0]},Dr,EARLY\n{days(ward, 1)[0]},Dr,SL\n"
    rosters.take_in(known, SITE, text, "r.csv", now=NOW)
    shifts = rosters.rostered(known, SITE)
    assert shifts[["role", "code", "heads"]].to_numpy().tolist() == [["physician", "E", 1]]
