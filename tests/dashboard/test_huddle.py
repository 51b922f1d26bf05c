"""The huddle sheet: one page of paper that needs nothing but itself."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.cli.entry import main
from dashboard.service import answers, decisions
from dashboard.service.alerts import alerts, subject_of
from dashboard.service.briefing import Shortage, briefing
from dashboard.service.decisions import Decision
from dashboard.service.huddles import SinceHuddle
from dashboard.service.situation import Situation, situation
from dashboard.settings_alerts import AlertSettings
from dashboard.sheet import page
from dashboard.sheet.curve import curve
from dashboard.theme import LIGHT
from data import clock, locale
from staffing.department import default_department
from tests.dashboard.conftest import ZONE, ten_an_hour
from tests.dashboard.test_browser import chromium

__all__ = ["chromium"]

HOUR = pd.Timedelta(hours=1)
BOOK = AlertSettings()


@pytest.fixture
def crowded(busy_day) -> Situation:
    """A day with everything that the sheet has room for, and more: nine shortages, overrides."""
    found = busy_day(above=100)
    hours = pd.date_range(found.since, periods=24, freq="h")
    gap = pd.DataFrame({r: -2 for r in ("physician", "nurse", "triage nurse", "porter")}, hours)
    short = tuple(
        Shortage(role, found.since + start * HOUR, found.since + (start + 2) * HOUR, 2)
        for start in (1, 5, 9)
        for role in ("physician", "nurse", "triage nurse")
    )
    notes = ("The newest arrivals are 5 days old: load newer ones with edinflow ingest.",) * 2
    old = replace(found.answer, data_until=found.now - 120 * HOUR, notes=notes)
    found = replace(found, shortages=short, hourly_gap=gap, answer=old)
    subject = subject_of(found, found.windows[1])
    why = "a marathon and two football matches and a conference of emergency nurses " * 6
    over = Decision(1, subject, "override", None, 140.0, why, "Anna <b>Berg</b>", found.now)
    changes = {window.name: 12.0 for window in found.windows}
    return Situation(
        found,
        None,
        (over,),
        alerts(found, 0.5, (over,)),
        SinceHuddle(found.now - 7 * HOUR, True, changes),
    )


def test_the_sheet_fetches_nothing_and_runs_nothing(crowded):
    written = page.page(crowded, BOOK)
    assert not re.search(r"(src|href|@import|url\(|<script|<link|https?:)", written)
    assert "<svg" in written
    assert "<style>" in written


def test_what_people_typed_cannot_become_markup(crowded):
    written = page.page(crowded, BOOK)
    assert "Anna &lt;b&gt;Berg&lt;/b&gt;" in written


def test_the_sheet_says_what_the_page_says(crowded):
    words = re.sub(r"<[^>]+>", " ", page.page(crowded, BOOK))
    for said in ("Surge likely", "Overridden to 140", "Since 07:00 huddle", "+12"):
        assert said in words
    assert "2 physicians short" in words
    assert "and 7 more warnings" in words


def test_the_sheet_folds_away_the_smallest_warnings_and_not_the_last(crowded):
    found = crowded.briefing
    late = Shortage("porter", found.since + 15 * HOUR, found.since + 18 * HOUR, 2)
    warned = alerts(replace(found, shortages=(*found.shortages, late)), 0.5)
    words = re.sub(r"<[^>]+>", " ", page.page(replace(crowded, alerts=warned), BOOK))
    assert "2 porters short" in words
    assert "and 8 more warnings" in words


def test_the_drawing_shows_the_last_eight_hours_and_never_goes_below_zero(crowded):
    drawn = curve(crowded.briefing, "alt")
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)
    assert len(dots) == 8
    assert len({x for x, _ in dots}) == 8
    floor = float(re.search(r'y1="([\d.]+)" y2="[\d.]+" stroke="#DCE2E8"', drawn).group(1))
    places = [float(y) for y in re.findall(r"[\d.]+,([\d.]+)", drawn)]
    assert max(places) <= floor + 0.05
    assert min(places) >= 0


def test_the_drawing_tells_the_repeated_hour_of_the_autumn_night_by_its_offset():
    evening = clock.instant("2026-10-31 20:00", ZONE)
    told = ten_an_hour(np.full((72, 4), 10, np.int32), origin=evening)
    drawn = curve(briefing(told, default_department().patterns, evening), "alt")
    hours = re.findall(r'text-anchor="middle"[^>]*>(\d\d[^<]*)<', drawn)
    assert hours[6:11] == ["00", "01 −6", "02", "04", "06"]


def test_hours_without_a_plan_say_why_and_explain_no_signs(crowded):
    bare = replace(crowded, briefing=replace(crowded.briefing, hourly_gap=None, shortages=()))
    words = page.page(bare, BOOK)
    assert "There is no staffing plan for these hours" in words
    assert "heads to spare" not in words
    assert "heads to spare" in page.page(crowded, BOOK)


def test_hours_of_the_afternoon_are_told_from_those_of_the_night(crowded):
    with locale.use("en_US"):
        written = page.page(crowded, BOOK)
    heads = re.findall(r">(\d{1,2}[ap]?)</th>", written)
    assert len(set(heads)) == len(heads) == 24
    assert {"12a", "12p", "3a", "3p"} <= set(heads)


def test_the_style_of_the_sheet_names_no_colour_of_the_palette_itself():
    style = page.STYLE.read_text(encoding="utf-8").lower()
    named = set(re.findall(r"var\(--(\w+)\)", style))
    assert named == set(page.COLOURS)
    assert not [name for name in named if getattr(LIGHT, name).lower() in style]


def test_unknown_hours_leave_a_hole_and_no_dot_at_zero(crowded):
    answer = crowded.briefing.answer
    counts = answer.history.counts.copy()
    counts.iloc[-3] = np.nan
    holed = replace(answer, history=replace(answer.history, counts=counts))
    drawn = curve(replace(crowded.briefing, answer=holed), "alt")
    assert len(re.findall("<circle", drawn)) == 7


@pytest.fixture(scope="module")
def printed(chromium):
    """Prints a sheet as a browser does; returns how many pages came out."""

    def pages(file) -> int:
        context = chromium.new_context(offline=True)
        sheet = context.new_page()
        sheet.goto(file.as_uri())
        content = sheet.pdf(prefer_css_page_size=True, print_background=True)
        wide = sheet.evaluate("document.body.scrollWidth - document.body.clientWidth")
        context.close()
        assert wide <= 0
        return len(re.findall(rb"/Type\s*/Page[^s]", content))

    return pages


@pytest.mark.parametrize("name", ["en_GB", "en_US", "de_DE"])
def test_the_sheet_prints_on_one_page_however_much_there_is_to_say(
    printed, crowded, tmp_path, name
):
    file = tmp_path / page.file_name(crowded.briefing.answer, crowded.briefing.now)
    with locale.use(name):
        file.write_text(page.page(crowded, BOOK), encoding="utf-8")
    assert printed(file) == 1


@pytest.mark.parametrize("ward", ["fresh_ward", "stale_ward", "expired_ward", "daily_ward"])
def test_the_command_writes_a_page_for_every_state_of_the_store(
    printed, request, ward, tmp_path, capsys
):
    where = request.getfixturevalue(ward)
    out = tmp_path / "huddle.html"
    assert main(["huddle", "--config", str(where.config), "--out", str(out)]) == 0
    assert "Written" in capsys.readouterr().out
    text = out.read_text(encoding="utf-8")
    assert "Riverside General" in text
    assert ("data is old" in text) == (ward in ("stale_ward", "expired_ward"))
    assert printed(out) == 1


def test_without_a_forecast_the_command_says_what_to_do(unforecast_ward, capsys):
    assert main(["huddle", "--config", str(unforecast_ward.config)]) == 1
    flag = f"--config {unforecast_ward.config}"
    assert f"edinflow forecast {flag}" in " ".join(capsys.readouterr().err.split())


def test_the_sheet_of_a_store_with_decisions_shows_them(new_ward):
    ward = new_ward()
    ward.forecast()
    now = ward.until + pd.Timedelta(minutes=20)
    asked = answers.question(ward.settings, "Riverside General")
    answer = answers.answer(ward.settings, asked, now)
    before = situation(ward.settings, answer, now, None)
    shift = next(window for window in before.briefing.windows if window.is_shift)
    decisions.decide(
        ward.settings,
        subject_of(before.briefing, shift),
        "override",
        who="anna",
        now=now,
        reason="match",
        number=99,
    )
    after = situation(ward.settings, answer, now, None)
    assert "Overridden to 99 patients by anna" in page.page(after, BOOK)
