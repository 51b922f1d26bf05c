"""`edinflow replay`: past visits under their past roster, simulated waits against recorded ones."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_codes, add_role, codes_of, columns, path_of, settings_of
from dashboard.cli.outcomes import in_one_visit
from data import locale

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from data.feeds.visit_rows import VisitRows
    from staffing.past import Fit, FitRow
    from staffing.role import StaffRole

FAR = 0.2
# A group is judged from so many patients on.
FEWEST_TO_JUDGE = 50


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "replay",
        "Check the department's settings: replay past visits under their past roster, and compare "
        "the waits with the recorded ones. Visits are read in memory and never stored.",
        run,
        "edinflow replay --visits visits.csv --roster march.csv --role physician",
    )
    parser.add_argument(
        "--visits",
        metavar="FILE",
        required=True,
        help="visits (CSV or Parquet): arrival, acuity, and when care began or minutes of wait",
    )
    parser.add_argument(
        "--roster", metavar="FILE", required=True, help="the roster that was worked then (CSV)"
    )
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    add_role(parser)
    add_codes(parser)
    add_visits(parser, "time, acuity, seen (when care began) or wait (minutes)")


def add_visits(parser: argparse.ArgumentParser, names: str, lead: str = "") -> None:
    """Options on how to read a file of past visits, of which `names` are the columns of use.

    lead: in front of each help, where a command does other things, too.
    """
    parser.add_argument(
        "--time-zone", metavar="ZONE", help=f"{lead}time zone of the visits, where no file says it"
    )
    parser.add_argument(
        "--columns",
        metavar="OURS=COLUMN,…",
        type=columns,
        help=f"{lead}columns of the visits: {names}",
    )
    parser.add_argument(
        "--date-order", choices=("auto", "day-first", "month-first"), default="auto",
        help=f"{lead}how dates such as 03/04/2026 are meant",
    )  # fmt: skip


def run(args: argparse.Namespace) -> Result:
    """Replay, and say how far it is from what was recorded."""
    from pathlib import Path

    from dashboard.cli.source import place_of
    from data.feeds.visit_rows import read_visit_rows
    from staffing.past import check_fit
    from staffing.roster import read_roster

    settings = settings_of(args)
    department = settings.department
    zone = place_of(args, settings, Path(args.visits).stem).time_zone
    role = department.roles[0] if args.role is None else department.role(args.role)
    codes = codes_of(args, settings)
    with progress_bar("Replaying the past"):
        roles = dict(settings.roster.roles)
        roster = read_roster(Path(args.roster), department, zone, codes, roles)
        visits = read_visit_rows(Path(args.visits), zone, args.columns, args.date_order)
        fit = check_fit(visits.rows, roster.of(role.name), role, department, zone)
    values = {**asdict(fit), "apart_minutes": fit.rows[0].apart, "role": role.name}
    lines = fit_lines(fit, role, zone, f"{path_of(args.roster)}") + in_one_visit(role)
    return Result(tuple(lines), values, visit_notes(visits))


def visit_notes(visits: "VisitRows") -> tuple[str, ...]:
    """Which columns of a file of visits were read, and what could not be."""
    used = ", ".join(f"{ours} = {theirs!r}" for ours, theirs in visits.columns.items())
    notes: tuple[str, ...] = (f"Columns of {visits.file}: {used}.",)
    if unread := visits.unread - visits.unplaced:
        rows = locale.counted(unread, "row has", "rows have")
        notes += (f"{rows} no arrival that could be read: left out.",)
    if visits.unplaced:
        rows = locale.counted(visits.unplaced, "row arrives", "rows arrive")
        notes += (f"{rows} in an hour that the clock skipped or repeated: left out.",)
    return notes


def fit_lines(fit: "Fit", role: "StaffRole", zone: str, roster: str) -> list[str]:
    """The fit in sentences, and what would mend it."""
    whole = fit.rows[0]
    first, last = (moment.tz_convert(zone) for moment in (fit.start, fit.end))
    lines = [
        f"{roster} replayed on {locale.number(fit.visits)} past visits, {first:%Y-%m-%d} to "
        f"{last:%Y-%m-%d}; "
        f"{locale.number(whole.patients)} with a recorded wait for a {role.name}.",
        f"  Recorded mean wait {locale.number(whole.recorded, 1)} minutes, simulated "
        f"{locale.number(whole.simulated, 1)} "
        f"({locale.number(whole.low, 1)} to {locale.number(whole.high, 1)}): "
        f"{_apart(whole.apart, whole.recorded)}.",
        f"  Half of them waited up to {whole.recorded_median:.0f} minutes, simulated "
        f"{whole.simulated_median:.0f}; {locale.percent(fit.left, 1)} leave unseen in the replay.",
    ]
    lines += [
        f"  {row.group} ({locale.number(row.patients)}): recorded "
        f"{locale.number(row.recorded, 1)}, simulated "
        f"{locale.number(row.simulated, 1)} ({locale.number(row.low, 1)} to "
        f"{locale.number(row.high, 1)})"
        for row in fit.rows[1:]
    ]
    if fit.factor is None:
        lines.append(
            "  No care times from a quarter to four times those of the settings give the recorded "
            "wait: look at the roster, the patience and what the recorded wait is of."
        )
    elif abs(whole.apart) > FAR * max(whole.recorded, 1):
        minutes = ", ".join(f"{minute * fit.factor:.1f}" for minute in role.minutes)
        lines.append(
            f"  Care times × {locale.number(fit.factor, 2)} would bring the means together: "
            "minutes = "
            f"[{minutes}] for role {role.name!r}. A lower patient_share has the same effect."
        )
    elif unlike := [row.group for row in fit.rows[1:] if _unlike(row)]:
        lines.append(
            f"  The means agree, but not those of {', '.join(unlike)}: look at the care times by "
            "acuity and at the roster of those hours before you compare rosters."
        )
    else:
        lines.append("  The settings describe this department well enough to compare rosters.")
    return lines


def _unlike(row: "FitRow") -> bool:
    """Whether a group with patients enough waits otherwise than recorded, beyond chance."""
    beyond = not row.low <= row.recorded <= row.high
    far = abs(row.apart) > FAR * max(row.recorded, 1)
    return row.patients >= FEWEST_TO_JUDGE and beyond and far


def _apart(minutes: float, recorded: float) -> str:
    if abs(minutes) < 0.05:
        return "the same"
    word = "too long" if minutes > 0 else "too short"
    share = f" ({locale.percent(abs(minutes) / recorded)})" if recorded > 0 else ""
    return f"{locale.number(abs(minutes), 1)} minutes {word}{share}"
