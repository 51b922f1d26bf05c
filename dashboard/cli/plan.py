"""`edinflow plan`: staff and shifts for a forecast, from a file alone or for the stored one."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import (
    add_model,
    add_place,
    add_reading,
    path_of,
    settings_of,
)
from dashboard.cli.plan_rules import add_rules
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from dashboard.cli.plan_rules import Planned
    from dashboard.service.exports import Stamp
    from dashboard.settings import Settings

DEFAULT_DEPARTMENT = (
    "No department was given: the default roles, care times and shifts stand; "
    "`edinflow init` writes a file to put in your own."
)


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "plan",
        "Plan staff and shifts: from --input FILE without a store, or for the stored forecast.",
        run,
        "edinflow plan --input arrivals.csv --time-zone America/Chicago "
        "--as-of '2018-03-04 00:00' --horizon 28d --department edinflow.toml "
        "--out staffing.csv --shifts-out shifts.csv",
    )
    parser.add_argument(
        "--input",
        metavar="FILE",
        help="arrivals (CSV, gzip or Parquet); settings then count only where --config names them",
    )
    parser.add_argument(
        "--as-of", metavar="LOCAL_TIME", help="begin there and use nothing from then on"
    )
    parser.add_argument(
        "--horizon", metavar="LENGTH", help="how far ahead: 28d, 48h, 6w (default 42d)"
    )
    parser.add_argument("--department", metavar="FILE", help="settings file with [department]")
    parser.add_argument(
        "--service-level",
        metavar="SHARE",
        type=float,
        help="share of possible futures with enough staff, as 0.8",
    )
    parser.add_argument(
        "--hours-from",
        metavar="PROFILE",
        help="for arrivals by the day: general, or a CSV of 24 or 168 shares",
    )
    parser.add_argument("--out", metavar="FILE", help="write need and cover by interval (CSV)")
    parser.add_argument("--shifts-out", metavar="FILE", help="write the shifts there (CSV)")
    add_rules(parser)
    add_model(parser)
    add_place(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> Result:
    """Plan, say what it means, and write what was asked for."""
    from dashboard.cli.headline import plan_lines, plan_values
    from dashboard.service.exports import shift_table, staffing_table
    from dashboard.service.files import write_whole

    planned, stamp = _from_file(args) if args.input else _from_store(args)
    plan = planned.plan
    contents = {}
    out, shifts_out = path_of(args.out), path_of(args.shifts_out)
    if out:
        contents[out] = staffing_table(plan, stamp)
    if shifts_out:
        contents[shifts_out] = shift_table(plan, stamp)
    write_whole(contents)
    written = [f"  Written: {path}" for path in contents]
    warnings = planned.warnings
    values = {
        **plan_values(plan),
        **planned.values,
        "written": list(contents),
        "warnings": list(warnings),
    }
    return Result((*plan_lines(plan), *planned.lines, *written), values, warnings)


def _from_file(args: argparse.Namespace) -> "tuple[Planned, Stamp]":
    from dataclasses import replace
    from pathlib import Path

    from dashboard.cli.plan_rules import plan_as_asked
    from dashboard.cli.source import file_settings, open_file, order_of, remarks
    from dashboard.service import borrowed, jobs, planning
    from dashboard.service.exports import Stamp
    from data import history

    settings = file_settings(args)
    chosen, said = _settings_meant(args, settings)
    order = order_of(args, settings)
    source = open_file(args)
    with progress_bar("Forecasting and planning") as progress:
        series = source.series()
        made = jobs.forecast(series, source.calendar, order, lambda share: progress(0.6 * share))
        if args.hours_from:
            lent = borrowed.profile(args.hours_from, None, Path.cwd())
            made = borrowed.made_with_hours(made, lent, order.seed)
        on = planning.basis(chosen, source.store, made.forecast)
        planned = plan_as_asked(args, chosen, on)
    stamp = Stamp(
        area=chosen.department.name,
        settings_hash=chosen.hash,
        data_version=history.data_version(source.store, source.site),
        generated_at=jobs.now(),
    )
    notes = (*said, *remarks(source.report), *made.notes, *planned.warnings)
    return replace(planned, warnings=notes), stamp


def _from_store(args: argparse.Namespace) -> "tuple[Planned, Stamp]":
    from dataclasses import replace

    from dashboard.cli.plan_rules import plan_as_asked
    from dashboard.cli.source import stored_site
    from dashboard.service import answers, exports, planning
    from data.store import Store
    from staffing.weekly import NO_WEEKLY_RULES

    for option in (
        "hours_from",
        "as_of",
        "horizon",
        "model",
        "configuration",
        "seed",
        "draws",
        "country",
        "ignore",
        "events",
        "regressors",
    ):
        if getattr(args, option) not in (None, []):
            raise ServiceError(
                f"--{option.replace('_', '-')} needs --input: without it the plan follows the "
                "stored forecast, which `edinflow forecast` makes."
            )
    settings = settings_of(args)
    chosen, said = _settings_meant(args, settings)
    site, _ = stored_site(args, settings)
    plain = replace(chosen, rules=NO_WEEKLY_RULES)  # planned under the rules below, with time
    with progress_bar("Planning"):
        answer = answers.answer(plain, answers.question(plain, site))
        if answer is None:
            raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
        if answer.plan is None:
            raise ServiceError(" ".join(answer.notes))
        on = planning.basis(chosen, Store.open(chosen.store), answer.forecast)
        planned = plan_as_asked(args, chosen, on)
    notes = (*said, *answer.notes, *planned.warnings)
    return replace(planned, warnings=notes), exports.stamp(answer, chosen)


def _settings_meant(
    args: argparse.Namespace, settings: "Settings"
) -> "tuple[Settings, tuple[str, ...]]":
    """The settings with the department that is meant, and whether that is the default one."""
    from dataclasses import replace

    from dashboard.settings import load

    said: tuple[str, ...] = ()
    path = path_of(args.department)
    if path:
        settings = settings.with_department_of(load(path))
    elif settings.source is None:
        said = (DEFAULT_DEPARTMENT,)
    if args.service_level is not None:
        department = replace(settings.department, service_level=args.service_level)
        settings = replace(settings, department=department)
    return settings, said
