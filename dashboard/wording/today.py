"""What the page Today says."""

import pandas as pd

from dashboard.service.briefing import Briefing, Shortage, Window
from dashboard.theme import SIGNS, Status
from dashboard.wording import amounts, notices, times

WATCH, SURGE = 0.25, 0.5
LONGEST_DAY = pd.Timedelta(hours=25)
WORDS: dict[Status, str] = {"normal": "Normal", "watch": "Watch", "surge": "Surge likely"}


def status(window: Window) -> Status:
    """Surge from an even chance on, watch from 1 in 4; normal where nothing can be said."""
    chance = window.surge_chance or 0.0
    return "surge" if chance >= SURGE else "watch" if chance >= WATCH else "normal"


def worst(briefing: Briefing) -> Status:
    """The most serious status of the windows; a shortage or a doubt is at least a watch."""
    found = {status(window) for window in briefing.windows}
    if "surge" in found:
        return "surge"
    return "watch" if "watch" in found or briefing.shortages or _doubt(briefing) else "normal"


def _doubt(briefing: Briefing) -> str:
    """Why nothing may be called normal; empty where it may."""
    if briefing.outdated or notices.is_stale(briefing.answer, briefing.now):
        return "Not up to date"
    if all(window.surge_chance is None for window in briefing.windows):
        return "Too little history to call anything normal"
    return ""


def badge(state: Status) -> str:
    """Sign and word of a status."""
    return f"{SIGNS[state]} {WORDS[state]}"


def verdict(briefing: Briefing) -> str:
    """Is today normal, when is the peak, where am I short, what to do: as one paragraph."""
    said = (_surge(briefing), _day(briefing), _peak(briefing), _short(briefing))
    state, doubt = worst(briefing), _doubt(briefing)
    head = f"{SIGNS[state]} {doubt}" if doubt and state != "surge" else badge(state)
    return f"**{head}.** " + " ".join(part for part in said if part)


def _whole(briefing: Briefing) -> Window:
    """The window of the next 24 hours, or of this day for a forecast by the day."""
    return briefing.windows[-1 if briefing.answer.forecast.step == "hour" else 0]


def _surge(briefing: Briefing) -> str:
    """The window most likely to become a surge, unless it is the day, which is told anyway."""
    window = max(briefing.windows, key=lambda each: each.surge_chance or 0.0)
    if status(window) == "normal" or window is _whole(briefing):
        return ""
    zone = briefing.answer.forecast.time_zone
    said = (
        f"{window.name} ({times.span(window.start, window.stop, zone)}) brings about "
        f"**{amounts.number(window.expected)} patients**"
    )
    return f"{said}, {_against(window, zone)}." if window.usual is not None else f"{said}."


def _against(window: Window, time_zone: str) -> str:
    week = window.stop - window.start > LONGEST_DAY
    of = "these days of the week" if week else f"a {times.weekday(window.start, time_zone)}"
    return amounts.against(window.expected, window.usual or 0.0, of)


def _day(briefing: Briefing) -> str:
    zone = briefing.answer.forecast.time_zone
    window = _whole(briefing)
    step = briefing.answer.forecast.step
    length = "on this day" if step == "day" else "in the next 24 hours"
    said = (
        f"**{amounts.number(window.expected)} patients** expected {length} "
        f"(likely {amounts.likely(window.low, window.high)})"
    )
    if window.usual is None:
        return f"{said}."
    return f"{said}, {_against(window, zone)}."


def _peak(briefing: Briefing) -> str:
    if briefing.peak is None:
        return ""
    start, expected = briefing.peak
    zone = briefing.answer.forecast.time_zone
    span = times.span(start, start + pd.Timedelta(hours=1), zone)
    later = times.day(start, zone) != times.day(briefing.since, zone)
    when = f"{times.weekday(start, zone)} {span}" if later else span
    return f"The peak is {when} with about {amounts.number(expected)} patients."


def _short(briefing: Briefing) -> str:
    if briefing.answer.plan is None or briefing.hourly_gap is None:
        return ""
    if not briefing.shortages:
        return "The planned shifts cover the need in every hour."
    first, *rest = briefing.shortages
    zone = briefing.answer.forecast.time_zone
    more = f" (and {len(rest)} more below)" if rest else ""
    return (
        f"Short of {amounts.heads(first.heads, first.role)} "
        f"{times.span(first.start, first.stop, zone)}{more}: {action(first, zone)}"
    )


def shortage(short: Shortage, time_zone: str) -> str:
    """A shortage and the action beside it."""
    return (
        f"▼ **{amounts.heads(short.heads, short.role)} short**, "
        f"{times.day(short.start, time_zone)} {times.span(short.start, short.stop, time_zone)}: "
        f"{action(short, time_zone)}"
    )


def action(short: Shortage, time_zone: str) -> str:
    """What to do about a shortage."""
    if short.spare_start is None or short.spare_stop is None:
        return f"call in {amounts.heads(short.heads, short.role)} or extend a shift."
    moved = min(short.heads, short.spare_heads)
    spare = times.span(short.spare_start, short.spare_stop, time_zone)
    said = f"move {amounts.heads(moved, short.role)} from {spare} ({short.spare_heads} to spare)"
    left = short.heads - moved
    return f"{said}, call in {left} more." if left else f"{said}, or call one in."


def surge_action(window: Window, time_zone: str) -> str:
    """What to do about a window that may become a surge."""
    span = times.span(window.start, window.stop, time_zone)
    above, chance = window.surge_above or 0, window.surge_chance or 0.0
    return (
        f"{badge(status(window))}, {window.name.lower()} ({span}): more than "
        f"{amounts.number(above)} patients has a chance of {amounts.chance(chance)}. "
        "Tell the bed manager, and have one more of each role ready to come in."
    )


def card_hours(window: Window, time_zone: str) -> str:
    """From when to when a card speaks."""
    length = window.stop - window.start
    if length > LONGEST_DAY:
        last = window.stop - pd.Timedelta(hours=1)
        return f"{times.day(window.start, time_zone)} – {times.day(last, time_zone)}"
    if length >= pd.Timedelta(hours=23):
        return f"From {times.moment(window.start, time_zone)}"
    return times.span(window.start, window.stop, time_zone)


def card_range(window: Window) -> str:
    """Likely range of a card."""
    return f"likely {amounts.likely(window.low, window.high)}"


def card_usual(window: Window, time_zone: str) -> str:
    """A card against what is usual."""
    if window.usual is None:
        return "Too little history to say what is usual."
    return amounts.sentence(_against(window, time_zone))


def card_surge(window: Window) -> str:
    """Chance of a surge, in words."""
    if window.surge_chance is None or window.surge_above is None:
        return ""
    return f"More than {amounts.number(window.surge_above)}: {amounts.chance(window.surge_chance)}"


def actions(briefing: Briefing) -> list[str]:
    """A line for each likely surge and each shortage of the next 24 hours, with what to do."""
    zone = briefing.answer.forecast.time_zone
    surges = [surge_action(w, zone) for w in briefing.windows if status(w) != "normal"]
    return surges + [shortage(short, zone) for short in briefing.shortages]


def card_text(window: Window, time_zone: str) -> str:
    """Small print of a card: its hours, against usual, chance of a surge."""
    lines = (card_hours(window, time_zone), card_usual(window, time_zone), card_surge(window))
    return "  \n".join(line for line in lines if line)


CARD_HELP = (
    "Expected: the average of all possible futures, arrivals so far in these hours included. "
    "Likely: 8 in 10 of them. Usual: the same hours of the same weekday over the last 8 weeks. "
    "More than …: nine of ten such weekdays of the last half year stayed at or below that number."
)
GAP_HELP = (
    "Each hour shows its worst moment: ▼ heads short, ▲ heads to spare, ✓ exactly what is needed."
)


def fan_alt(briefing: Briefing) -> str:
    """Description of the fan chart."""
    forecast = briefing.answer.forecast
    unit = forecast.step
    peak = ""
    if briefing.peak is not None:
        start, expected = briefing.peak
        clock = times.moment(start, forecast.time_zone)
        peak = f" The busiest hour of the first 24 starts {clock}, about {expected:.0f} patients."
    return f"Patients arriving by the {unit}: so far, expected with likely range, and usual.{peak}"
