"""`edinflow huddle`: the huddle sheet of a site, one page to print."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import settings_of
from data import locale

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "huddle",
        "Write the huddle sheet: one page to print, which needs no network.",
        run,
        'edinflow huddle --site "St Elsewhere" --out huddle.html',
    )
    parser.add_argument("--site", metavar="NAME", help="hospital site (default: the only one)")
    parser.add_argument("--out", metavar="FILE", help="file to write (default: named by its time)")


def run(args: argparse.Namespace) -> Result:
    """Write the sheet of this moment."""
    from dashboard.cli.source import stored_site
    from dashboard.service import jobs
    from dashboard.service.files import write_whole
    from dashboard.service.situation import of_site
    from dashboard.sheet import page
    from dashboard.wording import today

    settings = settings_of(args)
    site, _zone = stored_site(args, settings)
    now = jobs.now()
    found = of_site(settings, site, now)
    answer = found.briefing.answer
    out = Path(args.out or page.file_name(answer, now))
    with locale.use(settings.locale_of(site)):
        written = page.page(found, settings.alerts).encode()
    write_whole({out: written})
    said = today.verdict(found).replace("**", "")
    return Result(
        (said, f"  Written: {out}"),
        {"site": site, "at": now, "today": said, "alerts": len(found.alerts), "written": out},
        warnings=answer.notes,
    )
