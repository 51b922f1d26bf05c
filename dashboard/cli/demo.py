"""`edinflow demo`: an invented emergency department, from visits to shifts to the dashboard."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli import app
from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import port
from dashboard.service.invented import DAYS, ZONE

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs

SITE, COUNTRY, SUBDIVISION = "Demo General", "US", "IL"
HORIZON_DAYS = 28
LEARN_WEEKS = 13
SETTINGS = f"""\
# The invented hospital of `edinflow demo`. Made anew by each demo: edit a copy.
[store]
path = "demo.duckdb"

[[site]]
name = "{SITE}"
time_zone = "{ZONE}"
country = "{COUNTRY}"
subdivision = "{SUBDIVISION}"

[forecast]
horizon_days = {HORIZON_DAYS}
"""


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "demo",
        "Invent an emergency department, forecast it, plan its staff and show the dashboard.",
        run,
        "edinflow demo",
    )
    parser.add_argument("--dir", metavar="FOLDER", default="var", help="where its files go (var)")
    parser.add_argument("--no-serve", action="store_true", help="write the files and end")
    parser.add_argument("--port", metavar="N", type=port, default=app.DEFAULT_PORT, help="port")
    parser.add_argument("--days", metavar="N", type=int, default=DAYS, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> Result:
    """Make a fresh demo, say what it found, and serve it unless told not to."""
    from dashboard.cli.headline import forecast_lines, forecast_values, plan_lines, plan_values
    from dashboard.cli.ingest import report_lines
    from dashboard.service import answers, exports, jobs, surges
    from dashboard.service.files import Reading, write_whole
    from dashboard.service.invented import visits_until
    from dashboard.service.situation import situation
    from dashboard.settings import load
    from dashboard.wording.today import verdict
    from data.store import Store

    if not args.no_serve:
        app.require_free(args.port)
    folder = Path(args.dir)
    now = jobs.now()
    visits_file, config = folder / "demo_visits.csv", folder / "demo.toml"
    with progress_bar("Inventing three years of visits") as progress:
        visits, hour = visits_until(now, args.days)
        progress(0.5)
        write_whole({visits_file: visits.to_csv(index=False).encode(), config: SETTINGS.encode()})
    settings = load(config)
    for old in (settings.store, settings.store.with_name(settings.store.name + ".wal")):
        old.unlink(missing_ok=True)
    with progress_bar("Loading them") as progress:
        reading = Reading(SITE, ZONE, covers_to=f"{hour:%Y-%m-%d %H:%M}")
        report = reading.load(Store.open(settings.store), visits_file, progress=progress)
    with progress_bar("Forecasting four weeks") as progress:
        made, _ = jobs.make_forecast(settings, SITE, as_of=now, progress=progress)
    with progress_bar("Learning when to warn of a surge") as progress:
        rule = surges.learn(settings, SITE, now=now, weeks=LEARN_WEEKS, progress=progress)
    with progress_bar("Planning staff and shifts"):
        answer = answers.answer(settings, answers.question(settings, SITE), now)
    if answer is None or answer.plan is None:
        raise RuntimeError("the demo has no plan")
    written = {
        folder / "forecast.csv": exports.export_forecast(answer),
        folder / "staffing.csv": exports.export_staffing(answer, settings),
        folder / "shifts.csv": exports.export_shifts(answer, settings),
    }
    write_whole(written)
    today = verdict(situation(settings, answer, now, rule)).replace("**", "")
    lines = [
        *report_lines(report, ZONE),
        f"Today: {today}",
        *forecast_lines(made.forecast, made.reason),
        *plan_lines(answer.plan),
        *(f"  Written: {path}" for path in (visits_file, config, *written)),
        f"  Look again any time: edinflow app --config {config}",
    ]
    values = {
        "site": SITE,
        "today": today,
        "forecast": forecast_values(made.forecast, made.reason, made.notes),
        "plan": plan_values(answer.plan),
        "config": config,
        "store": settings.store,
        "written": [visits_file, *written],
    }
    if args.no_serve:
        return Result(tuple(lines), values)
    server = app.serving(args.port, settings.source, browse=app.has_screen())
    return Result((*lines, *server.lines), {**values, **server.values}, then=server.then)
