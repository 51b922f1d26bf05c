"""What the huddle sheet says beyond the page Today."""

import textwrap

from dashboard.service.briefing import Briefing
from dashboard.service.question import Answer
from dashboard.service.situation import Situation
from dashboard.wording import amounts, times, today

LONGEST = 140
WINDOWS = "What is coming"
WHY = "Why"
FROM = "From"
OPEN = "Who, when: ______________"
NOTES = "Notes"
LEGEND = "● arrived   ▬ expected, shaded: likely range (8 in 10)   ┅ usual   dotted line: now"
HOW_TO_READ = (
    "Likely: 8 in 10 possible futures lie there. Usual: the same hours of the same weekday over "
    "the last 8 weeks; under “Why” an ordinary week at about the last year's level. Counts "
    "only, no patient data."
)
LABEL = "Huddle sheet (one page to print)"


def title(found: Situation) -> str:
    """Title of the sheet's window and of the printed file."""
    return f"Huddle {found.briefing.answer.question.site} {when(found)}"


def when(found: Situation) -> str:
    """The moment that the sheet is of."""
    zone = found.briefing.answer.forecast.time_zone
    return f"Huddle sheet, {times.moment(found.briefing.now, zone, year=True)}"


def source(answer: Answer) -> str:
    """What it rests on."""
    zone = answer.forecast.time_zone
    return (
        f"Data until {times.moment(answer.data_until, zone, year=True)}, forecast made "
        f"{times.moment(answer.made_at, zone)} by model “{answer.forecast.model}”; "
        f"local time, {zone}"
    )


def arrivals(briefing: Briefing) -> str:
    """Heading of the drawing."""
    step = briefing.answer.forecast.step
    return f"Arrivals, patients per {step}"


def columns(found: Situation) -> list[str]:
    """Heads of the table of windows."""
    zone = found.briefing.answer.forecast.time_zone
    since = (
        "" if found.huddle is None else f"Since {times.clock_time(found.huddle.at, zone)} huddle"
    )
    return ["", "When", "Expected", "Likely", "Usual", "Chance of more than", since]


def windows(found: Situation) -> list[list[str]]:
    """Window, hours, expected, likely range, usual, chance of a surge, change since the huddle."""
    zone = found.briefing.answer.forecast.time_zone
    rows = []
    for window in found.briefing.windows:
        more = amounts.against(window.expected, window.usual or 0.0, "").split(" than")[0]
        usual = "" if window.usual is None else f"{amounts.number(window.usual)}, {_less(more)}"
        chance = ""
        if window.surge_chance is not None and window.surge_above is not None:
            above = amounts.number(window.surge_above)
            chance = f"{above}: {amounts.chance(window.surge_chance)}"
        rows.append(
            [
                window.name,
                today.hours(window, zone),
                amounts.number(window.expected),
                amounts.likely(window.low, window.high),
                usual or "not known",
                chance or "not known",
                today.change(window, found.huddle),
            ]
        )
    return rows


def _less(more: str) -> str:
    return "about the same" if more.startswith("about") else more


def overrides(found: Situation) -> list[str]:
    """What people set instead of the forecast, a line per shift."""
    zone = found.briefing.answer.forecast.time_zone
    said = [(w.name, today.card_override(w, found, zone)) for w in found.briefing.windows]
    return [f"{name}: {shorten(own, LONGEST)}" for name, own in said if own]


def shorten(text: str, longest: int) -> str:
    """The words that there is room for; **bold** ones stay closed."""
    cut = textwrap.shorten(text, longest, placeholder=" …")
    return cut + "**" if cut.count("**") % 2 else cut


def more(count: int) -> str:
    """How many warnings did not fit."""
    return f"and {count} more {'warning' if count == 1 else 'warnings'} on the page Today."
