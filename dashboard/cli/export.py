"""`edinflow export`: a version of a plan as files for another program."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import day, path_of, settings_of
from data import locale

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "export",
        "Write a version of the plan for another program, with a manifest beside it.",
        run,
        "edinflow export --site 'My hospital' --version 3 --profile generic-shift --out exports",
    )
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    parser.add_argument(
        "--version",
        metavar="N",
        type=int,
        help="version of the plan (default: the one locked last, else the newest)",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        default="generic-long",
        help="export profile (default generic-long); list shows them",
    )
    parser.add_argument("--from", dest="first", metavar="DAY", type=day, help="first local day")
    parser.add_argument("--to", dest="last", metavar="DAY", type=day, help="last local day")
    parser.add_argument("--out", metavar="FOLDER", default=".", help="where to (default: here)")


def run(args: argparse.Namespace) -> Result:
    """Write the files and say what they are; `--profile list` says which profiles there are."""
    from dashboard.cli.source import stored_site
    from dashboard.service import plan_export, plans, profiles
    from dashboard.service.files import write_whole

    settings = settings_of(args)
    if args.profile == "list":
        known = profiles.profiles(settings)
        lines = [f"{one.name:24} {one.label or one.form}" for one in known]
        return Result(tuple(lines), {"profiles": [one.name for one in known]})
    wanted = profiles.profile(settings, args.profile)
    site, _ = stored_site(args, settings)
    found = plans.version(settings, site, args.version)
    made = plan_export.export(found, wanted, args.first, args.last)
    folder = path_of(args.out)
    assert folder is not None
    written = {folder / file.name: file.content for file in (*made.files, made.manifest)}
    write_whole(written)
    lines = [
        f"Version {found.number} of {site} ({found.status}), "
        f"{locale.counted(len(made.shown), 'row')} in profile {wanted.name}.",
        *(f"  Written: {path}" for path in written),
    ]
    if wanted.label:
        lines.insert(1, f"  {wanted.label}.")
    if found.status != "locked":
        lines.append("  It is a draft: lock it with edinflow plans lock before others rely on it.")
    values = {
        "site": site,
        "version": found.number,
        "status": found.status,
        "profile": wanted.name,
        "rows": len(made.shown),
        "written": list(written),
    }
    return Result(tuple(lines), values)
