"""`edinflow today`: the live forecast against today's roster, and what to do about it."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_codes, codes_of, settings_of, whole
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.cli.command import Verbs
    from dashboard.service.same_day import SameDay
    from dashboard.settings import Settings


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "today",
        "Say whom to call, move or send home in the next hours, with cost and effect.",
        run,
        "edinflow today --roster today.csv --hours 8",
    )
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    parser.add_argument(
        "--roster",
        metavar="FILE",
        help="roster of today (CSV); else the one imported, else the plan",
    )
    add_codes(parser)
    parser.add_argument(
        "--hours", metavar="N", type=_hours, default=8, help="how far to look, 4 to 12 (default 8)"
    )
    parser.add_argument(
        "--now", metavar="LOCAL_TIME", help="as if it were then, '2026-03-02 14:00'"
    )


def run(args: argparse.Namespace) -> Result:
    """Compare, and say what to change."""
    from dashboard.cli.source import stored_site
    from dashboard.service import jobs
    from dashboard.service.same_day import same_day
    from dashboard.wording import same_day as wording
    from data import clock

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    now = clock.instant(args.now, zone) if args.now else jobs.now()
    with progress_bar("Trying changes"):
        roster, notes = _roster(args, settings, site, zone, now)
        found = same_day(settings, site, roster, now, args.hours)
    lines = [
        wording.headline(found),
        *(f"  {number}. {wording.line(one, zone)}" for number, one in enumerate(found.lines, 1)),
        *(f"  {sentence}" for sentence in wording.waits(found)),
    ]
    return Result(tuple(lines), _values(found), (*notes, *found.notes))


def _roster(
    args: argparse.Namespace, settings: "Settings", site: str, zone: str, now: "pd.Timestamp"
) -> "tuple[pd.DataFrame, tuple[str, ...]]":
    from pathlib import Path

    import pandas as pd

    from dashboard.service import against, answers
    from staffing.roster import read_roster

    if args.roster:
        codes = codes_of(args, settings)
        roles = dict(settings.roster.roles)
        return read_roster(Path(args.roster), settings.department, zone, codes, roles).shifts, ()
    answer = answers.answer(settings, answers.question(settings, site))
    if answer is None:
        raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
    return against.standing(settings, answer, now, now + pd.Timedelta(hours=args.hours))


def _values(found: "SameDay") -> dict[str, object]:
    return {
        "site": found.site,
        "now_utc": found.now,
        "until_utc": found.until,
        "forecast_from_utc": found.forecast_from,
        "changes": [
            {
                "action": one.action,
                "role": one.role,
                "code": one.code,
                "from_utc": one.when,
                "until_utc": one.until,
                "moved_from_utc": one.moved_from,
                "heads": one.heads,
                "hours": one.hours,
                "cost": one.cost,
                "wait_minutes": None if one.effect is None else one.effect.value,
                "counted_until_utc": one.counted_until,
                "short_hours": one.short_hours,
            }
            for one in found.lines
        ],
        "mean_wait_minutes": {
            one.role: {
                "as_rostered": one.before.value,
                "after": one.after.value,
                "until_utc": one.until,
            }
            for one in found.waits
        },
        "notes": list(found.notes),
    }


def _hours(text: str) -> int:
    return whole(text, 4, 12)
