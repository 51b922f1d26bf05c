"""A version that was made before the settings lost one of its shifts, or one of its roles."""

import csv
import io
import re
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
import streamlit as st

from dashboard import settings
from dashboard.service import answers, plan_export, plans, profiles
from staffing.edits import Change
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.test_planner_pages import NOW, edited, opened, press, week_of, words

__all__ = ["opened"]


def without(ward, line: str) -> None:
    """Give a ward the department of the template, but for the shift or role of a line."""
    text = settings.TEMPLATE.read_text(encoding="utf-8")
    department = text[text.index("[department]") : text.index("[huddle]")]
    parts = re.split(r"(?=^\[\[department\.(?:role|shift)\]\])", department, flags=re.MULTILINE)
    kept = [part for part in parts if line not in part.splitlines()]
    assert len(kept) == len(parts) - 1
    before = ward.config.read_text(encoding="utf-8")
    ward.config.write_text(f"{before}\n{''.join(kept)}", encoding="utf-8")


def with_one_m(ward) -> tuple[int, Change]:
    """A draft with two nurses in shift M on its third day, and nobody in M otherwise."""
    answer = answers.answer(ward.settings, answers.question(ward.settings, SITE))
    kept = answer.plan.shifts[answer.plan.shifts["code"] != "M"]
    draft = plans.draft(
        ward.settings, SITE, now=NOW, known=answer, shifts=kept, made_from="today's roster"
    )
    start = answer.plan.requirement.start
    change = Change("nurse", "M", (start.tz_convert(ZONE) + pd.Timedelta(days=2)).date(), 2)
    return plans.edit(ward.settings, SITE, draft, [change], "marathon", now=NOW), change


@pytest.mark.parametrize(
    ("there", "more", "said", "kept"),
    [
        (False, 1, "M is no shift of this role any more", ""),
        (True, 1, "", "Not kept yet: +1 M on "),
        (True, -1, "", "Not kept yet: −1 M on "),
    ],
)
def test_a_retired_shift_is_changed_only_where_the_plan_has_it(
    opened, copied_ward, monkeypatch, there, more, said, kept
):
    number, change = with_one_m(copied_ward)
    plan = plans.version(copied_ward.settings, SITE, number).plan
    without(copied_ward, 'code = "M"')
    shown = st.data_editor

    def typed(frame, **given):
        shown(frame, **given)
        after = frame.copy()
        cells = list(frame["M"])
        after.iloc[cells.index(2 if there else 0), list(frame.columns).index("M")] += more
        return after

    monkeypatch.setattr(st, "data_editor", typed)
    week = week_of(plan, change.day)
    app = opened("staffing_plan", plan=f"Version {number}", role="Nurse", week=week)
    assert not app.error
    assert any("no shift of this role" in one.value for one in app.warning) == bool(said)
    assert said in words(app)
    assert kept in words(app)
    assert ("Not kept yet" in words(app)) == bool(kept)


def test_a_version_with_a_retired_role_is_shown_and_says_which(opened, copied_ward):
    edited(copied_ward)
    without(copied_ward, 'name = "nurse"')
    app = opened("staffing_plan", plan="Version 2")
    assert not app.error
    assert "shifts of nurse, which the settings do not name any more" in words(app)
    assert app.button_group(key="role").options == ["Physician", "Triage nurse"]


def test_shifts_of_a_retired_role_are_exported_while_others_are_edited(copied_ward):
    _, second, change = edited(copied_ward)
    without(copied_ward, 'name = "nurse"')
    known = settings.load(copied_ward.config)
    more = replace(change, role="physician", code="D", heads=1)
    plans.edit(known, SITE, second, [more], "locum", now=NOW)
    found = plans.version(known, SITE, second)
    assert found.stored.edits["role"].tolist() == ["nurse", "physician"]
    made = plan_export.export(found, profiles.profile(known, "generic-shift"))
    rows = list(csv.DictReader(io.StringIO(made.files[0].content.decode(), newline="")))
    kept = found.plan.shifts["role"].value_counts().to_dict()
    assert Counter(row["role"] for row in rows) == kept
    assert kept["nurse"] > 0


def test_a_version_with_a_retired_role_can_still_be_locked(opened, copied_ward):
    edited(copied_ward)
    without(copied_ward, 'name = "nurse"')
    app = opened("versions", version="Version 2")
    app.text_input(key="lock_note").set_value("agreed with the ward")
    app = press(app, "Lock this version")
    assert not app.error
    assert plans.version(copied_ward.settings, SITE, 2).status == "locked"
