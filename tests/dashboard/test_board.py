"""The wallboard and the network: a few facts, renewed, honest about their age."""

from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from dashboard import charts
from dashboard.service.alerts import alerts
from dashboard.service.briefing import Shortage
from dashboard.service.network import SiteNow, network
from dashboard.service.situation import Situation, of_site
from dashboard.settings import Settings, Site
from dashboard.theme import DARK, LIGHT
from dashboard.wording import board, times, today
from tests.dashboard.conftest import SITE

HOUR = pd.Timedelta(hours=1)
ZONE = "America/Chicago"


def made(found, chance: float = 0.5) -> Situation:
    return Situation(found, None, (), alerts(found, chance), None)


def short(found, heads: int, hours: int):
    start = found.since + 2 * HOUR
    lacking = Shortage("nurse", start, start + hours * HOUR, heads)
    gap = pd.DataFrame({"nurse": [-heads]}, index=[start])
    return replace(found, shortages=(lacking,), hourly_gap=gap)


class Reader(HTMLParser):
    """Words of a page and the tags that were opened and not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        del attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] != "style":
            self.words.append(data)


def test_the_wall_shows_three_to_five_facts(busy_day):
    found = short(busy_day(), heads=2, hours=3)
    facts = board.facts(made(found))
    assert [fact.label.split()[0] for fact in facts] == ["This", "Next", "Peak", "Short"]
    assert facts[1].value == "135 patients"
    assert "More than 120: 8 in 10" in facts[1].note
    assert facts[3].label == "Short of staff 16:00–19:00"
    assert facts[3].value == "▼ 2 nurses"
    assert facts[3].note.startswith("Call in 2 nurses")
    covered = replace(found, shortages=())
    assert board.facts(made(covered))[3].value == "✓ Covered"


def test_nothing_is_called_covered_where_the_roster_is_silent(busy_day):
    hours = pd.date_range(busy_day().since, periods=4, freq="h")
    gap = pd.DataFrame({"nurse": [0.0, 1.0, 2.0, 0.0], "physician": float("nan")}, index=hours)
    gap.loc[hours[3], "nurse"] = float("nan")
    found = replace(busy_day(), hourly_gap=gap, rostered=True)
    staff = board.facts(made(found))[3]
    assert staff.value == "? Not all known"
    assert staff.note == "no shortage is known; the roster is silent in 4 of 4 hours"
    assert board.row(SiteNow("Mercy", made(found), 0.0, 0.5))[5] == "? Not all known"
    assert today.verdict(made(found)).endswith(
        "The need is covered where the roster tells. The roster says nothing of nurse in 1 of 4 "
        "hours and physician."
    )
    assert "where the roster tells" in today.nothing_to_do(found)
    unstaffed = today.nothing_to_do(replace(found, hourly_gap=None))
    assert unstaffed.endswith("staff are not worked out here.")
    told = replace(found, hourly_gap=gap[["nurse"]].iloc[:3])
    assert board.facts(made(told))[3].value == "✓ Covered"
    assert "in every hour of the next 24" in today.verdict(made(told))


def test_every_role_that_is_short_is_named_the_worst_of_them_first(busy_day):
    found, since = busy_day(), busy_day().since
    lacking = tuple(
        Shortage(role, since + start * HOUR, since + (start + 2) * HOUR, heads)
        for role, start, heads in (("physician", 1, 4), ("nurse", 2, 6), ("nurse", 5, 1))
    )
    gap = pd.DataFrame({"nurse": [-6], "physician": [-4]}, index=[since])
    found = replace(found, shortages=lacking, hourly_gap=gap)
    assert today.verdict(made(found)).endswith(
        "Short of 6 nurses 16:00–18:00 and 4 physicians 15:00–17:00 (3 stretches in all). First: "
        "call in 6 nurses."
    )
    staff = board.facts(made(found))[3]
    assert (staff.label, staff.value) == ("Short of staff 16:00–18:00", "▼ 6 nurses")
    assert staff.note.startswith("Also 4 physicians 15:00–17:00 · Call in 6 nurses")
    row = board.row(SiteNow("Mercy", made(found), 21.0, 0.5))
    assert row[5] == "▼ 6 nurses 16:00–18:00 and 4 physicians 15:00–17:00, 21 staff hours in all"


def test_the_state_counts_the_warnings_that_are_open(busy_day):
    assert board.state(made(busy_day())) == ("surge", "⬤ Surge likely · 1 warning open")
    many = board.state(made(short(busy_day(), 1, 1)))
    assert many[1].endswith("2 warnings open")


def test_a_late_feed_raises_the_banner_when_the_clock_moves_on(busy_day):
    answer = busy_day().answer
    until = answer.data_until
    quick = replace(answer, late_after=2 * HOUR)
    assert board.as_of(answer, until + 4 * HOUR / 60) == "Data as of 14:00 (4 min ago)"
    assert board.stale(quick, until + 2 * HOUR) == ""
    late = board.stale(quick, until + 2 * HOUR + HOUR / 60)
    assert late == "▲ The feed is late: the newest arrivals are from 2 hours ago."
    assert board.stale(answer, until + 2 * HOUR + HOUR / 60) == ""
    assert "run out" not in board.stale(answer, until + 71.5 * HOUR)  # its last hour
    assert "run out" in board.stale(answer, until + 72 * HOUR)
    assert "run out" in board.stale(answer, until + 73 * HOUR)
    assert "Tue 3 Mar 14:00" in board.as_of(answer, until + 12 * HOUR)


def test_a_forecast_that_knows_nothing_of_the_last_days_is_called_old_on_the_wall(busy_day):
    answer = busy_day().answer
    begun = answer.forecast.origin
    usual = replace(answer, data_until=begun + 48 * HOUR)
    assert board.stale(usual, begun + 49 * HOUR) == ""
    old = replace(answer, data_until=begun + 49 * HOUR)
    assert board.stale(old, begun + 50 * HOUR) == (
        "▲ The forecast is old: it knows no arrivals of the last 2 days."
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_wall_is_whole_html_in_which_names_stay_words(busy_day, palette):
    found = made(busy_day())
    drawn = charts.wall(
        "St Mary's <Eye> & Ear", "06:58", "as of", "▲ late", board.state(found),
        board.facts(found), palette,
    )  # fmt: skip
    read = Reader(drawn)
    assert read.open == []
    assert "St Mary's <Eye> & Ear" in read.words
    assert "▲ late" in read.words
    assert "site=St+Mary%27s+%3CEye%3E+%26+Ear" in drawn
    calm = charts.wall("A", "06:58", "as of", "", ("normal", "✓"), [], palette)
    assert 'role="alert"' not in calm


def test_the_network_puts_the_largest_gap_first_and_the_unknown_last(busy_day):
    calm, worse = busy_day(), short(busy_day(), 1, 5)
    worst = short(busy_day(), 2, 3)
    ours = Settings(store=None, sites=tuple(Site(name, ZONE) for name in "ABCDE"))
    found = network(
        ours,
        {"A": None, "B": made(calm), "C": made(worse), "D": made(worst), "E": made(calm)},
    )
    assert [site.site for site in found.sites] == ["D", "C", "B", "E", "A"]
    assert [site.short_hours for site in found.sites] == [6.0, 5.0, 0.0, 0.0, 0.0]
    assert found.sites[0].chance == 0.75


def test_a_row_of_the_network_says_state_day_peak_chance_and_gap(busy_day):
    found = made(short(busy_day(), 2, 3))
    cells = board.row(network(Settings(store=None), {"A": found}).sites[0])
    assert len(cells) == len(board.COLUMNS) - 1
    assert cells[0] == "A"
    assert "Surge likely" in cells[1]
    assert cells[2].startswith("270 (216–288). 30 more than usual")
    assert cells[4] == "8 in 10"
    assert cells[5] == "▼ 2 nurses 16:00–19:00, 6 staff hours in all"
    assert board.row(SiteNow("B", None))[1] == "No forecast yet"


def test_each_site_of_the_network_links_to_its_own_day():
    drawn = charts.sites(board.COLUMNS, [("watch", ["A & B", "x", "y"])], "Open Today", LIGHT)
    assert Reader(drawn).open == []
    assert 'href="./?site=A+%26+B"' in drawn
    assert 'aria-label="Open Today, A &amp; B"' in drawn


def test_where_arrivals_are_by_the_day_the_wall_names_the_day(daily_ward):
    found = of_site(daily_ward.settings, SITE, daily_ward.until)
    this, following = board.facts(found)[:2]
    for fact, window in zip((this, following), found.briefing.windows, strict=False):
        assert fact.label == f"{window.name} {times.day(window.start, ZONE)}"
    assert "00:00" not in this.label + following.label
