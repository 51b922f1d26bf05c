"""Every page on every state of the store: it says what is so and what to do, and never breaks."""

import ast
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache
from data.errors import DataError

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "today",
    "staffing_plan",
    "forecast_explorer",
    "data_quality",
    "backtests",
    "model_lab",
    "events",
    "method",
    "versions",
)
WARDS = ("fresh_ward", "stale_ward", "expired_ward", "daily_ward")


@pytest.fixture
def opened(monkeypatch):
    """Opens a page on a ward; the first page as the browser gets it, with the whole app."""
    st.cache_data.clear()

    def opens(ward, page: str, **query: str) -> AppTest:
        monkeypatch.setattr(sys, "argv", ["streamlit_app.py", "--config", str(ward.config)])
        if page == "app":
            app = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=60)
        else:
            app = AppTest.from_string(
                "from dashboard import controls\n"
                f"from dashboard.views import {page}\n"
                f"controls.page('{page}', {page}.render)()\n",
                default_timeout=60,
            )
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return opens


def words(app: AppTest) -> str:
    """All that a page says."""
    kinds = (
        "title",
        "markdown",
        "success",
        "warning",
        "error",
        "info",
        "caption",
        "subheader",
        "code",
    )
    said = [element.value for kind in kinds for element in getattr(app, kind)]
    return "\n".join(said + [str(table.value.to_string()) for table in app.table])


@pytest.mark.parametrize("ward", WARDS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_draws_without_a_fault_and_describes_each_chart(opened, request, ward, page):
    app = opened(request.getfixturevalue(ward), page)
    assert not app.exception
    assert not app.error
    assert len(words(app)) > 200
    charts = app.get("plotly_chart")
    assert len(charts) <= 4
    assert all(len(chart.proto.alt) > 30 for chart in charts)


def test_the_app_opens_on_today(opened, fresh_ward):
    app = opened(fresh_ward, "app")
    assert not app.exception
    assert app.title[0].value == "Today"


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_store_teaches_how_to_fill_it(opened, empty_ward, page):
    app = opened(empty_ward, page)
    assert not app.exception
    assert not app.error
    assert "edinflow demo" in words(app)
    own = f"--site 'Riverside General' --config {empty_ward.config}"
    lines = f"edinflow ingest arrivals.csv {own}\nedinflow forecast {own}"
    assert lines in [one.value for one in app.code]


@pytest.mark.parametrize("page", PAGES[:3])
def test_data_without_a_forecast_teaches_how_to_make_one(opened, unforecast_ward, page):
    said = words(opened(unforecast_ward, page))
    assert "no forecast yet" in said
    assert "edinflow forecast" in said


@pytest.mark.parametrize("page", PAGES[:3])
def test_the_age_of_data_and_forecast_and_the_model_are_always_in_sight(opened, fresh_ward, page):
    said = words(opened(fresh_ward, page))
    assert "Data until" in said
    assert "forecast made" in said
    assert "“profile”" in said
    assert "America/Chicago" in said


@pytest.mark.parametrize("page", PAGES[:3])
def test_old_data_is_said_and_the_last_forecast_still_shown(opened, stale_ward, page):
    app = opened(stale_ward, page)
    assert "data is old" in app.warning[0].value
    assert "5 days" in words(app)
    assert app.get("plotly_chart")


def test_arrivals_by_the_day_say_why_there_is_no_staffing(opened, daily_ward):
    assert "by the day" in words(opened(daily_ward, "staffing_plan"))
    today = opened(daily_ward, "today")
    assert [metric.label for metric in today.metric] == ["This day", "Next day", "7 days"]


def test_the_link_reproduces_the_view(opened, fresh_ward):
    app = opened(fresh_ward, "staffing_plan", level="9 in 10", role="Nurse")
    assert "9 in 10" in words(app)
    assert "Nurse: on duty against need" in [head.value for head in app.subheader]


def test_a_surer_service_level_never_needs_fewer_paid_hours(opened, fresh_ward):
    def hours(level: str) -> float:
        app = opened(fresh_ward, "staffing_plan", level=level)
        assert app.metric[0].label == "Paid hours"
        return float(app.metric[0].value.split()[0].replace(",", ""))

    assert hours("5 in 10") <= hours("9 in 10")


def test_a_group_of_patients_without_forecast_says_how_to_make_one(opened, fresh_ward):
    said = words(opened(fresh_ward, "forecast_explorer", stream="Acuity 2"))
    assert 'edinflow forecast --site "' in said
    assert "--stream acuity=2" in said


def test_hours_and_wide_range_can_be_chosen(opened, fresh_ward):
    app = opened(fresh_ward, "forecast_explorer", grain="By the hour", band="19 in 20")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3


def test_a_store_that_refuses_is_a_sentence_and_not_a_traceback(opened, fresh_ward, monkeypatch):
    sentence = "Another program holds the store: try again in a minute."

    def busy() -> list[str]:
        raise DataError(sentence)

    monkeypatch.setattr(cache, "sites", busy)
    app = opened(fresh_ward, "today")
    assert not app.exception
    assert sentence in app.error[0].value


def test_a_settings_file_with_a_mistake_is_a_sentence(opened, tmp_path, fresh_ward):
    broken = tmp_path / "edinflow.toml"
    broken.write_text('[store]\npaht = "x"\n', encoding="utf-8")
    app = opened(replace(fresh_ward, config=broken), "today")
    assert not app.exception
    assert "path" in app.error[0].value


def test_new_data_shows_on_the_next_poll(opened, new_ward):
    ward = new_ward(30)
    app = opened(ward, "today")
    assert "no forecast yet" in words(app)
    ward.forecast()
    app.run()
    assert "no forecast yet" not in words(app)
    assert app.metric


def test_the_forecast_explorer_tells_why_a_chosen_day_is_as_it_is(opened, fresh_ward):
    app = opened(fresh_ward, "forecast_explorer")
    days = app.selectbox(key="day").options
    assert "usual" in words(app)
    app = app.selectbox(key="day").set_value(days[3]).run()
    assert not app.exception
    assert f"{days[3].split()[1]} " in words(app)
    assert "than on a usual" in words(app) or "the same as on a usual" in words(app)


def test_a_link_to_a_day_that_is_over_shows_the_first_day_there_is(opened, fresh_ward):
    app = opened(fresh_ward, "forecast_explorer", day="Mon 1 Jan")
    assert not app.exception
    assert app.selectbox(key="day").value == app.selectbox(key="day").options[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_site_that_is_not_here_says_so_and_offers_those_that_are(
    opened, fresh_ward, page
):
    app = opened(fresh_ward, page, site="Nowhere")
    assert not app.exception
    assert "no hospital “Nowhere” here" in words(app)
    assert not app.metric
    assert not app.get("plotly_chart")
    (here,) = app.button
    assert here.label == "Riverside General"
    app = here.click().run()
    assert "Nowhere" not in words(app)
    assert app.selectbox(key="site").value == "Riverside General"


@pytest.mark.parametrize("page", PAGES)
def test_commands_name_the_settings_file_that_the_app_was_started_with(
    opened, empty_ward, unforecast_ward, page
):
    flag = f" --config {empty_ward.config}"
    said = words(opened(empty_ward, page))
    for verb in ("ingest arrivals.csv", "forecast"):
        assert f"edinflow {verb} --site 'Riverside General'{flag}" in said
    said = words(opened(unforecast_ward, page))
    flag = f" --config {unforecast_ward.config}"
    if page in ("today", "staffing_plan", "forecast_explorer", "versions"):
        assert f'edinflow forecast --site "Riverside General"{flag}' in said
    elif page in ("backtests", "model_lab"):
        assert flag in said


def keys_of(file: Path) -> list[str]:
    """Names under which a file's widgets and figures are kept, as far as they are written out."""
    place = {"choice": 2, "one_of": 2, "_number": 4, "version": 1}
    found = []
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        told = [one.value for one in call.keywords if one.arg == "key"]
        told += call.args[place[name] :][:1] if name in place else []
        found += [one.value for one in told if isinstance(one, ast.Constant)]
    return [key for key in found if isinstance(key, str)]


def test_no_two_widgets_share_a_name_or_one_page_would_open_with_the_choice_of_another():
    folder = ROOT / "dashboard"
    files = [*folder.glob("controls*.py"), *(folder / "views").glob("*.py")]
    counted = Counter(key for file in files for key in keys_of(file))
    assert {"ahead", "reach", "grain", "scored", "role", "version", "who"} <= set(counted)
    assert [key for key, times in counted.items() if times > 1] == []
