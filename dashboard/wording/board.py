"""What the wallboard and the network page say."""

from dataclasses import dataclass

import pandas as pd

from dashboard.service.briefing import end
from dashboard.service.network import SiteNow
from dashboard.service.question import Answer
from dashboard.service.situation import Situation
from dashboard.service.windows import Window
from dashboard.theme import Status
from dashboard.wording import alerts, amounts, notices, times, today
from data import locale
from staffing.role import in_words

COLUMNS = ["Hospital", "State", "Next 24 hours", "Peak", "Chance of a surge", "Short of staff", ""]
OPEN = "Open Today"
NO_FORECAST = "No forecast yet"
NETWORK_HELP = (
    "Sorted by the staff hours that the next 24 hours lack, then by the chance of a surge in this "
    "or the next shift."
)
LEAVE = "Leave the wallboard"
COVERED, NOT_TOLD = "✓ Covered", "? Not all known"
# A forecast is made each night; one that lags so far behind what was loaded was forgotten.
UNKNOWN_TO_FORECAST = pd.Timedelta(days=2)
NO_SITES = "No hospital has arrivals yet."


@dataclass(frozen=True)
class Fact:
    """A thing to read from across the room: what, its value, and a line below it."""

    label: str
    value: str
    note: str


def facts(found: Situation) -> list[Fact]:
    """What the wall shows: this shift, the next, the peak, staff; the state stands above them."""
    briefing = found.briefing
    zone = briefing.answer.forecast.time_zone
    shifts = [window for window in briefing.windows if window.is_shift][:2]
    shown = [_window(window, zone, found.warn_from) for window in shifts]
    if briefing.peak is not None:
        start, expected = briefing.peak
        span = times.span(start, start + pd.Timedelta(hours=1), zone)
        day = "" if _same_day(start, briefing.now, zone) else f"{times.weekday(start, zone)}, "
        note = f"{day}{amounts.about(expected)} in that hour"
        shown.append(Fact("Peak", span, note))
    if briefing.hourly_gap is not None:
        shown.append(_staff(found, zone))
    return shown


def _window(window: Window, zone: str, warn_from: float) -> Fact:
    label = f"{window.name} {times.when(window.start, window.stop, zone)}"
    against = today.card_usual(window, zone)
    likely = f"likely {amounts.likely(window.low, window.high)}"
    more = against
    if alerts.status(window, warn_from) != "normal":
        more = f"▲ {amounts.sentence(today.card_surge(window))}"
    return Fact(label, f"{amounts.patients(window.expected)}", f"{likely} · {more}")


def _staff(found: Situation, zone: str) -> Fact:
    briefing, gap = found.briefing, found.briefing.hourly_gap
    if not briefing.shortages:
        if gap is None or not briefing.silent:
            return Fact("Staff", COVERED, "in every hour of the next 24")
        silent = f"the roster is silent in {briefing.silent_hours} of {len(gap)} hours"
        return Fact("Staff", NOT_TOLD, f"no shortage is known; {silent}")
    worst, *others = briefing.worst
    span = times.span(worst.start, worst.stop, zone)
    todo = amounts.sentence(alerts.move(worst, zone))
    if others:
        todo = f"Also {in_words([today.short_of(one, zone) for one in others])} · {todo}"
    return Fact(f"Short of staff {span}", f"▼ {amounts.heads(worst.heads, worst.role)}", todo)


def _same_day(one: pd.Timestamp, other: pd.Timestamp, zone: str) -> bool:
    return times.day(one, zone) == times.day(other, zone)


def state(found: Situation) -> tuple[Status, str]:
    """The state and its word, with how many warnings wait for a decision."""
    status = today.worst(found)
    doubt = today.doubt(found.briefing)
    word = f"▲ {doubt}" if doubt and status != "surge" else alerts.badge(status)
    waiting = len(found.open)
    if waiting:
        word += " · 1 warning open" if waiting == 1 else f" · {waiting} warnings open"
    return status, word


def as_of(answer: Answer, now: pd.Timestamp) -> str:
    """Of when the data is: Data as of 07:02 (4 min ago)."""
    zone, until = answer.forecast.time_zone, answer.data_until
    when = times.clock_time(until, zone)
    if not _same_day(until, now, zone):
        when = times.moment(until, zone, year=now - until > pd.Timedelta(days=300))
    return f"Data as of {when} ({times.age(now - until)})"


def clock(now: pd.Timestamp, zone: str) -> str:
    """The wall's own clock."""
    return times.moment(now, zone)


def stale(answer: Answer, now: pd.Timestamp) -> str:
    """The banner of a late feed, or a forecast that has run out or is old; empty if all is well."""
    if end(answer) <= now:
        return "▲ The forecast has run out: these figures are old."
    if notices.is_stale(answer, now):
        age = times.age(now - answer.data_until)
        return f"▲ The feed is late: the newest arrivals are from {age}."
    behind = answer.data_until - answer.forecast.origin
    if behind > UNKNOWN_TO_FORECAST:
        return f"▲ The forecast is old: it knows no arrivals of the last {behind.days} days."
    return ""


def row(site: SiteNow) -> list[str]:
    """The cells of a site on the network page, as COLUMNS names them, without the link."""
    found = site.situation
    if found is None:
        return [site.site, NO_FORECAST, "–", "–", "–", "–"]
    briefing, answer = found.briefing, found.briefing.answer
    zone = answer.forecast.time_zone
    whole = today.whole(briefing)
    peak = "–"
    if briefing.peak is not None:
        start, expected = briefing.peak
        peak = f"{times.clock_time(start, zone)}, about {amounts.number(expected)}"
    usual = today.card_usual(whole, zone)
    day = f"{amounts.number(whole.expected)} ({amounts.likely(whole.low, whole.high)}). {usual}"
    chance = "not known" if site.chance is None else amounts.sentence(amounts.chance(site.chance))
    late = stale(answer, briefing.now)
    return [
        site.site,
        state(found)[1] + (f". {late}" if late else ""),
        day,
        peak,
        chance,
        _short(found, site.short_hours, zone),
    ]


def _short(found: Situation, hours: float, zone: str) -> str:
    if found.briefing.hourly_gap is None:
        return "no plan"
    if not found.briefing.shortages:
        return NOT_TOLD if found.briefing.silent else COVERED
    said = in_words([today.short_of(one, zone) for one in found.briefing.worst])
    return f"▼ {said}, {locale.counted(hours, 'staff hour')} in all"
