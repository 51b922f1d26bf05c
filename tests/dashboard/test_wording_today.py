"""What Today says of windows, warnings and decisions."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.service.alerts import Alert, alerts, subject_of
from dashboard.service.briefing import Shortage
from dashboard.service.decisions import Decision
from dashboard.service.huddles import SinceHuddle
from dashboard.service.situation import Situation
from dashboard.service.windows import Window
from dashboard.settings_alerts import AlertSettings
from dashboard.wording import alerts as say
from dashboard.wording import today
from data import clock
from forecasting.surge import AlertRule
from forecasting.value_added import ValueAdded

ZONE = "America/Chicago"
START = clock.instant("2026-03-03 20:00", ZONE)
HOUR = pd.Timedelta(hours=1)
BOOK = AlertSettings(surge=("Tell the bed manager",), short=("Call the bank",))


def window(**more) -> Window:
    told = {
        "name": "This shift",
        "start": START,
        "stop": START + 4 * HOUR,
        "expected": 60.0,
        "low": 52,
        "high": 68,
        "usual": 50.0,
        "surge_above": 58,
        "surge_chance": 0.62,
        "is_shift": True,
    }
    return Window(**{**told, **more})


@pytest.fixture
def told(busy_day) -> Situation:
    found = busy_day()
    return Situation(found, None, (), alerts(found, 0.5), None)


def test_a_shift_is_watched_from_the_chance_of_the_rule_on_and_a_surge_from_an_even_one():
    chances = {None: "normal", 0.24: "normal", 0.25: "watch", 0.5: "surge"}
    for chance, state in chances.items():
        assert say.status(window(surge_chance=chance), 0.25) == state
    assert say.status(window(surge_chance=0.6), 0.7) == "watch"
    assert say.status(window(is_shift=False, surge_chance=0.4), 0.25) == "normal"


def test_a_surge_comes_with_something_to_do(told):
    (alert,) = told.alerts
    said = say.headline(alert, ZONE)
    assert said.startswith("⬤ Surge likely: **next shift** (19:00–07:00)")
    assert "more than 120 patients: chance 8 in 10" in said
    assert say.todo(alert, ZONE, BOOK) == ["Tell the bed manager"]


def test_the_verdict_names_the_shift_the_day_and_the_peak(told):
    said = today.verdict(told)
    assert today.worst(told) == "surge"
    assert said.startswith("**⬤ Surge likely.** Next shift (19:00–07:00) brings about **135")
    assert "patients** expected in the next 24 hours" in said
    calm = replace(told, rule=AlertRule(0.9, 200, 26, 20, 5, 20, 1.0, START), alerts=())
    assert today.worst(calm) == "watch"  # more likely than not, though not warned of


def test_a_card_says_hours_usual_and_chance(told):
    assert today.card_text(window(), told).split("  \n") == [
        "20:00–00:00",
        "10 more than usual for a Tuesday",
        "More than 58: 6 in 10",
    ]


def test_a_card_without_history_says_so(told):
    said = today.card_text(window(usual=None, surge_above=None, surge_chance=None), told)
    assert said == "20:00–00:00  \nToo little history to say what is usual."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (6.2, "+6 since the 13:00 huddle"),
        (-3.0, "−3 since the 13:00 huddle"),
        (0.2, "As at the 13:00 huddle"),
    ],
)
def test_a_card_says_what_changed_since_the_huddle(told, change, said):
    held = SinceHuddle(START - 7 * HOUR, True, {"This shift": change})
    assert today.card_text(window(), replace(told, huddle=held)).endswith(said)
    other = SinceHuddle(START - 7 * HOUR, True, {})
    assert "huddle" not in today.card_text(window(), replace(told, huddle=other))


def decision(told: Situation, action: str, **more) -> Decision:
    given = {"until": None, "number": None, "reason": "", "who": "anna"} | more
    subject = told.alerts[0].subject
    return Decision(1, subject, action, decided_at=START - 7 * HOUR, **given)


def test_an_override_stands_on_the_card_of_its_shift(told):
    over = decision(told, "override", number=150.0, reason="match")
    found = replace(told, decided=(over,))
    card = today.card_text(found.briefing.windows[2], found)
    assert card.endswith("**Overridden to 150 patients by anna, Tue 3 Mar 13:00: match**")
    assert "Overridden" not in today.card_text(found.briefing.windows[1], found)


def test_what_was_decided_is_said_with_who_and_when(told):
    until = START - 5 * HOUR
    said = {
        "acknowledge": say.decided(decision(told, "acknowledge"), ZONE),
        "act": say.decided(decision(told, "act", reason="Call the bank"), ZONE),
        "snooze": say.decided(decision(told, "snooze", until=until), ZONE),
    }
    assert said == {
        "acknowledge": "Acknowledged by anna, Tue 3 Mar 13:00",
        "act": "Acted on by anna, Tue 3 Mar 13:00: Call the bank",
        "snooze": "Snoozed until 15:00 by anna, Tue 3 Mar 13:00",
    }
    log = say.log([decision(told, "acknowledge"), decision(told, "act", reason="x")], ZONE)
    assert log["Decision"].str.split().str[0].tolist() == ["Acted", "Acknowledged"]
    assert log["On"].tolist()[0] == "Shift Tue 3 Mar 19:00–07:00, 135 expected"


def test_a_warning_that_grew_says_what_it_was_when_somebody_decided(told):
    short = Shortage("nurse", START, START + HOUR, 6)
    acted = decision(told, "act", reason="Call the bank")
    then = replace(acted.subject, kind="short", role="nurse", heads=2)
    grown = Alert(
        short, subject_of(told.briefing, short), replace(acted, subject=then), "open", True
    )
    assert say.state(grown, ZONE) == (
        "It has grown since (2 nurses short then): decide again. "
        "Acted on by anna, Tue 3 Mar 13:00: Call the bank"
    )
    likely = replace(told.alerts[0], decision=acted, state="open", grown=True)
    assert say.state(likely, ZONE).startswith("It has grown since (chance ")


def short_alert(short: Shortage, told: Situation) -> Alert:
    return Alert(short, subject_of(told.briefing, short), None, "open")


def test_a_shortage_is_met_by_a_move_before_a_call(told):
    spare = START - 6 * HOUR
    short = Shortage("nurse", START, START + HOUR, 2, 3, spare, spare + HOUR, 2)
    alert = short_alert(short, told)
    assert say.headline(alert, ZONE) == "▼ **2 nurses short**, Tue 3 Mar 20:00–21:00"
    steps = say.todo(alert, ZONE, BOOK)
    assert steps == [
        "Move 2 nurses from 14:00–15:00 (3 to spare), or call 2 in",
        "Call the bank",
    ]
    fewer = replace(short, spare_heads=1, moved=1)
    assert say.move(fewer, ZONE).endswith("(1 to spare), call in 1 more")


def test_a_move_that_fills_part_of_a_shortage_says_how_much_of_it():
    spare = START - 6 * HOUR
    short = Shortage("nurse", START, START + 6.5 * HOUR, 2, 4, spare, spare + 1.5 * HOUR, 2)
    assert say.move(short, ZONE) == (
        "move 2 nurses from 14:00–15:30 (4 to spare; covers 1.5 of 6.5 h), call 2 in for the rest"
    )


def test_a_shortage_without_spare_staff_is_a_call():
    assert "call in 1 physician" in say.move(Shortage("physician", START, START + HOUR, 1), ZONE)


def test_a_rule_says_how_often_it_would_have_been_right():
    rule = AlertRule(0.35, 182, 26.0, 20, 9, 21, 1.0, START)
    said = say.rule(rule, ZONE)
    assert "from a chance of 7 in 20 on" in said
    assert "caught 9 of 20 surges, with 0.8 false alarms a week (at most 1 are wanted)" in said
    assert "the forecasts of the 26 weeks to Tue 3 Mar" in say.rule(
        replace(rule, backcast=False), ZONE
    )
    worse = replace(rule, false_alarms=60)
    assert "more than the 1 that are wanted" in say.rule(worse, ZONE)
    assert "edinflow alerts --learn --config x.toml" in say.rule(None, ZONE, " --config x.toml")
    # A store of several hospitals refuses the line that names none.
    assert "edinflow alerts --learn --site 'St Mary' --config x.toml" in say.rule(
        None, ZONE, " --config x.toml", "St Mary"
    )


def test_value_added_is_said_with_its_doubt():
    few = ValueAdded(3, 2, 1, 6.0, 4.0, 2.0, float("nan"), float("nan"))
    assert say.value(few).endswith("Too few to tell whether overriding helps.")
    many = ValueAdded(30, 20, 10, 6.0, 4.0, 2.0, 0.5, 3.5)
    assert "Overriding helped: gain +2.0 patients a shift (19 in 20 sure: +0.5 to +3.5)" in (
        say.value(many)
    )
    assert "made it worse" in say.value(replace(many, gain=-2.0, low=-3.5, high=-0.5))
    assert "not known" in say.value(None)


def test_the_fan_is_described_with_range_direction_and_peak(told):
    said = today.fan_alt(told, 24)
    assert "11–11" not in said
    assert "Expected are 11 per hour, about level" in said
    assert "the peak is Tue 3 Mar 14:00 with about 11" in said
