"""The pages Backtests, Model lab and Method & trust: what they show and what they start."""

import json
import re
import time

import pandas as pd
import pytest

from dashboard import wording
from dashboard.service import leaderboard
from data import jobs
from data.store import Store
from tests.dashboard.conftest import SITE
from tests.dashboard.test_views import opened, words

__all__ = ["opened"]


def test_backtests_show_models_side_by_side_and_each_chart_twice(opened, tested_ward):
    race = opened(tested_ward, "backtests").selectbox(key="race").options
    app = opened(tested_ward, "backtests", race=race[1])
    assert not app.exception
    said = words(app)
    assert race[1] in [one.value for one in app.caption], "whole, where its box cuts it"
    assert "profile (baseline)" in said
    assert "edinflow backtest --site" in app.code[0].value
    assert len(app.get("plotly_chart")) == 4
    assert all(len(chart.proto.alt) > 60 for chart in app.get("plotly_chart"))
    assert len([one for one in app.expander if "table" in one.label]) == 4


def test_any_past_forecast_can_be_opened_beside_what_came(opened, tested_ward):
    app = opened(tested_ward, "backtests")
    race = app.selectbox(key="race").options[1]
    app = app.selectbox(key="race").set_value(race).run()
    origins = app.selectbox(key="origin").options
    assert len(origins) == 3
    alts = set()
    for origin in origins:
        app = app.selectbox(key="origin").set_value(origin).run()
        assert not app.exception
        alts |= {chart.proto.alt for chart in app.get("plotly_chart") if origin in chart.proto.alt}
    assert len(alts) == 3


def test_without_a_backtest_the_page_says_how_to_make_one(opened, fresh_ward):
    said = words(opened(fresh_ward, "backtests"))
    assert "Model lab" in said
    assert "edinflow backtest" in said


def test_the_model_lab_shows_the_line_that_does_the_same_and_what_is_changed(opened, tested_ward):
    app = opened(tested_ward, "model_lab", lab_model="harmonic")
    assert not app.exception
    assert "no difference" in words(app)
    waves = next(one for one in app.number_input if one.label == "Waves")
    app = waves.set_value(5).run()
    assert "waves 5 instead of 3" in words(app)
    assert "--model 'harmonic(waves=5)'" in app.code[0].value
    app = app.checkbox(key="knows-holidays").set_value(False).run()
    assert "--without holidays" in app.code[0].value
    app = app.text_area(key="ignore").set_value("2020-13-01..2020-06-30").run()
    assert not app.exception
    assert "2020-13-01" in app.error[0].value
    # The rest of the page stays: only what was asked wrongly cannot be run.
    labels = [one.label for one in app.button]
    assert "Run in the background" not in labels
    assert any(label.startswith("Promote ") for label in labels)


def test_a_parameter_is_shown_in_full_and_moves_by_what_matters(opened, tested_ward):
    app = opened(tested_ward, "model_lab", lab_model="gaussian")
    fields = {one.label: one for one in app.number_input}
    assert fields["Day"].value == 0.027
    steps = {name: fields[name].proto.step for name in ("Day", "Storm", "Slot half life")}
    assert steps == {"Day": pytest.approx(0.001), "Storm": 0.1, "Slot half life": 10.0}
    assert fields["Day"].proto.format % fields["Day"].value == "0.027", "not 0.03"
    assert fields["Slot half life"].proto.format % fields["Slot half life"].value == "730"
    app = fields["Day"].set_value(0.027 + 0.001 + 0.001).run()
    assert "day 0.029 instead of 0.027" in words(app)
    assert "--model 'gaussian(day=0.029)'" in app.code[0].value


def test_the_model_lab_runs_in_the_background_and_the_row_appears(opened, new_ward):
    ward = new_ward(days=100)
    app = opened(ward, "model_lab", lab_model="profile", origins="2", every="7", reach="7")
    [run] = [one for one in app.button if one.label == "Run in the background"]
    run.click().run()
    for _ in range(120):
        app.run()
        if "✓ done" in words(app):
            break
        time.sleep(0.3)
    said = words(app)
    assert "its error by the day" in said
    assert "profile (baseline)" in said


def test_a_configuration_is_saved_and_started_from_again(opened, new_ward):
    ward = new_ward(days=63)
    app = opened(ward, "model_lab", lab_model="profile")
    level = next(one for one in app.number_input if one.label == "Level days")
    app = level.set_value(14).run()
    [save] = [one for one in app.button if one.label == "Save configuration"]
    app = save.click().run()
    again = opened(ward, "model_lab")
    [label] = [one for one in again.selectbox(key="start").options if one.startswith("profile@")]
    again = again.selectbox(key="start").set_value(label).run()
    assert next(one for one in again.number_input if one.label == "Level days").value == 14
    assert label in words(again)


def test_promotion_shows_its_line_and_forgets_a_reason_once_it_was_used(opened, new_ward):
    app = opened(new_ward(days=63), "model_lab", lab_model="profile")
    field = next(one for one in app.text_input if one.label == wording.lab.REASON)
    app = field.set_value("A new wing.").run()
    line = app.code[-1].value
    assert re.search(r"edinflow promote profile-[0-9a-f]{6}\.toml", line)
    assert "--overrule 'A new wing.'" in line
    [button] = [one for one in app.button if one.label.startswith("Promote profile@")]
    app = button.click().run()
    assert not app.exception
    assert next(one for one in app.text_input if one.label == wording.lab.REASON).value == ""
    assert "--overrule" not in app.code[-1].value


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_work_that_was_asked_to_stop_says_so_at_once_and_offers_no_second_stop(
    opened, new_ward, state
):
    ward, now = new_ward(days=63), pd.Timestamp.now("UTC")
    store = Store.open(ward.settings.store)
    asked = json.dumps({"kind": "try"})
    number = jobs.begin(
        store, site=SITE, stream="all", title="Try x", asked=asked, command="", who="me", now=now
    )
    if state == "running":
        jobs.move(store, number, state, 0.25, now)
    app = opened(ward, "model_lab", lab_model="profile")
    [button] = [one for one in app.button if one.label == "Stop"]
    app = button.click().run()
    assert "■ stopping" in words(app)
    assert "25 %" not in words(app)
    assert not [one for one in app.button if one.label == "Stop"]


def test_a_refused_promotion_names_the_field_of_the_page_not_an_option_of_the_terminal():
    now, why = pd.Timestamp.now("UTC"), "Not promoted: tune it further, or say --overrule REASON."
    row = {"asked_at_utc": now, "title": "Promote x", "who": "me", "share": 1.0, "result": why}
    said = wording.lab.job(row, "failed", now)
    assert f"or fill in “{wording.lab.REASON}”." in said


def test_too_few_days_are_called_that_and_a_backtest_of_the_live_model_tells(opened, tested_ward):
    few = words(opened(tested_ward, "method"))
    assert "too few days" in few
    store = Store.open(tested_ward.settings.store)
    [race] = [one for one in leaderboard.races(store, "Riverside General") if one.origins == 3]
    assert len(race.runs) == 3


def test_the_method_page_says_who_sees_refused_cells(opened, empty_ward):
    app = opened(empty_ward, "method")
    assert not app.exception
    assert "as they came" in words(app).replace("\n  ", " ")
