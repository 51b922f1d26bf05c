"""The planner's pages: what they say is what the store holds, and a refusal is a sentence."""

import csv
import io
import sys
from datetime import date, timedelta

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.service import (
    answers,
    plan_export,
    plan_figures,
    plan_grid,
    plans,
    profiles,
    rosters,
)
from dashboard.service.plan_figures import Figures, Week
from dashboard.wording import edits, tables
from staffing.edits import Change
from staffing.errors import StaffingError
from staffing.estimate import Estimate
from staffing.occupancy import BusyHour
from staffing.plan import ShiftPlan
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.test_minimum_cover import emptied

NOW = pd.Timestamp("2026-03-01 12:00", tz="UTC")


@pytest.fixture
def opened(monkeypatch, copied_ward):
    """Opens a page on a ward of its own."""
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(sys, "argv", ["streamlit_app.py", "--config", str(copied_ward.config)])

    def opens(page: str, **query: str) -> AppTest:
        app = AppTest.from_string(
            f"from dashboard import controls\nfrom dashboard.views import {page}\n"
            f"controls.page('{page}', {page}.render)()\n",
            default_timeout=60,
        )
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return opens


def words(app: AppTest) -> str:
    kinds = ("markdown", "success", "warning", "error", "info", "caption", "subheader")
    said = [element.value for kind in kinds for element in getattr(app, kind)]
    return "\n".join(said + [str(table.value.to_string()) for table in app.table])


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def week_of(plan: ShiftPlan, day: date) -> str:
    """The name of the week of a plan in which a local day lies."""
    at = pd.Timestamp(day).tz_localize(ZONE)
    weeks = tables.weeks(plan.requirement).items()
    return next(name for name, (start, stop) in weeks if start <= at < stop)


def test_a_plan_is_drafted_locked_with_a_note_and_restored(opened, copied_ward):
    app = opened("versions")
    assert "No version of the plan is kept yet" in words(app)
    app = press(app, "Draft from the newest forecast")
    assert "Version 1 is a new draft." in words(app)
    app = press(app, "Lock this version")
    assert "A lock needs a note" in app.error[0].value
    app.text_input(key="lock_note").set_value("agreed with the ward")
    app = press(app, "Lock this version")
    assert "locked" in words(app)
    assert "agreed with the ward" in words(app)
    assert "Lock this version" not in [button.label for button in app.button]
    app = press(app, "New draft like this one")
    assert plans.listed(copied_ward.settings, SITE)["status"].tolist() == ["draft", "locked"]


def test_a_plan_below_minimum_cover_is_locked_with_a_tick_and_a_reason(opened, copied_ward):
    emptied(copied_ward)
    app = opened("versions")
    assert "▼ Below minimum cover in" in words(app)
    app.text_input(key="lock_note").set_value("agreed with the ward")
    app = press(app, "Lock this version")
    assert "staff hours in all: 0 of 1 physician" in app.error[0].value
    assert "or tick “Lock it below minimum cover all the same” and say why." in app.error[0].value
    assert "--" not in app.error[0].value
    app.checkbox(key="lock_low").check().run()
    app = press(app, "Lock this version")
    assert "Say why this version is locked below minimum cover" in app.error[0].value
    app.text_input(key="lock_low_why").set_value("locum on call")
    app = press(app, "Lock this version")
    assert not app.error
    assert "agreed with the ward; ▼ below minimum cover: locum on call" in words(app)
    assert plans.version(copied_ward.settings, SITE, 1).status == "locked"


def edited(ward) -> tuple[int, int, Change]:
    """A locked version, and a draft of it that an edit made."""
    first = plans.draft(ward.settings, SITE, now=NOW)
    plans.lock(ward.settings, SITE, first, "agreed", now=NOW)
    plan = plans.version(ward.settings, SITE, first).plan
    day = plan.requirement.start.tz_convert(ZONE).date() + pd.Timedelta(days=2)
    change = Change("nurse", "M", day, 2)
    second = plans.edit(ward.settings, SITE, first, [change], "marathon", now=NOW)
    return first, second, change


def test_differences_and_drift_say_what_the_store_holds(opened, copied_ward):
    edited(copied_ward)
    app = opened("versions", part="Differences", version="Version 2", other="Version 1")
    assert "From version 1 to version 2, 1 shift differs; paid hours: nurse +16 h." in words(app)
    app = opened("versions", part="Drift since", version="Version 2")
    assert "changed in 0 %" in words(app)
    app = opened("versions", version="Version 2")
    assert "marathon" in words(app)


def test_a_link_to_a_week_or_version_that_is_gone_says_what_is_shown_instead(opened, copied_ward):
    edited(copied_ward)
    app = opened("staffing_plan", week="Fri 2 Jan – Thu 8 Jan")
    assert "“Fri 2 Jan – Thu 8 Jan” is not here, or not any more" in words(app)
    assert "“Version 9” is not here" in words(opened("versions", version="Version 9"))
    weeks = app.selectbox(key="week").options
    for said in (opened("staffing_plan", week=weeks[1]), opened("versions", version="Version 1")):
        assert "is not here" not in words(said)


def test_a_link_opens_the_days_that_are_to_be_exported(opened, copied_ward):
    edited(copied_ward)
    whole = opened("versions", part="Export", version="Version 2")
    first = whole.date_input[0]
    day = first.value + timedelta(days=3)
    said = {"part": "Export", "version": "Version 2", first.key: day.isoformat()}
    app = opened("versions", **said)
    assert not app.exception
    assert app.date_input[0].value == day
    assert f"from={day}" in app.code[0].value


def test_the_rows_on_the_screen_are_those_of_the_file(opened, copied_ward):
    _, second, _ = edited(copied_ward)
    app = opened("versions", part="Export", version="Version 2")
    app.selectbox(key="profile").set_value("excel-de")
    app.run()
    shown = app.table[-1].value
    found = plans.version(copied_ward.settings, SITE, second)
    made = plan_export.export(found, profiles.profile(copied_ward.settings, "excel-de"))
    text = io.StringIO(made.files[0].content.decode("utf-8-sig"), newline="")
    rows = list(csv.DictReader(text, delimiter=";"))
    assert len(shown) == 20
    assert shown.to_dict("records") == rows[:20]
    assert f"{made.files[0].name}, {len(rows):,} rows." in words(app)
    assert "It is a draft" in words(app)
    assert "/api/v1/staffing.csv?site=Riverside+General&from=" in app.code[0].value
    assert "profile=excel-de" in app.code[0].value


def test_the_staffing_plan_shows_a_version_and_takes_its_edit_back(opened, copied_ward):
    edited(copied_ward)
    app = opened("staffing_plan", plan="Version 2", role="Nurse")
    said = words(app)
    assert "Version 2 · made" in said
    assert "1 edit" in said
    app = press(app, "Undo the last kept edit")
    assert "Taken back: marathon" in words(app)
    assert plans.listed(copied_ward.settings, SITE)["edits"].tolist() == [0, 0]
    locked = opened("staffing_plan", plan="Version 1", role="Nurse")
    assert "**locked**" in words(locked)
    assert "Undo the last kept edit" not in [button.label for button in locked.button]


def test_the_busiest_hour_of_the_plan_is_that_of_a_replay(opened, copied_ward):
    app = opened("staffing_plan", role="Nurse")
    card = next(metric for metric in app.metric if metric.label == "Patients at once")
    settings = copied_ward.settings
    forecast = answers.answer(settings, answers.question(settings, SITE)).forecast
    plan = answers.answer(settings, answers.question(settings, SITE)).plan
    weeks = tables.weeks(plan.requirement)
    start, stop = list(weeks.values())[tables.opening(weeks)]
    met = plan_figures.patients_of(settings, forecast, "nurse", start, stop)
    found = plan_figures.figures(plan, "nurse", start, stop, settings.department, met)
    assert card.value == f"{found.crowd.mean.value:.0f}"
    low, high = found.crowd.likely
    assert f"At {found.crowd.hour}:00, likely {low}–{high}. No roster imported yet" in words(app)
    assert "Patients waiting for a nurse or in care of one" in card.help
    assert low < found.crowd.mean.value < high


def test_an_edit_says_what_it_does_to_the_patients_at_once():
    def figures(mean: float) -> Figures:
        crowd = BusyHour(14, Estimate(mean, mean - 1, mean + 1), (6, 18), 21)
        return Figures(8, 0, 0, None, None, None, crowd, True)

    week = Week(figures(12.0), figures(14.5), figures(13.0), pd.DataFrame())
    card = edits.cards(week, "nurse")[-1]
    assert card["value"] == "12"
    assert card["delta"] == "−2.5 patients"
    assert card["caption"] == "At 14:00, likely 6–18. Today’s: 13"
    assert "Patients in the department" in card["help"]


def test_todays_roster_stands_beside_the_plan(opened, copied_ward):
    app = opened("staffing_plan", role="Nurse")
    assert "No roster imported yet" in words(app)
    plan = plans.version(copied_ward.settings, SITE, edited(copied_ward)[0]).plan
    first = plan.requirement.start.tz_convert(ZONE).tz_localize(None).normalize()
    days = pd.date_range(first - pd.Timedelta(days=1), periods=14, freq="D")
    lines = [f"{day:%Y-%m-%d},nurse,{code},3" for day in days for code in ("E", "L", "N")]
    text = "\n".join(["date,role,code,heads", *lines])
    rosters.take_in(copied_ward.settings, SITE, text, "r.csv", now=NOW)
    app = opened("staffing_plan", role="Nurse")
    weeks = tables.weeks(plan.requirement)
    start, stop = list(weeks.values())[tables.opening(weeks)]
    assert f"Today’s: {round((stop - start) / pd.Timedelta('1D')) * 72} h" in words(app)
    assert "Today’s roster" in words(app)
    assert "r.csv" in words(app)
    physician = opened("staffing_plan", role="Physician")
    assert "not known for all of this week" in words(physician)


def test_a_grid_and_the_edit_that_it_asks(copied_ward):
    first, second, change = edited(copied_ward)
    one, two = (plans.version(copied_ward.settings, SITE, n).plan for n in (first, second))
    start = one.requirement.start
    stop = start + pd.Timedelta(days=7)
    before, after = (plan_grid.grid(plan, "nurse", start, stop, ["E", "M"]) for plan in (one, two))
    assert plan_grid.asked(before, after, "nurse") == (change,)
    assert plan_grid.asked(before, before, "nurse") == ()
    assert after.to_numpy().sum() - before.to_numpy().sum() == 2
    broken = after.astype(float)
    broken.iloc[0, 0] = float("nan")
    with pytest.raises(StaffingError, match="whole number of heads"):
        plan_grid.asked(before, broken, "nurse")


def test_an_edit_is_kept_for_every_week_where_that_is_asked_for(opened, copied_ward, monkeypatch):
    """One head more on the second day of a plan of ten days, which has that weekday twice."""
    shown, more = st.data_editor, [1]
    number = plans.draft(copied_ward.settings, SITE, now=NOW)
    plan = plans.version(copied_ward.settings, SITE, number).plan
    day = (plan.requirement.start.tz_convert(ZONE) + pd.Timedelta(days=1)).date()
    second = edits.day_name(day)

    def typed(frame: pd.DataFrame, **given: object) -> pd.DataFrame:
        shown(frame, **given)
        after = frame.copy()
        after.loc[second, after.columns[0]] += more[0]
        return after

    monkeypatch.setattr(st, "data_editor", typed)
    app = opened("staffing_plan", plan="Version 1", role="Nurse", week=week_of(plan, day))
    once = next(one.value for one in app.markdown if "Not kept yet" in one.value)
    app.checkbox(key="plan_repeat").check().run()
    every = next(one.value for one in app.markdown if "Not kept yet" in one.value)
    assert every.count("+1 ") == once.count("+1 ") + 1
    app.text_input(key="plan_reason").set_value("more patients on that day")
    more[0] = 0
    app = press(app, "Keep this edit")
    rows = plans.version(copied_ward.settings, SITE, 1).stored.edits
    assert rows["change"].tolist() == [1, 1]
    assert set(rows["edit"]) == {1}
    starts = rows["start"].dt.tz_convert(ZONE).dt.tz_localize(None)
    assert (starts.max() - starts.min()) == pd.Timedelta(weeks=1)
    assert "plan_repeat" not in [one.key for one in app.checkbox]
