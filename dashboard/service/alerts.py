"""Alerts: what must be decided on now, and what was decided of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboard.service.briefing import Briefing, Shortage
from dashboard.service.decisions import Decision, Subject
from dashboard.service.windows import Window

EVEN = 0.5  # chance from which on a surge is called likely
State = Literal["open", "acknowledged", "snoozed", "acted", "overridden"]
STATES: dict[str, State] = {
    "acknowledge": "acknowledged",
    "snooze": "snoozed",
    "act": "acted",
    "override": "overridden",
}


@dataclass(frozen=True)
class Alert:
    """A warning: a shift whose chance of a surge is high enough, or a role that is short.

    about: the window or the shortage. subject: what a decision on it would be about. decision: the
    newest one; None where nobody decided yet. grown: it has become worse than what was decided on.
    state: "open" again when it has grown, or a snooze is over.
    """

    about: Window | Shortage
    subject: Subject
    decision: Decision | None
    state: State
    grown: bool = False


def alerts(found: Briefing, chance: float, decided: Sequence[Decision] = ()) -> tuple[Alert, ...]:
    """What there is to decide on: likely surges of this and the next shift first, then shortages.

    chance: warn of a surge from it on. decided: decisions so far, oldest first. Empty where the
    forecast does not reach the present.
    """
    if found.outdated:
        return ()
    surges = [w for w in found.windows if w.is_shift and (w.surge_chance or 0.0) >= chance]
    warned: list[Window | Shortage] = [*surges, *found.shortages]
    return tuple(_alert(found, about, decided) for about in warned)


def largest(warned: Sequence[Alert], count: int) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """The so many warnings that weigh most, and the others, each in the order given.

    A likely surge weighs more than a shortage, a shortage as much as it has head-hours.
    """
    size = [a.about.size if isinstance(a.about, Shortage) else float("inf") for a in warned]
    first = set(sorted(range(len(warned)), key=lambda at: -size[at])[:count])
    shown = tuple(alert for at, alert in enumerate(warned) if at in first)
    return shown, tuple(alert for at, alert in enumerate(warned) if at not in first)


def subject_of(found: Briefing, about: Window | Shortage) -> Subject:
    """What a decision on a window or a shortage is about."""
    asked = found.answer.question
    place = (about.start, about.stop, asked.forecast_id)
    if isinstance(about, Shortage):
        return Subject(asked.site, "short", about.role, *place, heads=about.heads)
    return Subject(
        asked.site,
        "surge",
        "",
        *place,
        expected=about.expected,
        chance=about.surge_chance,
        above=about.surge_above,
    )


def override_of(found: Briefing, window: Window, decided: Sequence[Decision]) -> Decision | None:
    """The number that somebody set for a shift instead of the forecast's; None: nobody did."""
    if not window.is_shift:
        return None
    last = _last(subject_of(found, window), [d for d in decided if d.action == "override"])
    return last if last is not None and last.subject.stop == window.stop else None


def _alert(found: Briefing, about: Window | Shortage, decided: Sequence[Decision]) -> Alert:
    subject = subject_of(found, about)
    last = _last(subject, decided)
    grown = last is not None and _grown(last.subject, subject)
    return Alert(about, subject, last, "open" if grown else _state(last, found.now), grown)


def _grown(then: Subject, now: Subject) -> bool:
    """Whether a warning is worse than when it was decided on, so that somebody must look again.

    A shortage by more heads; a surge that was less than likely and is likely now. That either lasts
    longer is no news: the next 24 hours see more of it as time passes.
    """
    if now.kind == "short":
        return (now.heads or 0) > (then.heads or 0)
    return (then.chance or 0.0) < EVEN <= (now.chance or 0.0)


def _last(subject: Subject, decided: Sequence[Decision]) -> Decision | None:
    return next((one for one in reversed(decided) if one.about(subject)), None)


def _state(last: Decision | None, now: pd.Timestamp) -> State:
    if last is None or (last.until is not None and last.until <= now):
        return "open"
    return STATES[last.action]
