"""What is said of warnings, of what was decided on them, and of how often they are right."""

import shlex
from collections.abc import Sequence

import pandas as pd

from dashboard.service.alerts import EVEN, Alert
from dashboard.service.briefing import Shortage
from dashboard.service.decisions import Decision
from dashboard.service.windows import Window
from dashboard.settings_alerts import AlertSettings
from dashboard.theme import SIGNS, Status
from dashboard.wording import amounts, times
from data import locale
from forecasting.surge import AlertRule
from forecasting.value_added import ValueAdded

WORDS: dict[Status, str] = {"normal": "Normal", "watch": "Watch", "surge": "Surge likely"}
SNOOZES = {"1": "1 hour", "2": "2 hours", "4": "4 hours", "8": "8 hours"}
DONE = {
    "acknowledge": "Acknowledged",
    "snooze": "Snoozed",
    "act": "Acted on",
    "override": "Overridden",
}
LABELS = {
    "acknowledge": "Acknowledge",
    "act": "Act",
    "snooze": "Snooze",
    "override": "Override",
    "who": "Your name",
    "who_help": "It is kept with what you decide.",
    "what": "What is done",
    "more": "More on it (optional)",
    "until": "Remind me in",
    "reason": "Why",
    "keep": "Keep",
    "shift": "Shift",
    "patients": "Patients you expect",
    "heads": "Heads you see short",
    "kept": "Kept in the decision log.",
}
OVERRIDE = "Know something that the forecast does not?"
OVERRIDE_HELP = (
    "Set your own number for a shift, with the reason. The forecast stays as it is; both are kept, "
    "and later compared with what came."
)
NO_DECISIONS = "Nothing was decided yet."
LOG = "Decisions, newest first"


def status(window: Window, warn_from: float) -> Status:
    """Surge from an even chance on, watch where it is warned of with less; else normal.

    warn_from: chance of a surge from which on the site warns of a shift.
    """
    chance = window.surge_chance or 0.0
    if window.is_shift and chance >= warn_from:
        return "surge" if chance >= EVEN else "watch"
    return "watch" if chance >= EVEN else "normal"


def badge(state: Status) -> str:
    """Sign and word of a status."""
    return f"{SIGNS[state]} {WORDS[state]}"


def headline(alert: Alert, time_zone: str) -> str:
    """What is warned of, when, by how much."""
    about = alert.about
    if isinstance(about, Shortage):
        return (
            f"▼ **{amounts.heads(about.heads, about.role)} short**, "
            f"{times.day_and_span(about.start, about.stop, time_zone)}"
        )
    span = times.when(about.start, about.stop, time_zone)
    above, chance = about.surge_above or 0, about.surge_chance or 0.0
    return (
        f"{badge('surge' if chance >= EVEN else 'watch')}: **{about.name.lower()}** ({span}) may "
        f"bring more than {amounts.patients(above)}: chance {amounts.chance(chance)}"
    )


def more(count: int) -> str:
    """How many warnings are folded away."""
    return "1 more warning" if count == 1 else f"{count} more warnings"


def shift(window: Window, time_zone: str) -> str:
    """A shift to choose, with what the forecast expects of it."""
    span = times.when(window.start, window.stop, time_zone)
    return f"{window.name} ({span}): {amounts.number(window.expected)} expected"


def todo(alert: Alert, time_zone: str, book: AlertSettings) -> list[str]:
    """What can be done about it, most useful first."""
    if isinstance(alert.about, Shortage):
        return [amounts.sentence(move(alert.about, time_zone)), *book.short]
    return list(book.surge)


def move(short: Shortage, time_zone: str) -> str:
    """What to do about a shortage with the people that there are."""
    if short.spare_start is None or short.spare_stop is None:
        return f"call in {amounts.heads(short.heads, short.role)}"
    moved = short.moved
    spare = times.span(short.spare_start, short.spare_stop, time_zone)
    said = f"move {amounts.heads(moved, short.role)} from {spare} ({short.spare_heads} to spare"
    if short.filled_hours < short.hours:
        filled, hours = locale.short(short.filled_hours), locale.short(short.hours)
        return f"{said}; covers {filled} of {hours} h), call {short.heads} in for the rest"
    left = short.heads - moved
    if left:
        return f"{said}), call in {left} more"
    return f"{said}), or call {'one' if moved == 1 else moved} in"


def state(alert: Alert, time_zone: str) -> str:
    """What was decided on it, and why it is to be decided again; empty where nobody did yet."""
    if alert.decision is None:
        return ""
    if alert.grown:
        then = alert.decision.subject
        was = (
            f"{amounts.heads(then.heads or 0, then.role)} short"
            if then.kind == "short"
            else f"chance {amounts.chance(then.chance or 0.0)}"
        )
        return (
            f"It has grown since ({was} then): decide again. {decided(alert.decision, time_zone)}"
        )
    if alert.state == "open" and alert.decision.until is not None:
        return f"The snooze of {alert.decision.who} is over: decide again."
    return decided(alert.decision, time_zone)


def decided(one: Decision, time_zone: str) -> str:
    """A decision in a line: what, by whom, when, why."""
    what = DONE[one.action]
    if one.until is not None:
        what += f" until {times.clock_time(one.until, time_zone)}"
    if one.number is not None:
        unit = "short" if one.subject.kind == "short" else "patients"
        what += f" to {amounts.number(one.number)} {unit}"
    why = f": {one.reason}" if one.reason else ""
    return f"{what} by {one.who}, {times.moment(one.decided_at, time_zone)}{why}"


def rule(found: AlertRule | None, time_zone: str, config: str = "", site: str | None = None) -> str:
    """How often warnings are right.

    config: what a command needs to find the settings, or "". site: which hospital's rule a command
    is to learn; where the store holds several, it asks for one.
    """
    if found is None:
        named = f" --site {shlex.quote(site)}" if site else ""
        return (
            "Surges are warned of from a chance of 5 in 10 on. How many false alarms that brings "
            f"is not known yet: `edinflow alerts --learn{named}{config}` works it out once there "
            "are 4 months of arrivals."
        )
    weeks = f"the {amounts.number(found.weeks)} weeks to {times.day(found.until, time_zone)}"
    basis = f"the forecasts of {weeks}"
    if found.backcast:
        basis = f"the model, asked afterwards about {weeks},"
    caught = (
        f"would have caught {found.caught} of {locale.counted(found.surges, 'surge')}"
        if found.surges
        else "would have met no surge"
    )
    said = (
        f"Surges are warned of from a chance of {amounts.level(found.chance)} on. At this "
        f"threshold {basis} {caught}, with {locale.number(found.false_alarms_a_week, 1)} false "
        "alarms a week"
    )
    if found.within_budget:
        return f"{said} (at most {locale.short(found.budget)} are wanted)."
    return (
        f"{said}: more than the {locale.short(found.budget)} that are wanted, whatever the "
        "threshold."
    )


def value(found: ValueAdded | None) -> str:
    """Whether overriding the forecast helped."""
    if found is None:
        return "No shift with an override is over yet: whether overriding helps is not known."
    shifts = "1 overridden shift" if found.shifts == 1 else f"{found.shifts} overridden shifts"
    said = (
        f"Over {shifts} the forecast was off by {locale.number(found.forecast_error, 1)} "
        "patients, the override "
        f"by {locale.number(found.override_error, 1)}; the override was nearer in {found.closer}, "
        "further off "
        f"in {found.further}."
    )
    if found.verdict == "too few to tell":
        return f"{said} Too few to tell whether overriding helps."
    verdict = {
        "helped": "Overriding helped",
        "harmed": "Overriding made it worse",
        "no clear difference": "No clear difference",
    }[found.verdict]
    low, gain, high = (amounts.signed(one, 1) for one in (found.low, found.gain, found.high))
    return f"{said} {verdict}: gain {gain} patients a shift (19 in 20 sure: {low} to {high})."


def subject(one: Decision, time_zone: str) -> str:
    """What a decision is about."""
    about = one.subject
    span = times.day_and_span(about.start, about.stop, time_zone)
    if about.kind == "short":
        return f"{amounts.heads(about.heads or 0, about.role)} short, {span}"
    return f"Shift {span}, {amounts.number(about.expected or 0.0)} expected"


def log(decided_so_far: Sequence[Decision], time_zone: str) -> pd.DataFrame:
    """The decision log as a table, newest first."""
    rows = [
        {
            "When": times.moment(one.decided_at, time_zone),
            "On": subject(one, time_zone),
            "Decision": decided(one, time_zone),
        }
        for one in reversed(decided_so_far)
    ]
    return pd.DataFrame(rows, columns=["When", "On", "Decision"])
