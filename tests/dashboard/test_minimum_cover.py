"""Minimum cover and posts of a plan: never broken in silence, by an edit or a lock."""

import re
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from dashboard.service import answers, plans
from dashboard.service.errors import ServiceError
from dashboard.service.minimum_cover import BelowMinimum
from dashboard.wording import edits as edit_words
from data import locale
from staffing import edits
from staffing.edits import Change
from staffing.rules import Post, Window
from tests.dashboard.conftest import SITE, ZONE

NOON = pd.Timestamp("2026-03-01 12:00", tz="UTC")


@pytest.fixture
def ward(copied_ward):
    return copied_ward


def test_minimum_cover_is_broken_only_expressly_and_then_it_is_seen(ward):
    number = plans.draft(ward.settings, SITE, now=NOON)
    before = plans.version(ward.settings, SITE, number).plan
    third = before.requirement.start.tz_convert(ZONE).date() + timedelta(days=2)
    shifts = before.shifts[before.shifts["role"] == "triage nurse"]
    local = shifts["start"].dt.tz_convert(ZONE)
    own = shifts[local.dt.date == third]
    gone = [
        Change("triage nurse", code, third, -int(heads))
        for code, heads in zip(own["code"], own["heads"], strict=True)
    ]
    with locale.use("de_DE"), pytest.raises(BelowMinimum) as refused:
        plans.edit(ward.settings, SITE, number, gone, "sick", now=NOON)
    first = f"{third.day}. {third:%b %Y}"
    said = edit_words.refused(refused.value)
    assert re.match(
        rf"This edit leaves 0 triage nurses on duty from \w+ {first} \d\d:\d\d to ", said
    )
    assert said.endswith(
        ", below the minimum of 1: leave more there, or tick “Go below minimum cover all the same”."
    )
    assert not re.search(r"--|\d{4}-\d\d", f"{said} {refused.value}")
    plans.edit(ward.settings, SITE, number, gone, "sick", now=NOON, below_minimum=True)
    assert plans.listed(ward.settings, SITE)["below_minimum"].tolist() == [True]
    plans.undo(ward.settings, SITE, number, now=NOON)
    assert plans.listed(ward.settings, SITE)["below_minimum"].tolist() == [False]


def emptied(ward):
    """A draft of today's roster that leaves every night without a physician."""
    answer = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    shifts = answer.plan.shifts
    day = shifts["start"].dt.tz_convert(ZONE).dt.hour.between(6, 17) & (
        shifts["role"] == "physician"
    )
    kept = shifts[day | (shifts["role"] != "physician")]
    return plans.draft(
        ward.settings, SITE, now=NOON, known=answer, shifts=kept, made_from="today's roster"
    )


def test_a_post_cannot_be_taken_away_or_locked_away_in_silence(ward):
    posts = (Post("physician", Window("00:00", "00:00"), 50),)
    ours = replace(ward.settings, rules=replace(ward.settings.rules, posts=posts))
    number = plans.draft(ward.settings, SITE, now=NOON)
    plan = plans.version(ours, SITE, number).plan
    row = plan.shifts[plan.shifts["role"] == "physician"].iloc[5]
    fewer = Change("physician", row["code"], row["start"].tz_convert(ZONE).date(), -1)
    with pytest.raises(ServiceError, match="below the minimum of 50"):
        plans.edit(ours, SITE, number, [fewer], "sick", now=NOON)
    with pytest.raises(ServiceError, match="of 50 physicians from"):
        plans.lock(ours, SITE, number, "agreed", now=NOON)


def test_a_plan_below_minimum_cover_is_locked_only_with_a_reason(ward):
    number = emptied(ward)
    found = plans.version(ward.settings, SITE, number)
    low = edits.below_minimum(found.plan, ward.settings.department)
    cover = found.plan.cover()["physician"]
    assert low["short"].sum() == (cover < 1).sum() / 2 > 20
    with pytest.raises(ServiceError) as refused:
        plans.lock(ward.settings, SITE, number, "agreed", now=NOON)
    first = low.iloc[0]["start"].tz_convert(ZONE)
    said = str(refused.value)
    assert (
        f"{low['short'].sum():g} staff hours in all: 0 of 1 physician from "
        f"{locale.moment(first, year=True)} to" in said
    )
    assert "--" not in said
    assert f"and {len(low) - 3} more" in said
    assert plans.version(ward.settings, SITE, number).status == "draft"
    plans.lock(ward.settings, SITE, number, "agreed", now=NOON, why_low=" locum on call ")
    row = plans.listed(ward.settings, SITE).iloc[0]
    assert (row["status"], row["below_minimum"]) == ("locked", True)
    assert row["lock_below_minimum"] == "locum on call"
    assert "on purpose: locum on call" in edit_words.about(row.to_dict(), ZONE)
    again = plans.restore(ward.settings, SITE, number, now=NOON)
    with pytest.raises(ServiceError, match="below minimum cover"):
        plans.lock(ward.settings, SITE, again, "the same", now=NOON)


def test_no_reason_is_kept_for_what_is_not_so(ward):
    number = plans.draft(ward.settings, SITE, now=NOON)
    with pytest.raises(ServiceError, match="nowhere below minimum cover"):
        plans.lock(ward.settings, SITE, number, "agreed", now=NOON, why_low="sick")
    assert plans.version(ward.settings, SITE, number).status == "draft"
