"""Decisions on warnings, taken on a page."""

import pandas as pd

from dashboard import cache
from dashboard.service import decisions
from dashboard.service.decisions import Action, Subject
from dashboard.service.promotion import person


def usual_name() -> str:
    """Who decides until somebody types a name: the operating-system user."""
    return person()


def decide(
    subject: Subject,
    action: Action,
    who: str,
    reason: str = "",
    number: float | None = None,
    hours: float | None = None,
) -> int:
    """Keep a decision; hours: how long a snooze lasts. Raises ServiceError for half a one."""
    now = cache.now()
    until = None if hours is None else now + pd.Timedelta(hours=hours)
    return decisions.decide(
        cache.settings(),
        subject,
        action,
        who=who,
        now=now,
        reason=reason,
        number=number,
        until=until,
    )
