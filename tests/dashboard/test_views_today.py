"""Today, the wallboard and the network: what they warn of, and what is decided on them."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache
from dashboard.service import rosters
from tests.dashboard.test_views import WARDS, opened, words

__all__ = ["opened"]
OVERVIEWS = ("wallboard", "network")


def test_nine_days_of_history_are_called_thin(opened, new_ward):
    ward = new_ward(days=9)
    ward.forecast()
    app = opened(ward, "today")
    assert not app.exception
    assert "Too little history" in app.warning[0].value
    assert "14 days" in app.warning[1].value
    assert "Normal" not in words(app)


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


def test_the_two_meanings_of_usual_are_told_apart(opened, fresh_ward):
    # The cards weigh against the last weeks, the reasons against the last year's level.
    app = opened(fresh_ward, "today")
    [weeks] = {one.help for one in app.metric}
    assert "Usual: the same hours of the same weekday over the last 8 weeks" in weeks
    said = [str(one.value) for one in app.main if hasattr(one, "value")]
    [why] = [place for place, one in enumerate(said) if "expected, " in one]
    assert said[why + 1].startswith("Usual in these sentences: an ordinary week")


def top(app: AppTest) -> list[str]:
    """What a page says before its first card, in the order in which it is read."""
    said: list[str] = []

    def read(block) -> bool:
        for child in block.children.values():
            if child.type == "metric":
                return False
            if hasattr(child, "children"):
                if not read(child):
                    return False
            elif hasattr(child, "value") and child.type != "title":
                said.append(str(child.value))
        return True

    read(app.main)
    return said


def test_the_verdict_is_read_before_remarks_and_ages(opened, new_ward):
    ward = new_ward(hours_old=2)
    ward.forecast(minutes=130)
    verdict, *rest = (line for line in top(opened(ward, "today")) if "<style>" not in line)
    assert "expected in the next 24 hours" in verdict
    assert "The peak is" in verdict
    assert any("No arrivals are known from" in line for line in rest)
    assert "Data until" in rest[-1]


def test_only_what_the_verdict_is_worth_stands_above_it(opened, stale_ward):
    late, verdict, *_, ages = (
        line for line in top(opened(stale_ward, "today")) if "<style>" not in line
    )
    assert "old" in late
    assert "Not up to date" in verdict
    assert "Data until" in ages


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


def test_a_link_opens_the_changes_of_todays_roster_that_were_tried(opened, fresh_ward):
    app = opened(fresh_ward, "today", **{"same-day": "true"})
    assert not app.exception
    assert app.toggle(key="same-day").value is True
    assert len(words(app)) > len(words(opened(fresh_ward, "today")))


def test_an_imported_roster_decides_where_today_is_short(opened, copied_ward):
    ward = copied_ward
    zone = "America/Chicago"
    start = ward.until.tz_convert(zone).tz_localize(None).normalize()
    days = pd.date_range(start - pd.Timedelta(days=1), periods=4, freq="D")
    rows = [f"{day:%Y-%m-%d},nurse,{code},1" for day in days for code in ("LD", "LN")]
    text = "\n".join(["date,role,shift,heads", *rows])
    before = words(opened(ward, "today"))
    assert "no roster was imported, no plan locked" in before
    now = pd.Timestamp.now("UTC")
    rosters.take_in(ward.settings, "Riverside General", text, "roster.csv", now=now)
    app = opened(ward, "today")
    assert not app.exception
    said = words(app)
    assert "On duty are those of today's roster or locked plan" in said
    assert "nurses short" in said or "nurse short" in said
    app = app.toggle(key="same-day").set_value(True).run(timeout=120)
    assert not app.exception
    said = words(app)
    assert "Call one nurse" in said
    assert "No roster and no locked plan tells of physician" in said
