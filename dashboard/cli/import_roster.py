"""`edinflow import-roster`: who is to be at work, from a file of the rostering system."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import add_codes, settings_of
from data import locale

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "import-roster",
        "Take in today's roster (CSV, a line per shift or per person); it is kept in the store.",
        run,
        "edinflow import-roster roster.csv --site 'My hospital' --codes EARLY=E,LATE=L",
    )
    parser.add_argument("file", metavar="FILE", help="roster (CSV)")
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    add_codes(parser)
    parser.add_argument(
        "--profile", metavar="NAME", help="the export profile that the file was written in"
    )


def run(args: argparse.Namespace) -> Result:
    """Read the file whole, keep it, say what it holds."""
    from pathlib import Path

    from dashboard.cli.source import stored_site
    from dashboard.service import jobs, rosters
    from dashboard.wording.rosters import doubts, read_as

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    path = Path(args.file)
    text = rosters.text_of_file(settings, path, args.profile)
    taken = rosters.take_in(settings, site, text, path.name, now=jobs.now(), codes=args.codes)
    lines = [f"{path.name} is the roster of {site} now (import {taken.roster_id})."]
    found = []
    for role in taken.known_roles:
        own, days = taken.roster.of(role), taken.days(role)
        first, last = (day.tz_convert(zone) for day in (days[0], days[-1]))
        hours = float(((own["end"] - own["start"]).dt.total_seconds() / 3600 * own["heads"]).sum())
        shifts = locale.counted(int(own["heads"].sum()), "shift")
        lines.append(
            f"  {role}: {shifts}, {locale.counted(round(hours, 1), 'hour')}, "
            f"{locale.date(first, year=True)} to {locale.date(last, year=True)}."
        )
        found.append({"role": role, "shifts": int(own["heads"].sum()), "hours": hours})
    lines += [f"  {said}" for said in (read_as(taken), *doubts(taken, jobs.now()))]
    values = {"site": site, "roster_id": taken.roster_id, "roles": found}
    return Result(tuple(lines), values)
