"""What a need is held against: today's roster where it tells, a locked plan, else a new plan."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service import against, answers, plans, rosters, situation
from dashboard.service.errors import ServiceError
from dashboard.wording import against as said
from staffing.department import Target
from staffing.requirement import Requirement
from tests.dashboard.conftest import SITE
from tests.dashboard.test_planner_pages import opened as page_opened
from tests.dashboard.test_planner_pages import words
from tests.dashboard.test_rosters import days, long_text

opened = page_opened
BEFORE, LOCKED, AFTER = (pd.Timestamp(f"2026-03-0{day} 12:00", tz="UTC") for day in (1, 2, 3))


@pytest.fixture
def ward(copied_ward):
    return copied_ward


def held(ward, only=None):
    answer = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    return answer, against.against(ward.settings, answer.need, lambda: answer.plan, only)


def take_in(ward, now=BEFORE, **heads):
    text = long_text(days(ward, 3, first=1), **(heads or {"E": 1, "L": 1, "N": 1}))
    rosters.take_in(ward.settings, SITE, text, "r.csv", now=now)


def lock(ward):
    number = plans.draft(ward.settings, SITE, now=BEFORE)
    plans.lock(ward.settings, SITE, number, "agreed", now=LOCKED)
    return number


def kinds(found):
    return [part.source.kind for part in found.parts]


def test_without_a_roster_and_a_lock_it_is_the_plan_proposed_now(ward):
    plans.draft(ward.settings, SITE, now=BEFORE)  # a draft is nobody's roster
    answer, found = held(ward)
    assert kinds(found) == ["proposed"]
    pd.testing.assert_frame_equal(found.heads, answer.plan.cover().astype(float))


def test_at_work_is_whom_the_later_of_lock_and_roster_has_and_the_plan_where_neither_tells(ward):
    answer = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    start = answer.need.start
    stop = start + pd.Timedelta(hours=8)
    assert situation.on_duty(ward.settings, answer) is None
    shifts, said = against.standing(ward.settings, answer, start, stop)
    assert all(role in said[0] for role in answer.need.roles)
    assert len(shifts) == len(answer.plan.shifts)

    unplanned = replace(answer, plan=None, notes=("No shifts keep all rules.",))
    with pytest.raises(ServiceError, match="No shifts keep all rules"):
        against.standing(ward.settings, unplanned, start, stop)

    lock(ward)
    locked = plans.version(ward.settings, SITE, None).plan
    shifts, said = against.standing(ward.settings, unplanned, start, stop)
    assert (len(shifts), said) == (len(locked.shifts), ())
    duty = situation.on_duty(ward.settings, answer)
    pd.testing.assert_frame_equal(duty, held(ward)[1].heads)
    assert (duty.loc[start:stop] == locked.cover().loc[start:stop]).all(axis=None)
    shifts, said = against.standing(ward.settings, answer, start, stop)
    assert said == ()
    assert shifts["heads"].sum() == locked.shifts["heads"].sum()

    take_in(ward, now=AFTER)  # three days of one physician a shift
    duty = situation.on_duty(ward.settings, answer)
    there = rosters.on_duty(ward.settings, SITE, answer.need)["physician"]
    told = there.notna()
    assert (duty["physician"][told] == there[told]).all()
    assert (duty["physician"][~told] == locked.cover()["physician"][~told]).all()
    inside = there.index[told][0], there.index[told][0] + pd.Timedelta(hours=4)
    shifts, said = against.standing(ward.settings, answer, *inside)
    assert said == ()
    assert set(shifts[shifts["role"] == "physician"]["heads"]) == {1}


def test_todays_roster_counts_where_it_tells_and_the_plan_elsewhere(ward):
    take_in(ward)
    answer, found = held(ward)
    assert kinds(found) == ["roster", "proposed"]
    told = rosters.on_duty(ward.settings, SITE, answer.need)["physician"]
    assert (found.heads["physician"][told.notna()] == 1).all()
    elsewhere = found.heads["physician"][told.isna()]
    assert (elsewhere == answer.plan.cover()["physician"][told.isna()]).all()
    assert set(found.names["nurse"]) == {"proposed"}
    first = found.parts[0]
    assert first.roles == ["physician"]
    assert 2 < first.days < 3
    short = (answer.need.heads["physician"] - 1).clip(lower=0)[told.notna()].sum() / 2
    assert first.short()["hours"].sum() == pytest.approx(short)
    assert found.short_hours()["physician"] == pytest.approx(short)


def test_the_later_of_roster_and_lock_counts_first(ward):
    take_in(ward)
    number = lock(ward)
    _, found = held(ward)
    assert kinds(found) == ["version"]
    assert set(found.names["physician"]) == {f"version {number}"}
    take_in(ward, AFTER)
    _, found = held(ward)
    assert kinds(found) == ["roster", "version"]
    assert "(last import: r.csv, Tue 3 Mar" in said.sentence(found.parts[0])
    assert "physician only" in said.sentence(found.parts[0])
    assert "(locked Mon 2 Mar" in said.sentence(found.parts[1])


def test_one_source_alone_can_be_asked_for(ward):
    take_in(ward, E=1)
    draft = plans.draft(ward.settings, SITE, now=BEFORE)
    assert kinds(held(ward, "proposed")[1]) == ["proposed"]
    alone = held(ward, "roster")[1]
    assert kinds(alone) == ["roster"]
    assert alone.heads["nurse"].isna().all()
    version = held(ward, str(draft))[1]
    assert kinds(version) == ["version"]
    assert "made Sun 1 Mar" in said.sentence(version.parts[0])
    with pytest.raises(ServiceError, match="'lock': say roster, proposed or the number"):
        held(ward, "lock")
    with pytest.raises(ServiceError, match="no version 9"):
        held(ward, "9")


def test_a_roster_that_is_not_there_is_a_sentence(ward):
    with pytest.raises(ServiceError, match="No imported roster of"):
        held(ward, "roster")


def test_a_day_that_the_clock_made_longer_is_one_day():
    steps = pd.date_range("2026-10-24 22:00", periods=50, freq="30min", tz="UTC")
    heads = pd.DataFrame({"nurse": 1}, index=steps)
    need = Requirement("ward", "Europe/Oslo", "m", 0.8, Target(30, 0.8), heads, heads, heads, 30)
    there = heads.astype(float)
    source = against.Source("roster", "r.csv", "", steps[0], "A", there, pd.DataFrame())
    assert said.reach(against.Part(source, need, there)) == "1 of 1 day"
    half = there.where(pd.Series(steps < steps[24], index=steps), axis=0)
    assert said.reach(against.Part(source, need, half)) == "0.5 of 1 day"


def test_the_terminal_and_the_page_say_the_same_of_the_roster(ward, opened, tmp_path, capsys):
    take_in(ward)
    _, found = held(ward)
    sentence = said.sentence(found.parts[0])
    assert "▼ too few staff in" in sentence
    out = tmp_path / "need.csv"
    assert main(["need", "--out", str(out), "--config", str(ward.config)]) == 0
    printed = capsys.readouterr().out
    assert sentence in printed
    assert "The plan proposed now, for 10 of 10 days" in printed
    assert sentence in words(opened("staffing_plan"))
    table = pd.read_csv(out)
    own = table[(table["role"] == "physician") & (table["against"] == "roster")]
    assert (own["rostered"] == 1).all()
    assert (own["gap"] == 1 - own["required"]).all()
    assert main(["need", "--against", "roster", "--json", "--config", str(ward.config)]) == 0
    values = json.loads(capsys.readouterr().out)
    short = found.short_hours()["physician"]
    assert values["roles"]["physician"]["short_hours"] == pytest.approx(short)
    assert values["against"][0]["kind"] == "roster"
    nurses = [cell for cell in values["cells"] if cell["role"] == "nurse"]
    assert {cell["rostered"] for cell in nurses} == {None}
    assert np.isfinite([cell["required"] for cell in nurses]).all()
