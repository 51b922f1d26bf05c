"""Alerts and what people decide on them; rules learned from what was said."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.service import alerts, decisions, huddles, surges
from dashboard.service.briefing import Shortage
from dashboard.service.decisions import Decision, Subject
from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from data import clock
from data import decisions as kept
from data.store import Store
from staffing.department import default_department

ZONE = "America/Chicago"
PATTERNS = default_department().patterns
NOON = clock.instant("2026-03-03 12:00", ZONE)
HOUR = pd.Timedelta(hours=1)
SHIFT = Subject("Mercy", "surge", "", NOON - 5 * HOUR, NOON + 7 * HOUR, 3, 61.0, 0.4, 66)


@pytest.fixture
def ours(tmp_path) -> Settings:
    return Settings(tmp_path / "s.duckdb")


def test_a_decision_comes_back_as_it_was_taken(ours):
    decisions.decide(
        ours, SHIFT, "override", who=" anna ", now=NOON, reason="match  day", number=70
    )
    (found,) = decisions.listed(ours, "Mercy")
    assert found.subject == SHIFT
    assert (found.who, found.reason, found.number) == ("anna", "match day", 70)
    assert found.decided_at == NOON


@pytest.mark.parametrize(
    ("action", "given", "said"),
    [
        ("override", {"number": 70}, "why"),
        ("override", {"reason": "match"}, "number"),
        ("override", {"reason": "match", "number": -1}, "-1"),
        ("act", {}, "what is done"),
        ("snooze", {"until": NOON}, "future"),
        ("snooze", {"until": pd.NaT}, "future"),
        ("acknowledge", {"who": " "}, "name"),
        ("acknowledge", {"reason": "x" * 501}, "501"),
        ("shrug", {}, "'shrug'"),
    ],
)
def test_half_a_decision_is_refused_in_a_sentence(ours, action, given, said):
    with pytest.raises(ServiceError) as caught:
        decisions.decide(ours, SHIFT, action, **({"who": "anna", "now": NOON} | given))
    assert said in str(caught.value)
    assert decisions.listed(ours) == ()


def test_half_a_head_is_refused_half_a_patient_is_not(ours):
    short = replace(SHIFT, kind="short", role="nurse", heads=4)
    said = {"who": "anna", "now": NOON, "reason": "x", "number": 2.5}
    with pytest.raises(ServiceError, match=r"2\.5: give a whole number"):
        decisions.decide(ours, short, "override", **said)
    assert decisions.decide(ours, SHIFT, "override", **said) == 1


def decided(subject: Subject, action: str = "acknowledge", until=None, number=None) -> Decision:
    return Decision(1, subject, action, until, number, "because", "anna", NOON)


def test_a_shift_is_warned_of_from_the_chance_of_the_rule_on(busy_day):
    found = busy_day()
    chances = {w.name: w.surge_chance for w in found.windows if w.is_shift}
    assert chances == {"This shift": 0.0, "Next shift": 0.75}
    assert [a.about.name for a in alerts.alerts(found, 0.75)] == ["Next shift"]
    assert alerts.alerts(found, 0.8) == ()


def test_the_limit_of_the_site_decides_what_a_surge_is(busy_day):
    assert [a.about.name for a in alerts.alerts(busy_day(above=125), 0.75)] == [
        "This shift",
        "Next shift",
    ]


def test_an_alert_knows_the_newest_decision_on_it_and_no_other(busy_day):
    found = busy_day()
    ((alert),) = alerts.alerts(found, 0.5)
    assert alert.state == "open"
    elsewhere = decided(replace(alert.subject, site="Other"))
    earlier = decided(replace(alert.subject, start=NOON - 50 * HOUR, stop=NOON - 38 * HOUR))
    assert alerts.alerts(found, 0.5, [elsewhere, earlier])[0].state == "open"
    ack, over = decided(alert.subject), decided(alert.subject, "override", number=99)
    assert alerts.alerts(found, 0.5, [ack])[0].state == "acknowledged"
    assert alerts.alerts(found, 0.5, [ack, over])[0].decision == over


def test_a_snoozed_alert_comes_back_when_its_time_is_over(busy_day):
    found = busy_day()
    ((alert),) = alerts.alerts(found, 0.5)
    for hours, state in ((1, "snoozed"), (0, "open"), (-1, "open")):
        snooze = decided(alert.subject, "snooze", until=found.now + hours * HOUR)
        assert alerts.alerts(found, 0.5, [snooze])[0].state == state


def test_a_decision_on_a_shortage_holds_when_a_new_forecast_moves_it_a_little(busy_day):
    short = Shortage("nurse", NOON, NOON + 2 * HOUR, 1)
    found = replace(busy_day(), shortages=(short,))
    subject = alerts.subject_of(found, short)
    assert (subject.kind, subject.role, subject.heads) == ("short", "nurse", 1)
    moved = decided(replace(subject, start=NOON + HOUR, stop=NOON + 3 * HOUR))
    other_role = decided(replace(subject, role="physician"))
    assert alerts.alerts(found, 0.9, [moved])[0].state == "acknowledged"
    assert alerts.alerts(found, 0.9, [other_role])[0].state == "open"


@pytest.mark.parametrize("action", ["acknowledge", "act", "snooze", "override"])
def test_a_shortage_that_grew_is_open_again_until_somebody_decides_on_the_larger_one(
    busy_day, action
):
    longer = Shortage("nurse", NOON, NOON + 6 * HOUR, 3)
    found = replace(busy_day(), shortages=(longer,))
    subject = alerts.subject_of(found, longer)
    until = found.now + HOUR if action == "snooze" else None
    fewer, as_many, more = (
        decided(replace(subject, stop=NOON + HOUR, heads=heads), action, until)
        for heads in (2, 3, 4)
    )
    assert alerts.alerts(found, 0.9, [fewer])[0].state == "open"
    assert alerts.alerts(found, 0.9, [fewer])[0].grown
    for closed in ([as_many], [more], [fewer, as_many]):
        (alert,) = alerts.alerts(found, 0.9, closed)
        assert (alert.state, alert.grown) == (alerts.STATES[action], False)


def test_a_surge_that_became_likely_is_open_again(busy_day):
    found = busy_day()
    ((alert),) = alerts.alerts(found, 0.5)
    assert alert.subject.chance == 0.75
    seldom, likely = (decided(replace(alert.subject, chance=chance)) for chance in (0.3, 0.5))
    assert alerts.alerts(found, 0.3, [seldom])[0].state == "open"
    assert alerts.alerts(found, 0.3, [likely])[0].state == "acknowledged"


def test_the_largest_warnings_are_shown_in_order_of_time_and_the_others_folded_away(busy_day):
    short = tuple(
        Shortage("nurse", NOON + start * HOUR, NOON + (start + hours) * HOUR, heads)
        for start, hours, heads in ((0, 1, 1), (2, 0.5, 1), (4, 2, 1), (8, 3, 2))
    )
    warned = alerts.alerts(replace(busy_day(), shortages=short), 0.5)
    assert len(warned) == 5  # a likely surge is warned of first
    shown, rest = alerts.largest(warned, 3)
    assert [alert.about for alert in shown] == [warned[0].about, short[2], short[3]]
    assert [alert.about for alert in rest] == [short[0], short[1]]
    assert alerts.largest(warned, 5) == (warned, ())


def test_a_forecast_that_has_run_out_warns_of_nothing(busy_day):
    assert alerts.alerts(busy_day(hours_later=20), 0.5) != ()
    assert alerts.alerts(busy_day(hours_later=73), 0.5) == ()


def test_an_override_stands_beside_its_shift_only(busy_day):
    found = busy_day()
    this, following = (w for w in found.windows if w.is_shift)
    over = decided(alerts.subject_of(found, following), "override", number=150)
    later = decided(alerts.subject_of(found, following))
    assert alerts.override_of(found, following, [over, later]) == over
    assert alerts.override_of(found, this, [over]) is None
    assert alerts.override_of(found, found.windows[0], [over]) is None


def test_the_last_huddle_is_the_one_before_the_present_one():
    times = ("07:00", "13:00")
    local = {
        "2026-03-03 12:00": "2026-03-03 07:00",
        "2026-03-03 13:30": "2026-03-03 07:00",
        "2026-03-03 14:00": "2026-03-03 13:00",
        "2026-03-03 06:00": "2026-03-02 13:00",
        "2026-03-08 07:30": "2026-03-07 13:00",  # the clock moved that night
    }
    for now, held in local.items():
        found = huddles.last_huddle(times, clock.instant(now, ZONE), ZONE)
        assert found == clock.instant(held, ZONE), now
    assert huddles.last_huddle((), NOON, ZONE) is None


def test_each_window_says_what_changed_since_the_last_huddle(new_ward):
    ward = new_ward()
    zone = "America/Chicago"
    local = ward.until.tz_convert(zone)
    held = f"{(local - 2 * HOUR):%H:00}"
    ours = replace(ward.settings, huddles=(held,))
    from dashboard.service import answers, jobs
    from dashboard.service.situation import situation

    now = ward.until + pd.Timedelta(minutes=10)
    made_at = ward.until - 2 * HOUR - pd.Timedelta(minutes=30)
    jobs.make_forecast(ours, "Riverside General", as_of=made_at, clock_now=lambda: made_at)
    asked = answers.question(ours, "Riverside General")
    before = situation(ours, answers.answer(ours, asked, now), now, None)
    assert not before.huddle.new_forecast
    four, later = before.briefing.windows[0], before.briefing.windows[2]
    assert abs(before.huddle.changes[four.name]) < 0.01  # the same forecast, nothing came yet
    assert abs(before.huddle.changes[later.name]) < 0.01
    jobs.make_forecast(ours, "Riverside General", as_of=now, clock_now=lambda: now)
    asked = answers.question(ours, "Riverside General")
    after = situation(ours, answers.answer(ours, asked, now), now, None)
    assert after.huddle.new_forecast
    moved = after.briefing.windows[2].expected - later.expected
    assert after.huddle.changes[later.name] == pytest.approx(moved, abs=0.05)


def test_nothing_is_learned_from_three_days_and_an_even_chance_stands_in(new_ward):
    ward = new_ward(days=3)
    ward.forecast()
    now = ward.until
    assert surges.learn(ward.settings, "Riverside General", now=now) is None
    assert surges.chance_of(None) == 0.5


def test_a_rule_is_learned_from_what_the_live_model_would_have_said(new_ward):
    ward = new_ward(days=250)
    with pytest.raises(ServiceError, match="edinflow forecast"):
        surges.learn(ward.settings, "Riverside General", now=ward.until)
    ward.forecast()
    site = "Riverside General"
    assert surges.rule(ward.settings, site) is None
    found = surges.learn(ward.settings, site, now=ward.until, weeks=12)
    assert found.backcast
    assert 10 < found.weeks <= 12
    assert found.surges > 0
    assert found.false_alarms_a_week <= found.budget == 1.0
    assert surges.rule(ward.settings, site) == found
    wide = replace(ward.settings, alerts=replace(ward.settings.alerts, false_alarms_a_week=50))
    assert surges.rule(wide, site).caught >= found.caught
    limited = replace(
        ward.settings, department=replace(ward.settings.department, patterns=PATTERNS[:3])
    )
    assert surges.rule(limited, site) is None  # it was learned on other shifts


def test_each_forecast_keeps_what_it_says_of_the_next_shifts(fresh_ward):
    store = Store.open(fresh_ward.settings.store)
    rows = kept.chances(store, "Riverside General", backcast=False)
    assert 2 <= len(rows) <= 4
    assert (rows["start_utc"] >= rows["said_at_utc"]).all()
    assert rows["chance"].between(0, 1).all()
    length = (rows["stop_utc"] - rows["start_utc"]) / HOUR
    assert length.between(11, 13).all()


def test_what_was_said_live_counts_once_there_are_eight_weeks_of_it(new_ward):
    ward = new_ward(days=120)
    site, store = "Riverside General", Store.open(ward.settings.store)
    spans, _ = surges._past_spans(ward.settings, _series(ward), 10)
    rows = pd.DataFrame(spans, columns=["start_utc", "stop_utc"]).assign(
        site=site, model="profile", above=0, chance=0.9, backcast=False
    )
    rows["said_at_utc"] = rows["noted_at_utc"] = rows["start_utc"]
    kept.note_chances(store, rows.iloc[: 2 * 7 * 7])
    assert surges.rule(ward.settings, site) is None
    kept.note_chances(store, rows.iloc[2 * 7 * 7 :])
    found = surges.rule(ward.settings, site)
    assert not found.backcast
    assert found.caught == found.surges == found.shifts


def _series(ward):
    from data import history

    return history.arrivals(Store.open(ward.settings.store), "Riverside General")


def test_overrides_are_judged_against_what_came(new_ward):
    ward = new_ward(days=100)
    site, series = "Riverside General", _series(ward)
    spans, _ = surges._past_spans(ward.settings, series, 4)
    spans = spans[-8:]
    for start, stop in spans:
        came = float(series.counts[(series.index >= start) & (series.index < stop)].sum())
        subject = Subject(site, "surge", "", start, stop, 1, came + 9, 0.5, 50)
        for number in (came + 30, came + 2):  # the last of two is the one that counts
            decisions.decide(
                ward.settings, subject, "override", who="b", now=start, reason="x", number=number
            )
    ahead = Subject(site, "surge", "", series.end, series.end + 12 * HOUR, 1, 50.0, 0.5, 50)
    decisions.decide(
        ward.settings, ahead, "override", who="b", now=NOON, reason="not over", number=5
    )
    found = decisions.value(ward.settings, site)
    assert (found.shifts, found.forecast_error, found.override_error) == (8, 9.0, 2.0)
    assert found.gain == 7.0
    assert found.verdict == "helped"
    assert decisions.value(ward.settings, site).closer == 8
