"""Versions of a plan: drafted, edited with reasons, undone, locked for good, compared, drifted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.service import answers, plan_drift, plan_version, plans, rosters
from dashboard.service.errors import ServiceError
from data.errors import DataError
from staffing import edits
from staffing.edits import Change
from staffing.errors import StaffingError
from staffing.plan import ShiftPlan
from staffing.standards import ATS
from tests.dashboard.conftest import SITE, ZONE

NOON = pd.Timestamp("2026-03-01 12:00", tz="UTC")


@pytest.fixture
def ward(copied_ward):
    return copied_ward


def day(plan, number: int = 2):
    start = plan.requirement.start.tz_convert(ZONE).tz_localize(None).normalize()
    return (start + pd.Timedelta(days=number)).date()


def drafted(ward):
    number = plans.draft(ward.settings, SITE, now=NOON)
    return number, plans.version(ward.settings, SITE, number).plan


def test_a_draft_comes_back_as_it_was_kept(ward):
    answer = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    number = plans.draft(ward.settings, SITE, now=NOON, note="first try")
    found = plans.version(ward.settings, SITE, number)
    assert (found.number, found.status) == (1, "draft")
    assert found.stored.about["note"] == "first try"
    assert found.plan.proven_gap == answer.plan.proven_gap
    pd.testing.assert_frame_equal(found.plan.shifts, answer.plan.shifts)
    for name in ("heads", "low", "high"):
        kept, made = (getattr(one, name) for one in (found.plan.requirement, answer.need))
        pd.testing.assert_frame_equal(kept, made, check_freq=False)


def test_an_edit_has_a_reason_and_can_be_taken_back(ward):
    number, before = drafted(ward)
    more = [Change("nurse", "M", day(before), 2)]
    plans.edit(ward.settings, SITE, number, more, "marathon on the ring road", now=NOON)
    plans.edit(ward.settings, SITE, number, [Change("nurse", "M", day(before), 1)], "so", now=NOON)
    found = plans.version(ward.settings, SITE, number)
    assert edits.difference(before, found.plan)["change"].tolist() == [3]
    assert plans.undo(ward.settings, SITE, number, now=NOON) == "so"
    assert plans.undo(ward.settings, SITE, number, now=NOON) == "marathon on the ring road"
    assert edits.difference(before, plans.version(ward.settings, SITE, number).plan).empty
    with pytest.raises(ServiceError, match="no edit to take back"):
        plans.undo(ward.settings, SITE, number, now=NOON)
    kept = plans.version(ward.settings, SITE, number).stored.edits
    assert kept["reason"].tolist()[0] == "marathon on the ring road"
    assert len(kept) == 4
    assert plans.listed(ward.settings, SITE)["edits"].tolist() == [0]


def test_an_edit_without_a_reason_is_refused(ward):
    number, before = drafted(ward)
    with pytest.raises(ServiceError, match="needs a reason"):
        plans.edit(
            ward.settings, SITE, number, [Change("nurse", "M", day(before), 1)], " ", now=NOON
        )


def test_a_draft_of_a_roster_keeps_the_breaks_of_shifts_that_were_planned(ward):
    answer = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    planned = answer.plan.shifts.iloc[[20]]
    start = planned["start"].iloc[0] + pd.Timedelta("4h")
    rest = planned.rename(columns={"start": "shift_start"}).assign(
        start=start, end=start + pd.Timedelta("30min")
    )
    known = replace(answer, plan=replace(answer.plan, breaks=rest))
    kept, without = (
        plans.version(
            ward.settings,
            SITE,
            plans.draft(ward.settings, SITE, now=NOON, known=known, shifts=shifts, made_from="it"),
        ).plan
        for shifts in (answer.plan.shifts, answer.plan.shifts.drop(index=planned.index))
    )
    assert kept.breaks["start"].tolist() == [start]
    pd.testing.assert_frame_equal(kept.cover(), known.plan.cover())
    assert without.breaks.empty


def test_a_lock_is_never_changed_and_an_edit_of_it_is_a_new_draft(ward):
    number, before = drafted(ward)
    with pytest.raises(ServiceError, match="needs a note"):
        plans.lock(ward.settings, SITE, number, "", now=NOON)
    plans.lock(ward.settings, SITE, number, "agreed", now=NOON)
    with pytest.raises(DataError, match=r"Version 1 .* is locked"):
        plans.lock(ward.settings, SITE, number, "again", now=NOON)
    more = [Change("nurse", "M", day(before), 1)]
    second = plans.edit(ward.settings, SITE, number, more, "storm", now=NOON)
    assert second == 2
    locked, new = (plans.version(ward.settings, SITE, one) for one in (number, second))
    assert edits.difference(before, locked.plan).empty
    assert edits.difference(locked.plan, new.plan)["change"].tolist() == [1]
    assert new.stored.about["made_from"] == "version 1"
    assert plans.version(ward.settings, SITE).number == 1  # the locked one counts
    plans.lock(ward.settings, SITE, second, "storm", now=NOON + pd.Timedelta(hours=1))
    assert plans.version(ward.settings, SITE).number == 2
    third = plans.restore(ward.settings, SITE, number, now=NOON)
    assert edits.difference(locked.plan, plans.version(ward.settings, SITE, third).plan).empty


def test_two_people_cannot_take_the_same_head_away(ward):
    from data import plans as stored
    from data.store import Store

    number, before = drafted(ward)
    row = before.shifts[before.shifts["role"] == "nurse"].iloc[[5]]
    change = row.assign(change=-row["heads"])[["role", "code", "start", "end", "change"]]
    words = {"made_at_utc": NOON, "who": "ana", "reason": "sick"}
    store = Store.open(ward.settings.store)
    stored.add_edit(store, SITE, number, change, **words, seen=0)
    with pytest.raises(DataError, match="somebody else"):
        stored.add_edit(store, SITE, number, change, **words, seen=1)
    assert len(stored.version(store, SITE, number).edits) == 1


def test_todays_roster_becomes_a_draft_and_the_plan_fills_in(ward):
    with pytest.raises(ServiceError, match="No roster"):
        plans.draft_of_roster(ward.settings, SITE, now=NOON)
    plan = answers.answer(ward.settings, answers.question(ward.settings, SITE)).plan
    text = "date,role,code,heads\n2020-01-01,nurse,E,3\n"
    rosters.take_in(ward.settings, SITE, text, "old.csv", now=NOON)
    with pytest.raises(ServiceError, match="import a newer one"):
        plans.draft_of_roster(ward.settings, SITE, now=NOON)
    text = f"date,role,code,heads\n{day(plan)},nurse,E,4\n"
    rosters.take_in(ward.settings, SITE, text, "r.csv", now=NOON)
    number = plans.draft_of_roster(ward.settings, SITE, now=NOON)
    found = plans.version(ward.settings, SITE, number)
    assert found.stored.about["made_from"].startswith("today's roster, and the plan")
    shifts = found.plan.shifts.assign(day=found.plan.shifts["start"].dt.tz_convert(ZONE).dt.date)
    told = (shifts["day"] == day(plan)) & (shifts["role"] == "nurse")
    assert shifts[told][["code", "heads"]].to_numpy().tolist() == [["E", 4]]
    rest = edits.difference(plan, found.plan)
    assert set(rest["start"].dt.tz_convert(ZONE).dt.date) == {day(plan)}
    assert set(rest["role"]) == {"nurse"}


def test_drift_says_where_the_plan_is_short_or_over_now(ward):
    number, before = drafted(ward)
    level = answers.question(ward.settings, SITE).service_level
    same = plan_drift.drift(ward.settings, plans.version(ward.settings, SITE, number))
    assert same.stretches()[lambda rows: rows["kind"] == "over"].empty
    assert (same.steps()["then"] == same.steps()["now"]).all()
    low = plans.draft(ward.settings, SITE, now=NOON, service_level=0.5)
    need = plans.version(ward.settings, SITE, low).plan.requirement
    assert need.service_level == 0.5 != level
    moved = plan_drift.drift(ward.settings, plans.version(ward.settings, SITE, low))
    assert (moved.steps()["then"] == moved.steps()["now"]).all()  # at its own level
    taken = [Change("nurse", "M", day(before), 3)]
    plans.edit(ward.settings, SITE, number, taken, "more", now=NOON)
    short = before.shifts[(before.shifts["role"] == "nurse")].iloc[[20]]
    day_of = short["start"].iloc[0].tz_convert(ZONE).date()
    fewer = [Change("nurse", short["code"].iloc[0], day_of, -1)]
    plans.edit(ward.settings, SITE, number, fewer, "fewer", now=NOON)
    rows = plan_drift.drift(ward.settings, plans.version(ward.settings, SITE, number)).stretches()
    assert set(rows["kind"]) == {"short"}  # what is over was over when it was made, so no drift
    assert rows["heads"].max() == 1
    assert set(rows["new_hours"]) == {0.0}


def test_what_is_new_stands_before_what_was_short_when_it_was_made(ward):
    number, before = drafted(ward)
    nurses = before.shifts[before.shifts["role"] == "nurse"].reset_index(drop=True)
    busiest = nurses.loc[nurses["heads"].idxmax()]
    assert busiest["heads"] >= 2
    on = busiest["start"].tz_convert(ZONE).date()
    plans.edit(
        ward.settings, SITE, number, [Change("nurse", busiest["code"], on, -2)], "few", now=NOON
    )
    plan = plans.version(ward.settings, SITE, number).plan
    need, cover = plan.requirement, plan.cover()["physician"]
    heads = need.heads.copy()
    two = heads.index[(plan.gap()["physician"] >= 0)][-2:]
    heads.loc[two, "physician"] = cover[two] + 1
    grown = replace(need, heads=heads, high=np.maximum(need.high, heads))
    found = plan_drift.Drift(number, plan, replace(plan, requirement=grown)).stretches()
    assert (found["role"][0], found["hours"][0], found["new_hours"][0]) == ("physician", 1.0, 1.0)
    old = found[found["role"] == "nurse"]
    assert old["hours"].max() > 1.0
    assert set(old["new_hours"]) == {0.0}


def test_an_unknown_version_is_named_with_those_there_are(ward):
    with pytest.raises(ServiceError, match="no version of its plan yet"):
        plans.version(ward.settings, SITE)
    drafted(ward)
    with pytest.raises(ServiceError, match="no version 9 of its plan; known: 1"):
        plans.version(ward.settings, SITE, 9)
    with pytest.raises(StaffingError, match="known are E, L"):
        plans.edit(
            ward.settings, SITE, 1, [Change("nurse", "Q", day(drafted(ward)[1]), 1)], "x", now=NOON
        )


def test_breaks_promises_by_acuity_and_notes_come_back_too(ward):
    question = answers.question(ward.settings, SITE)
    plan = answers.answer(ward.settings, question).plan
    shift = plan.shifts[plan.shifts["heads"] > 1].iloc[10]
    at = shift["start"] + pd.Timedelta(hours=4)
    pause = {"role": shift["role"], "code": shift["code"], "shift_start": shift["start"]}
    rest = {"start": at, "end": at + pd.Timedelta(minutes=30), "heads": 1}
    ruled = ShiftPlan(
        replace(plan.requirement, target=None, standard=ATS),
        plan.shifts,
        0.02,
        pd.DataFrame([{**pause, **rest}]),
        ("Made small: cost.",),
    )
    about = {"made_from": "rules", "area": "ED", "data_version": 1, "forecast_id": 1}
    number = plan_version.keep(ward.settings, ruled, {**about, "settings_hash": "x"}, "", NOON)
    back = plans.version(ward.settings, SITE, number).plan
    assert (back.requirement.target, back.requirement.standard) == (None, ATS)
    assert (back.proven_gap, back.notes) == (0.02, ("Made small: cost.",))
    assert back.breaks["start"].tolist() == [at]
    assert (back.cover().to_numpy() == ruled.cover().to_numpy()).all()


def test_the_plan_that_is_shown_is_the_one_kept_and_none_is_made_anew(ward, monkeypatch):
    shown = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    monkeypatch.setattr(answers, "answer", lambda *_: pytest.fail("a plan was made anew"))
    change = Change("nurse", "M", day(shown.plan), 1)
    number = plans.edit_proposed(ward.settings, SITE, [change], "fair", now=NOON, known=shown)
    kept = plans.version(ward.settings, SITE, number)
    assert kept.plan.shifts["heads"].sum() == shown.plan.shifts["heads"].sum() + 1
    assert kept.stored.about["forecast_id"] == shown.question.forecast_id
