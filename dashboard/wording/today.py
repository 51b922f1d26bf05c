"""What the page Today says."""

import pandas as pd

from dashboard.service.alerts import override_of
from dashboard.service.briefing import Briefing, Shortage
from dashboard.service.huddles import SinceHuddle
from dashboard.service.situation import Situation
from dashboard.service.windows import Window
from dashboard.theme import SIGNS, Status
from dashboard.wording import alerts, amounts, notices, times
from dashboard.wording.markdown import plain
from data import locale
from forecasting.drivers import day_sentence
from staffing.role import in_words

SMALLEST_CHANGE, SAME = 0.5, "no change"

LONGEST_DAY = pd.Timedelta(hours=25)
AHEAD = {"24": "24 hours", "48": "48 hours"}
HOW_FAR = "Ahead"
WHAT_TO_DO = "What to do"
ARRIVALS = "Arrivals"
STAFF = "Staff against need, next 24 hours"
DECISIONS = "Decision log"
STAFF_BY_HOUR = "Staff against need by hour"
NOT_TOLD = "the roster does not tell"
SIDEWAYS = "Scroll the table sideways for later hours →"


def worst(found: Situation) -> Status:
    """The most serious status of the windows; a shortage or a doubt is at least a watch."""
    briefing, warn_from = found.briefing, found.warn_from
    states = {alerts.status(window, warn_from) for window in briefing.windows}
    if "surge" in states:
        return "surge"
    return "watch" if "watch" in states or briefing.shortages or doubt(briefing) else "normal"


def doubt(briefing: Briefing) -> str:
    """Why nothing may be called normal; empty where it may."""
    if briefing.outdated or notices.is_stale(briefing.answer, briefing.now):
        return "Not up to date"
    if all(window.surge_chance is None for window in briefing.windows):
        return "Too little history to call anything normal"
    return ""


def verdict(found: Situation) -> str:
    """Is today normal, when is the peak, where am I short, what to do: as one paragraph."""
    briefing = found.briefing
    said = (_surge(found), _day(briefing), _peak(briefing), _short(briefing))
    state, why_not = worst(found), doubt(briefing)
    head = f"{SIGNS[state]} {why_not}" if why_not and state != "surge" else alerts.badge(state)
    return f"**{head}.** " + " ".join(part for part in said if part)


def whole(briefing: Briefing) -> Window:
    """The window of the next 24 hours, or of this day for a forecast by the day."""
    return briefing.windows[-1 if briefing.answer.forecast.step == "hour" else 0]


def _surge(found: Situation) -> str:
    """The window most likely to become a surge, unless it is the day, which is told anyway."""
    briefing, warn_from = found.briefing, found.warn_from
    warned = [w for w in briefing.windows if alerts.status(w, warn_from) != "normal"]
    warned = [window for window in warned if window is not whole(briefing)]
    if not warned:
        return ""
    window = max(warned, key=lambda each: (each.is_shift, each.surge_chance or 0.0))
    zone = briefing.answer.forecast.time_zone
    said = (
        f"{window.name} ({times.when(window.start, window.stop, zone)}) brings about "
        f"**{amounts.patients(window.expected)}**"
    )
    return f"{said}, {_against(window, zone)}." if window.usual is not None else f"{said}."


def _against(window: Window, time_zone: str) -> str:
    week = window.stop - window.start > LONGEST_DAY
    of = "these days of the week" if week else f"a {times.weekday(window.start, time_zone)}"
    return amounts.against(window.expected, window.usual or 0.0, of)


def _day(briefing: Briefing) -> str:
    zone = briefing.answer.forecast.time_zone
    window = whole(briefing)
    step = briefing.answer.forecast.step
    length = "on this day" if step == "day" else "in the next 24 hours"
    said = (
        f"**{amounts.patients(window.expected)}** expected {length} "
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
    return f"The peak is {when} with {amounts.about(expected)}."


def _short(briefing: Briefing) -> str:
    if briefing.hourly_gap is None:
        return ""
    if not briefing.shortages:
        if not briefing.rostered:
            return "The planned shifts cover the need in every hour."
        if not briefing.silent:
            return "The roster covers the need in every hour of the next 24."
        return f"The need is covered where the roster tells. {_silent(briefing)}"
    zone = briefing.answer.forecast.time_zone
    worst, stretches = briefing.worst, len(briefing.shortages)
    said = in_words([short_of(one, zone) for one in worst])
    if stretches > len(worst):
        said += f" ({stretches} stretches in all)"
    todo = alerts.move(worst[0], zone)
    said = f"Short of {said}: {todo}." if stretches == 1 else f"Short of {said}. First: {todo}."
    return f"{said} {_silent(briefing)}".rstrip()


def short_of(short: Shortage, time_zone: str) -> str:
    """How many of a role are short, and when."""
    return (
        f"{amounts.heads(short.heads, short.role)} {times.span(short.start, short.stop, time_zone)}"
    )


def _silent(briefing: Briefing) -> str:
    """Where the roster does not tell; empty where it tells of every role and hour."""
    if briefing.hourly_gap is None or not briefing.silent:
        return ""
    hours = len(briefing.hourly_gap)
    told = [
        role if silent == hours else f"{role} in {silent} of {locale.counted(hours, 'hour')}"
        for role, silent in briefing.silent.items()
    ]
    return f"The roster says nothing of {in_words(told)}."


def hours(window: Window, time_zone: str) -> str:
    """From when to when a window is."""
    start, stop = window.start, window.stop
    if stop - start >= pd.Timedelta(hours=23) and not times.whole_days(start, stop, time_zone):
        return f"from {times.moment(start, time_zone)}"
    return times.when(start, stop, time_zone)


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


def card_change(window: Window, huddle: SinceHuddle | None, time_zone: str) -> str:
    """A card against what had been said at the last huddle; empty where nothing had been."""
    if huddle is None or window.name not in huddle.changes:
        return ""
    since, moved = times.clock_time(huddle.at, time_zone), change(window, huddle)
    return f"As at the {since} huddle" if moved == SAME else f"{moved} since the {since} huddle"


def change(window: Window, huddle: SinceHuddle | None) -> str:
    """Patients more or fewer since the huddle; empty where it is not known."""
    if huddle is None or window.name not in huddle.changes:
        return ""
    moved = huddle.changes[window.name]
    if abs(moved) < SMALLEST_CHANGE:
        return SAME
    return amounts.signed(moved)


def card_override(window: Window, found: Situation, time_zone: str) -> str:
    """The number that somebody set for this shift; empty where nobody did."""
    own = override_of(found.briefing, window, found.decided)
    return "" if own is None else f"**{plain(alerts.decided(own, time_zone))}**"


def drivers(found: Situation) -> str:
    """Why today and tomorrow are as they are; empty where the model cannot tell."""
    parts, zone = found.briefing.answer.parts, found.briefing.answer.forecast.time_zone
    if parts is None:
        return ""
    first = found.briefing.since.tz_convert(zone).date()
    told = [day for day in parts.days if day >= first][:2]
    return "\n\n".join(day_sentence(parts, day) for day in told)


DRIVERS_HELP = (
    "Usual in these sentences: an ordinary week at about the last year's level. On the cards and "
    "in the chart it is the last 8 weeks."
)


def card_text(window: Window, found: Situation) -> str:
    """Small print of a card: its hours, against usual, chance of a surge, what changed since."""
    zone = found.briefing.answer.forecast.time_zone
    lines = (
        amounts.sentence(hours(window, zone)),
        card_usual(window, zone),
        card_surge(window),
        card_change(window, found.huddle, zone),
        card_override(window, found, zone),
    )
    return "  \n".join(line for line in lines if line)


CARD_HELP = (
    "Expected: the average of all possible futures, arrivals so far in these hours included. "
    "Likely: 8 in 10 of them. Usual: the same hours of the same weekday over the last 8 weeks. "
    "More than …: nine of ten such weekdays of the last half year stayed at or below that number, "
    "or the limit that the hospital set. Since the huddle: against what had been expected by then."
)
GAP_HELP = (
    "Each hour shows its worst moment: ▼ heads short, ▲ heads to spare, ✓ exactly what is needed"
)


def nothing_to_do(briefing: Briefing) -> str:
    """In place of warnings."""
    if briefing.outdated:
        return "▲ Nothing can be warned of: the forecast does not reach the present."
    if briefing.hourly_gap is None:
        return "✓ No surge is warned of in the next 24 hours; staff are not worked out here."
    if briefing.silent:
        return "✓ No surge in the next 24 hours is warned of, no shortage where the roster tells."
    return "✓ No surge and no shortage is warned of in the next 24 hours."


def gap_help(briefing: Briefing) -> str:
    """Below the strip of gaps: its signs, and whom it counts as on duty."""
    if not briefing.rostered:
        return (
            f"{GAP_HELP}. On duty are the planned shifts: no roster was imported, no plan locked."
        )
    return f"{GAP_HELP}, ? where {NOT_TOLD}. On duty are those of today's roster or locked plan."


def fan_alt(found: Situation, hours: int = 48) -> str:
    """Description of the fan chart: range, direction and peak."""
    briefing = found.briefing
    forecast = briefing.answer.forecast
    zone, unit = forecast.time_zone, forecast.step
    ahead = forecast.mean[forecast.index >= briefing.since]
    ahead = ahead.iloc[: hours if unit == "hour" else 28]
    if ahead.empty:
        return f"Patients arriving by the {unit}, so far."
    at = pd.Timestamp(ahead.index[int(ahead.to_numpy().argmax())])
    half = max(len(ahead) // 2, 1)
    first, later = ahead.iloc[:half].mean(), ahead.iloc[half:].mean()
    direction = "about level"
    if abs(later - first) > 0.05 * first:
        direction = "rising" if later > first else "falling"
    when = times.day(at, zone) if unit == "day" else times.moment(at, zone)
    return (
        f"Patients arriving by the {unit}: so far, expected with ranges, and usual. Expected are "
        f"{amounts.likely(ahead.min(), ahead.max())} per {unit}, {direction} from the first half "
        f"to the second; the peak is {when} with about {amounts.number(ahead.max())}."
    )
