"""Options of `edinflow plan` that bind its shifts: hours, budget, patterns, changes, locks."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.cli.options import add_codes, codes_of, path_of
from dashboard.service.errors import ServiceError
from data import locale

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.service.planning import Basis
    from dashboard.settings import Settings
    from staffing.plan import ShiftPlan
    from staffing.weekly import WeeklyRules


ROSTER_COUNTS_ONLY = (
    "The plan is made anew and today's roster is only held against it: add --max-changes N, or "
    "changes_per_week in the settings, to change no more than N shifts a week of it."
)


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Options that stand in place of the rules of the settings."""
    group = parser.add_argument_group("rules for the shifts (else those of [department])")
    group.add_argument("--roster", metavar="FILE", help="today's roster (CSV), to change little of")
    group.add_argument(
        "--max-changes",
        metavar="N",
        type=float,
        help="shifts dropped from --roster in each week at most, and as many new ones",
    )
    group.add_argument(
        "--patterns", metavar="N", type=int, help="different shifts at most for each role"
    )
    group.add_argument(
        "--hours",
        metavar="ROLE=N,…",
        action="append",
        help="hours on duty in each week at most, as physician=616; may repeat",
    )
    group.add_argument("--budget", metavar="N", type=float, help="cost in each week at most")
    group.add_argument(
        "--on-average",
        action="store_true",
        help="let hours, budget and changes hold over the whole plan only, a busy week taking from "
        "a calm one (else each week from Monday to Sunday, part of a week as that part)",
    )
    group.add_argument("--locked", metavar="FILE", help="shifts that must stay (roster CSV)")
    add_codes(group)


@dataclass(frozen=True, eq=False)
class Planned:
    """Shifts under the rules; lines and values: what they change and cost; warnings beside."""

    plan: "ShiftPlan"
    lines: tuple[str, ...]
    values: Mapping[str, object]
    warnings: tuple[str, ...]


def plan_as_asked(args: argparse.Namespace, settings: "Settings", on: "Basis") -> Planned:
    """Shifts under the settings' rules and the options, and what they change of today's roster."""
    from dataclasses import replace

    import pandas as pd

    from dashboard.service import planning, rosters
    from staffing.cost import cost_by_week
    from staffing.given import Given, changed
    from staffing.weeks import week_numbers

    rules = settings.rules
    if args.patterns is not None:
        rules = replace(rules, patterns_at_most=args.patterns)
    if args.hours:
        rules = replace(rules, hours=tuple(_hours(args.hours).items()))
    if args.budget is not None:
        rules = replace(rules, budget=args.budget)
    if args.max_changes is not None:
        rules = replace(rules, changes=args.max_changes)
    if args.on_average:
        rules = replace(rules, on_average=True)
    rules.check(on.department)
    today, where = _roster(args.roster, args, settings, on, True), str(path_of(args.roster))
    if today is None and rules.changes is not None and not args.input:
        today, where = rosters.within(settings, on.need.site, on.need), "the imported roster"
    if today is None and args.max_changes is not None:
        imported = "" if args.input else ", or run edinflow import-roster FILE before"
        raise ServiceError(
            f"--max-changes counts from today's roster: say --roster FILE too{imported}."
        )
    locked = _roster(args.locked, args, settings, on, False)
    warnings: tuple[str, ...] = ()
    if rules.changes is not None and today is None:
        warnings = (planning.NO_ROSTER,)
        rules = replace(rules, changes=None)
    if args.roster and rules.changes is None:
        warnings = (ROSTER_COUNTS_ONLY,)
    plan = planning.plan_shifts(on, rules, Given(today, locked))
    lines, within = _hours_within(plan, rules)
    values: dict[str, object] = {"hours_within": within}
    if today is not None:
        own = plan.shifts[plan.shifts["role"].isin(set(today["role"]))]
        rows = changed(today, own)
        dropped, added = int(rows["dropped"].sum()), int(rows["new"].sum())
        weeks = week_numbers(pd.DatetimeIndex(rows["start"]), on.need).clip(min=0)
        by_week = rows.groupby(weeks)[["dropped", "new"]].sum().to_numpy()
        most = int(by_week.max(initial=0))
        lines.append(
            f"  From {where}: {locale.counted(dropped, 'shift')} dropped, {added} new; of either "
            f"at most {most} in a week."
        )
        values["changes"] = {"dropped": dropped, "new": added, "most_in_a_week": most}
    costs = cost_by_week(plan, on.department, rules.over(on.need))
    if costs.sum() > 0:
        weekly = float(costs.sum() / on.need.weeks)
        dearest = f", {locale.number(costs.max())} in the dearest" if len(costs) > 1 else ""
        lines.append(f"  Costs {locale.number(weekly)} a week{dearest}, premiums included.")
        values["cost_per_week"] = weekly
        values["cost_by_week"] = [
            {"monday": f"{monday:%Y-%m-%d}", "cost": float(cost)} for monday, cost in costs.items()
        ]
    return Planned(plan, tuple(lines), values, warnings)


def _hours_within(
    plan: "ShiftPlan", rules: "WeeklyRules"
) -> tuple[list[str], dict[str, dict[str, object]]]:
    """Hours within the plan's time against the limit on them, by role that has one."""
    from staffing.weeks import week_shares

    used, shares = plan.paid_by_week(), week_shares(plan.requirement)
    lines, found = [], {}
    for role, limit in rules.hours:
        own = used[role]
        weeks = [
            {"monday": f"{monday:%Y-%m-%d}", "used": float(hours), "limit": limit * float(share)}
            for (monday, hours), share in zip(own.items(), shares, strict=True)
        ]
        within = {"used": float(own.sum()), "limit": limit * float(shares.sum())}
        found[role] = {**within, "weeks": weeks}
        fullest = f", in no week above {locale.short(own.max())}" if len(weeks) > 1 else ""
        lines.append(
            f"  {role}: {locale.short(round(within['used'], 1))} of the "
            f"{locale.short(round(within['limit'], 1))} hours allowed within this "
            f"time{fullest}; paid hours count each shift whole, also where it begins before or "
            "ends after."
        )
    return lines, found


def _hours(texts: list[str]) -> dict[str, float]:
    """`physician=616,nurse=900` → hours a week by role."""
    found: dict[str, float] = {}
    for part in (part for text in texts for part in text.split(",")):
        role, equals, number = part.partition("=")
        try:
            found[role.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise ServiceError(f"--hours {part!r} is not of the form ROLE=HOURS, as physician=616.")
    return found


def _roster(
    file: str | None, args: argparse.Namespace, settings: "Settings", on: "Basis", whole: bool
) -> "pd.DataFrame | None":
    """Shifts of a roster file that touch the plan; None where none is named.

    whole: whether it has to tell of all days of the plan.
    """
    from pathlib import Path

    from dashboard.service.staffing import roster_within

    if file is None:
        return None
    codes = codes_of(args, settings)
    roles = dict(settings.roster.roles)
    return roster_within(Path(file), on.department, on.need, codes, roles, whole)
