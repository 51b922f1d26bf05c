"""`edinflow token`: make, list and take back the tokens with which programs pull files."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import settings_of

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "token",
        "Make a token with which another program pulls staffing and forecasts over HTTP.",
        run,
        "edinflow token rota-system",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("name", metavar="NAME", nargs="?", help="make one, named for who uses it")
    what.add_argument("--list", action="store_true", help="show which there are")
    what.add_argument("--revoke", metavar="NAME", help="take one back: it opens nothing any more")


def run(args: argparse.Namespace) -> Result:
    """Make, list or take back."""
    from dashboard.service import access, jobs

    settings = settings_of(args)
    if args.list:
        found = access.tokens(settings)
        lines = [
            f"{one.name}  made {one.made_at:%Y-%m-%d %H:%M} UTC by {one.made_by}" for one in found
        ]
        values = [
            {"name": one.name, "made_at": one.made_at, "made_by": one.made_by} for one in found
        ]
        return Result(tuple(lines) or ("There is no token yet.",), {"tokens": values})
    if args.revoke:
        access.revoke(settings, args.revoke)
        return Result((f"{args.revoke} opens nothing any more.",), {"revoked": args.revoke})
    word = access.make(settings, args.name, jobs.now())
    lines = [
        f"Token {args.name}, shown this once and kept only as a hash:",
        f"  {word}",
        "A program sends it with each request, as in:",
        f"  curl -H 'Authorization: Bearer {word}' http://127.0.0.1:8501/api/v1/staffing.csv",
    ]
    return Result(tuple(lines), {"name": args.name, "token": word})
