"""`edinflow alerts`: what must be decided on, decisions, and whether they helped."""

import argparse
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import settings_of
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from dashboard.service.alerts import Alert
    from dashboard.service.decisions import Decision
    from dashboard.service.situation import Situation
    from dashboard.settings import Settings
    from forecasting.surge import AlertRule

ACTIONS = {
    "acknowledge": "note that warning number N was seen",
    "snooze": "silence warning number N for --hours",
    "act": "say with --reason what is done about warning number N",
    "override": "set --number instead of warning N's, with a --reason",
}
LONGEST_SNOOZE = 168


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "alerts",
        "List warnings of surges and shortages, decide on them, and judge past decisions.",
        run,
        "edinflow alerts --acknowledge 1",
    )
    parser.add_argument("--site", metavar="NAME", help="hospital site (default: the only one)")
    what = parser.add_mutually_exclusive_group()
    for action, told in ACTIONS.items():
        what.add_argument(f"--{action}", metavar="N", type=int, help=told)
    what.add_argument(
        "--learn", action="store_true", help="work out which threshold keeps false alarms rare"
    )
    what.add_argument(
        "--report", action="store_true", help="list decisions, and whether overrides helped"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, or what is done")
    parser.add_argument("--number", metavar="X", type=float, help="patients, or heads short")
    parser.add_argument("--hours", metavar="H", type=_hours, help="how long a snooze lasts")
    parser.add_argument("--who", metavar="NAME", help="who decides (default: the user)")


def run(args: argparse.Namespace) -> Result:
    """List, decide, learn or report."""
    from dashboard.cli.source import stored_site
    from dashboard.service import jobs
    from dashboard.service.situation import of_site

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    if args.report:
        return _reported(settings, site, zone)
    if args.learn:
        return _learned(settings, site, zone)
    found = of_site(settings, site, jobs.now())
    chosen = [(a, getattr(args, a)) for a in ACTIONS if getattr(args, a) is not None]
    if chosen:
        return _decided(args, settings, found, *chosen[0])
    return _listed(settings, found)


def _listed(settings: "Settings", found: "Situation") -> Result:
    from dashboard.service.commands import flag
    from dashboard.wording import alerts as say
    from dashboard.wording import today

    zone, site = found.briefing.answer.forecast.time_zone, found.briefing.answer.question.site
    lines = []
    for number, alert in enumerate(found.alerts, start=1):
        lines.append(f"{number}  {_plain(say.headline(alert, zone))}")
        state = say.state(alert, zone)
        if state:
            lines.append(f"   {state}")
        if alert.state == "open":
            lines.append(f"   To do: {'; '.join(say.todo(alert, zone, settings.alerts))}")
    lines = lines or [today.nothing_to_do(found.briefing)]
    lines.append(_plain(say.rule(found.rule, zone, flag(settings), site)))
    values = {
        "site": site,
        "at": found.briefing.now,
        "alerts": [_alert_values(number, a) for number, a in enumerate(found.alerts, start=1)],
        "rule": _rule_values(found.rule),
    }
    return Result(tuple(lines), values)


def _decided(
    args: argparse.Namespace, settings: "Settings", found: "Situation", action: Any, number: int
) -> Result:
    import pandas as pd

    from dashboard.service import decisions, promotion
    from dashboard.wording import alerts as say

    if not 1 <= number <= len(found.alerts):
        raise ServiceError(
            f"There is no warning number {number}: there are {len(found.alerts)} now; list them "
            "with edinflow alerts."
        )
    alert, now = found.alerts[number - 1], found.briefing.now
    until = None if args.hours is None else now + pd.Timedelta(hours=args.hours)
    kept = decisions.decide(
        settings,
        alert.subject,
        action,
        who=args.who or promotion.person(),
        now=now,
        reason=args.reason,
        number=args.number,
        until=until,
    )
    zone = found.briefing.answer.forecast.time_zone
    line = f"{say.DONE[action]}: {_plain(say.headline(alert, zone))}"
    return Result((line,), {"decision": kept, "action": action, "warning": number})


def _learned(settings: "Settings", site: str, zone: str) -> Result:
    from dashboard.service import jobs, surges
    from dashboard.service.commands import flag
    from dashboard.wording import alerts as say

    with progress_bar("Asking the live model about past shifts") as progress:
        found = surges.learn(settings, site, now=jobs.now(), progress=progress)
    line = f"{site}: {_plain(say.rule(found, zone, flag(settings), site))}"
    return Result((line,), {"site": site, "rule": _rule_values(found)})


def _reported(settings: "Settings", site: str, zone: str) -> Result:
    from dashboard.service import decisions
    from dashboard.wording import alerts as say

    taken = decisions.listed(settings, site)
    value = decisions.value(settings, site)
    lines = [f"{say.subject(one, zone)}: {say.decided(one, zone)}" for one in reversed(taken)] or [
        say.NO_DECISIONS
    ]
    lines.append(say.value(value))
    values = {
        "site": site,
        "decisions": [_decision_values(one) for one in taken],
        "overrides": None if value is None else {**vars(value), "verdict": value.verdict},
    }
    return Result(tuple(lines), values)


def _alert_values(number: int, alert: "Alert") -> dict[str, Any]:
    subject = vars(alert.subject)
    return {"number": number, "state": alert.state, **subject}


def _decision_values(one: "Decision") -> dict[str, Any]:
    return {**vars(one), "subject": vars(one.subject)}


def _rule_values(rule: "AlertRule | None") -> dict[str, Any] | None:
    if rule is None:
        return None
    return {**vars(rule), "false_alarms_a_week": rule.false_alarms_a_week}


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= LONGEST_SNOOZE:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time to be silent for: give hours, up to {LONGEST_SNOOZE}"
        )
    return hours


def _plain(text: str) -> str:
    return text.replace("**", "").replace("`", "")
