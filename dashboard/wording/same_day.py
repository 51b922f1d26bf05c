"""What is said of today's staff: whom to call, move or send home, and what it changes."""

import pandas as pd

from dashboard.service.same_day import SameDay, SameDayLine
from dashboard.wording import amounts, times
from data import locale

ASK = "Try changes of today's roster"
ASK_HELP = (
    "Looks for whom to call, move or send home in the next 8 hours, and replays the department "
    "with each change until the last of these shifts ends. It takes some seconds."
)


def headline(found: SameDay) -> str:
    """Whether anything is to be done in the window."""
    until = times.clock_time(found.until, found.time_zone)
    if not found.lines:
        return f"✓ Until {until} the roster fits what is coming: nobody to call, move or send home."
    changes = locale.counted(len(found.lines), "change")
    return f"▼ {changes} to today's roster until {until}:"


def line(change: SameDayLine, zone: str) -> str:
    """One change in a sentence, with its effect and cost."""
    start, end = (times.clock_time(moment, zone) for moment in (change.when, change.until))
    if change.action == "call":
        act = f"Call one {change.role} for {start}–{end}"
    elif change.action == "send home":
        act = f"Let one {change.role} of shift {change.code} go at {start} instead of {end}"
    else:
        assert change.moved_from is not None
        old = times.clock_time(change.moved_from, zone)
        act = f"Let one {change.role} of shift {change.code} begin at {start} instead of {old}"
    return f"{act}: {', '.join([effect(change, zone), *cost(change)])}."


def effect(change: SameDayLine, zone: str) -> str:
    """What a change does to the wait; to the work that waits where there is no line."""
    if change.effect is None:
        more = "fewer" if change.short_hours >= 0 else "more"
        return f"{locale.number(abs(change.short_hours), 1)} staff hours {more} in which work waits"
    until = times.clock_time(change.counted_until, zone)
    value, error = change.effect.value, change.effect.error
    if abs(value) < 0.05:
        return f"the expected wait of those who come until {until} stays as it is"
    word = "shorter" if value < 0 else "longer"
    return (
        f"expected wait {locale.number(abs(value), 1)} minutes {word} "
        f"(± {locale.number(error, 1)}) for those who come until {until}"
    )


def cost(change: SameDayLine) -> list[str]:
    """Hours and money, where they change, for all of the time that it is about."""
    said = []
    if change.hours:
        said.append(
            f"{locale.counted(abs(change.hours), 'paid hour')} "
            f"{'more' if change.hours > 0 else 'fewer'}"
        )
    if change.cost:
        said.append(
            f"{locale.number(abs(change.cost))} {'more' if change.cost > 0 else 'less'} to pay"
        )
    return said


def waits(found: SameDay) -> list[str]:
    """Expected wait of those who come, as rostered and after all changes, for the same hours."""
    said = []
    for one in found.waits:
        text = f"Whoever comes until {times.clock_time(one.until, found.time_zone)} is expected to "
        text += f"wait {locale.counted(round(one.before.value), 'minute')} for a {one.role}"
        if any(change.role == one.role for change in found.lines):
            text += f", after these changes {amounts.number(one.after.value)}"
        said.append(f"{text}.")
    return said


def table(found: SameDay) -> pd.DataFrame:
    """The lines as a table for the eye, a row each."""
    zone = found.time_zone
    return pd.DataFrame(
        {
            "What": [change.action.capitalize() for change in found.lines],
            "Role": [change.role.capitalize() for change in found.lines],
            "Shift": [change.code for change in found.lines],
            "From": [times.clock_time(change.when, zone) for change in found.lines],
            "Until": [times.clock_time(change.until, zone) for change in found.lines],
            "Effect": [amounts.sentence(effect(change, zone)) for change in found.lines],
            "Cost": [", ".join(cost(change)) or "none" for change in found.lines],
        }
    )
