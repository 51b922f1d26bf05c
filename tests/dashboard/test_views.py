"""Every page on every state of the store: it says what is so and what to do, and never breaks."""

import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache, settings, wording
from dashboard.service import event_book, leaderboard, rosters
from data.errors import DataError
from data.events import Event
from data.store import Store

ROOT = Path(__file__).resolve().parents[2]
OVERVIEWS = ("wallboard", "network")
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
    assert "edinflow ingest" in words(app)


@pytest.mark.parametrize("page", PAGES[:3])
def test_data_without_a_forecast_teaches_how_to_make_one(opened, unforecast_ward, page):
    said = words(opened(unforecast_ward, page))
    assert "no forecast yet" in said
    assert "edinflow forecast" in said


def test_nine_days_of_history_are_called_thin(opened, new_ward):
    ward = new_ward(days=9)
    ward.forecast()
    app = opened(ward, "today")
    assert not app.exception
    assert "14 days" in app.warning[0].value
    assert "Too little history" in app.warning[1].value
    assert "Normal" not in words(app)


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


def test_a_forecast_that_has_run_out_is_shown_as_of_its_beginning(opened, expired_ward):
    said = words(opened(expired_ward, "today"))
    assert "does not reach the present" in said
    assert "run out" in said
    assert "Normal" not in said


def test_fresh_data_raises_no_warning(opened, fresh_ward):
    app = opened(fresh_ward, "today")
    assert [box.value for box in app.warning if "old" in box.value] == []
    assert [metric.label for metric in app.metric] == [
        "Next 4 hours",
        "This shift",
        "Next shift",
        "Next 24 hours",
    ]


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


def test_the_privacy_of_patients_is_stated(opened, fresh_ward):
    assert wording.trust.PRIVACY in words(opened(fresh_ward, "data_quality"))


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
    assert f"edinflow forecast{flag}" in said
    assert f"Europe/London{flag}" in said
    said = words(opened(unforecast_ward, page))
    flag = f" --config {unforecast_ward.config}"
    if page in ("today", "staffing_plan", "forecast_explorer", "versions"):
        assert f'edinflow forecast --site "Riverside General"{flag}' in said
    elif page in ("backtests", "model_lab"):
        assert flag in said


def surge_ward(new_ward):
    """A ward whose every shift is a surge: its limit is one patient."""
    ward = new_ward()
    text = ward.config.read_text(encoding="utf-8")
    limits = ", ".join(f'{{ shift = "{at}", above = 1 }}' for at in ("07:00", "19:00"))
    ward.config.write_text(f"{text}surge = [{limits}]\n", encoding="utf-8")
    ward.forecast()
    return ward


def test_a_warning_is_acknowledged_with_one_press_and_everybody_sees_by_whom(opened, new_ward):
    ward = surge_ward(new_ward)
    app = opened(ward, "today")
    assert "Surge likely" in app.error[0].value
    assert "Tell the bed manager" in words(app)
    app.text_input(key="who").set_value("anna").run()
    press = next(button for button in app.button if button.label == "Acknowledge")
    app = press.click().run()
    assert not app.exception
    assert "Acknowledged by anna" in words(app)
    assert "Acknowledged by anna" in words(opened(ward, "today"))


def test_an_override_without_a_reason_is_refused_and_with_one_stands_on_the_card(
    opened, fresh_ward, new_ward
):
    del fresh_ward
    app = opened(surge_ward(new_ward), "today")
    app.text_input(key="who").set_value("anna")
    app.number_input(key="override-number").set_value(88)
    keep = [button for button in app.button if button.label == "Keep"][-1]
    app = keep.click().run()
    assert any("overridden" in error.value for error in app.error)
    app.text_input(key="override-reason").set_value("marathon")
    keep = [button for button in app.button if button.label == "Keep"][-1]
    app = keep.click().run()
    assert not app.exception
    assert "Overridden to 88 patients by anna" in words(app)
    assert "marathon" in words(app)


def test_the_fan_is_drawn_for_the_hours_and_the_range_that_are_chosen(opened, fresh_ward):
    app = opened(fresh_ward, "today", ahead="24 hours", band="19 in 20")
    assert not app.exception
    wide = opened(fresh_ward, "today")
    assert len(app.get("plotly_chart")[0].proto.spec) != len(wide.get("plotly_chart")[0].proto.spec)
    assert "wide range" in app.get("plotly_chart")[0].proto.spec


def html(app: AppTest) -> str:
    """All that a page says in HTML of its own."""
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("ward", WARDS)
@pytest.mark.parametrize("page", OVERVIEWS)
def test_an_overview_draws_without_a_fault_on_every_state(opened, request, ward, page):
    app = opened(request.getfixturevalue(ward), page)
    assert not app.exception
    assert not app.error
    assert "Riverside General" in html(app)


@pytest.mark.parametrize("page", OVERVIEWS)
def test_an_overview_of_an_empty_store_teaches_how_to_fill_it(
    opened, empty_ward, unforecast_ward, page
):
    assert "edinflow demo" in words(opened(empty_ward, page))
    app = opened(unforecast_ward, page)
    assert "o forecast yet" in words(app) + html(app)


def test_the_wall_raises_its_banner_by_itself_when_the_clock_moves_on(
    opened, fresh_ward, monkeypatch
):
    app = opened(fresh_ward, "wallboard")
    assert "Data as of" in html(app)
    assert "feed is late" not in html(app)
    later = fresh_ward.until + pd.Timedelta(hours=40)
    monkeypatch.setattr(cache, "now", lambda: later)
    assert "feed is late" in html(app.run())


def test_a_link_to_a_wall_of_a_site_that_is_not_here_says_so(opened, fresh_ward):
    assert "no hospital “Nowhere” here" in words(opened(fresh_ward, "wallboard", site="Nowhere"))


def test_an_imported_roster_decides_where_today_is_short(opened, copied_ward):
    ward = copied_ward
    zone = "America/Chicago"
    start = ward.until.tz_convert(zone).tz_localize(None).normalize()
    days = pd.date_range(start - pd.Timedelta(days=1), periods=4, freq="D")
    rows = [f"{day:%Y-%m-%d},nurse,{code},1" for day in days for code in ("LD", "LN")]
    text = "\n".join(["date,role,shift,heads", *rows])
    before = words(opened(ward, "today"))
    assert "no roster of today was imported" in before
    now = pd.Timestamp.now("UTC")
    rosters.take_in(ward.settings, "Riverside General", text, "roster.csv", now=now)
    app = opened(ward, "today")
    assert not app.exception
    said = words(app)
    assert "On duty is today's roster" in said
    assert "nurses short" in said or "nurse short" in said
    app = app.toggle(key="same-day").set_value(True).run(timeout=120)
    assert not app.exception
    assert "Call one nurse" in words(app)


def test_backtests_show_models_side_by_side_and_each_chart_twice(opened, tested_ward):
    race = opened(tested_ward, "backtests").selectbox(key="race").options
    app = opened(tested_ward, "backtests", race=race[1])
    assert not app.exception
    said = words(app)
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


def test_the_model_lab_runs_in_the_background_and_the_row_appears(opened, new_ward):
    ward = new_ward(days=100)
    app = opened(ward, "model_lab", lab_model="profile", origins="2", every="7", ahead="7")
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


def test_what_a_local_event_did_is_shown_once_it_is_over(opened, new_ward):
    ward = new_ward(days=100)
    text = ward.config.read_text(encoding="utf-8")
    ward.config.write_text(text + 'events = "events.csv"\n', encoding="utf-8")
    days = [ward.until - pd.Timedelta(days=back) for back in (10, 24, 38)]
    lines = [f"Fair,{day:%Y-%m-%d},,event,,more" for day in days]
    lines.append(f"Fair,{ward.until + pd.Timedelta(days=9):%Y-%m-%d},,event,,more")
    (ward.config.parent / "events.csv").write_text(
        "name,from,to,kind,site,expect\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    app = opened(ward, "events")
    assert not app.exception
    ahead, before = (table.value for table in app.table[:2])
    assert ahead.set_index("Day").loc["Fair", "Seen"] == "3\u00a0times"
    past = before[before["Day"] == "Fair"]
    assert len(past) == 3
    assert set(past["As expected?"]) <= {"✓ more, as expected", "not clear yet", "▼ the other way"}


def test_events_are_saved_from_the_page(opened, new_ward):
    ward = new_ward(days=63)
    book = event_book.read(settings.load(ward.config), "Riverside General")
    event_book.save(
        settings.load(ward.config), book,
        [Event("Marathon", date(2026, 4, 5), date(2026, 4, 5), "event", "Riverside General")],
    )  # fmt: skip
    app = opened(ward, "events")
    assert not app.exception
    [save] = [one for one in app.button if one.label == "Save events"]
    app = save.click().run()
    assert not app.exception
    assert not app.error
    again = event_book.read(settings.load(ward.config), "Riverside General")
    assert [one.name for one in again.events] == ["Marathon"]


def test_an_uploaded_file_is_looked_at_loaded_and_taken_back(opened, new_ward):
    ward = new_ward(days=0)
    app = opened(ward, "import_data")
    lines = [
        f"2026-03-{day:02d} {hour:02d}:{7 * hour * day % 60:02d}"
        for day in range(1, 28)
        for hour in range(24)
    ]
    content = ("arrival\n" + "\n".join(lines) + "\nnever\n").encode()
    app = app.file_uploader(key="file").upload("v.csv", content, "text/csv").run()
    assert not app.exception
    said = words(app)
    assert "647 accepted, 2 refused" in said  # one is no time, one the clock skipped
    assert not ward.settings.store.exists()
    [load] = [one for one in app.button if one.label.startswith("Load into")]
    app = load.click().run()
    assert not app.exception
    assert "is loaded (load 1)" in words(app)
    [back] = [one for one in app.button if one.label == "Take load 1 back"]
    app = back.click().run()
    assert "not observed any more" in words(app)


def test_the_first_page_offers_an_invented_department_and_an_import(opened, new_ward):
    app = opened(new_ward(days=0), "today")
    assert [one.label for one in app.button] == [wording.notices.INVENT]
    assert "edinflow ingest" in words(app)


def test_every_check_of_the_data_is_named_whether_it_found_something_or_not(opened, fresh_ward):
    app = opened(fresh_ward, "data_quality")
    checks = app.table[0].value
    assert len(checks) == 8
    assert set(checks["State"]) <= {"✓\u00a0Nothing", *wording.trust.SEVERITY.values()}


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


def test_an_event_is_added_by_a_form_and_one_without_a_day_is_refused(opened, new_ward):
    ward = new_ward(days=63)
    app = opened(ward, "events")
    app.text_input[0].set_value("Marathon")
    [add] = [one for one in app.button if one.label == "Add event"]
    app = add.click().run()
    assert "'Marathon' has no first day" in app.error[0].value
    app.text_input[0].set_value("Marathon")
    app.date_input[0].set_value((date(2026, 4, 5), date(2026, 4, 6)))
    [add] = [one for one in app.button if one.label == "Add event"]
    app = add.click().run()
    assert not app.error
    [event] = event_book.read(settings.load(ward.config), "Riverside General").events
    assert (event.name, event.first, event.last) == ("Marathon", date(2026, 4, 5), date(2026, 4, 6))
