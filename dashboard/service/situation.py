"""Situation: all that Today, the wallboard, the network and the huddle sheet tell of a moment."""

from dataclasses import dataclass

import pandas as pd

from dashboard.service import against, answers, commands, decisions, huddles, surges
from dashboard.service.alerts import Alert, alerts
from dashboard.service.briefing import Briefing, briefing
from dashboard.service.decisions import Decision
from dashboard.service.errors import ServiceError
from dashboard.service.huddles import SinceHuddle
from dashboard.service.question import Answer
from dashboard.settings import Settings
from forecasting.surge import AlertRule


@dataclass(frozen=True, eq=False)
class Situation:
    """A briefing, what must be decided on, and what has been.

    rule: from which chance of a surge on the site warns; None where it could not be learned and an
    even chance stands in. decided: decisions on what is not over, oldest first. huddle: what
    changed since the last one; None without huddles.
    """

    briefing: Briefing
    rule: AlertRule | None
    decided: tuple[Decision, ...]
    alerts: tuple[Alert, ...]
    huddle: SinceHuddle | None

    @property
    def warn_from(self) -> float:
        """Chance of a surge from which on the site warns of a shift."""
        return surges.chance_of(self.rule)

    @property
    def open(self) -> tuple[Alert, ...]:
        """Alerts that nobody has decided on, or whose snooze is over."""
        return tuple(alert for alert in self.alerts if alert.state == "open")


def on_duty(settings: Settings, answer: Answer) -> pd.DataFrame | None:
    """Heads by today's roster and the locked plan over the answer's need.

    None without a need, and where there is neither.
    """
    return None if answer.need is None else against.on_duty(settings, answer.need)


def of_site(settings: Settings, site: str, now: pd.Timestamp) -> Situation:
    """The situation of a site from its live forecast. Raises ServiceError where it has none."""
    answer = answers.answer(settings, answers.question(settings, site), now)
    if answer is None:
        raise ServiceError(
            f"There is no forecast of {site!r} yet: run edinflow forecast{commands.flag(settings)}."
        )
    return situation(settings, answer, now, surges.rule(settings, site), on_duty(settings, answer))


def situation(
    settings: Settings,
    answer: Answer,
    now: pd.Timestamp,
    rule: AlertRule | None,
    duty: pd.DataFrame | None = None,
) -> Situation:
    """What there is to know and to decide of an answer at a moment.

    duty: as `on_duty` tells; None: the plan proposed now stands for it.
    """
    site = answer.question.site
    patterns, limits = settings.department.patterns, surges.limits(settings, site)
    found = briefing(answer, patterns, now, limits, duty)
    decided = decisions.listed(settings, site, _earliest(found))
    return Situation(
        briefing=found,
        rule=rule,
        decided=decided,
        alerts=alerts(found, surges.chance_of(rule), decided),
        huddle=huddles.since_huddle(settings, answer, found.windows, now),
    )


def _earliest(found: Briefing) -> pd.Timestamp:
    starts = [window.start for window in found.windows]
    return min([*starts, *(short.start for short in found.shortages)], default=found.since)
