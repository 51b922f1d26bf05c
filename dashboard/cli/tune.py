"""`edinflow tune`: search a model's parameters on the past, without the last year."""

import argparse
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import (
    add_configuration,
    add_place,
    add_reading,
    models_of,
    path_of,
    seed,
    whole,
)
from dashboard.service.errors import ServiceError
from data import locale

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.cli.command import Verbs
    from data.arrivals import ArrivalSeries
    from forecasting.configuration import Configuration
    from forecasting.tune import TuneReport

USUAL_MODEL = "harmonic"


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "tune",
        "Search a model's parameters on the past, and save what held; never sees the last year.",
        run,
        "edinflow tune --input arrivals.csv --time-zone America/Chicago --country US "
        "--model harmonic --trials 20 --save harmonic.toml",
    )
    parser.add_argument("--input", metavar="FILE", help="arrivals (default: the store)")
    parser.add_argument(
        "--model",
        metavar="NAME",
        action="append",
        help=f"model to tune, starting from its defaults (default: {USUAL_MODEL})",
    )
    add_configuration(parser)
    parser.add_argument("--stream", metavar="NAME", default="all", help="part of the patients")
    parser.add_argument(
        "--trials", metavar="N", type=trials, default=20, help="how many to try (default 20)"
    )
    parser.add_argument(
        "--minutes", metavar="M", type=minutes, default=30, help="begin none later (default 30)"
    )
    parser.add_argument(
        "--shorter-reserve",
        metavar="DAYS",
        type=reserve,
        help="leave only so many last days unseen instead of a year: scores on the last year "
        "are then no proof any more",
    )
    parser.add_argument("--seed", metavar="N", type=seed, default=1, help="same seed, same result")
    parser.add_argument("--save", metavar="FILE", help="write the configuration there (TOML)")
    add_place(parser)
    add_reading(parser)
    parser.set_defaults(as_of=None)


def trials(text: str) -> int:
    """Number of configurations to try, the defaults included."""
    return whole(text, 2, 1000)


def minutes(text: str) -> int:
    """Time limit in minutes."""
    return whole(text, 1, 10_000)


def reserve(text: str) -> int:
    """Days that stay unseen."""
    return whole(text, 56, 365)


def run(args: argparse.Namespace) -> Result:
    """Search, show what was tried, and save the outcome."""
    from dashboard.cli.source import past_arrivals
    from dashboard.service.files import write_whole
    from forecasting import tune

    series, calendar, warnings = past_arrivals(args)
    models = models_of(args) or [USUAL_MODEL]
    if len(models) > 1:
        raise ServiceError(f"One model is tuned at a time, not {len(models)}: name one of them.")
    with progress_bar(f"Tuning {models[0].partition('(')[0]}") as progress:
        report = tune.tune(
            series,
            calendar,
            models[0],
            trials=args.trials,
            seconds=60.0 * args.minutes,
            unseen_days=args.shorter_reserve or tune.UNSEEN_DAYS,
            seed=args.seed,
            progress=progress,
        )
    notes = list(warnings)
    if args.shorter_reserve:
        notes.append(
            f"Only the last {args.shorter_reserve} days stayed unseen: judge the result by what "
            "comes, not by scores on the last year."
        )
    save = path_of(args.save)
    contents: dict[Path, bytes] = {}
    if save:
        contents[save] = _file(report, series).encode()
    write_whole(contents)
    lines = [*_lines(report, series), *(f"  Written: {path}" for path in contents)]
    return Result(tuple(lines), _values(report, series, list(contents), notes), tuple(notes))


def _lines(report: "TuneReport", series: "ArrivalSeries") -> list[str]:
    unseen = report.unseen_from.tz_convert(series.time_zone)
    head = (
        f"{series.site}: {len(report.tried)} trials of {report.default.model}, each on "
        f"{len(report.choosing)} forecasts of 28 days; nothing from {unseen:%Y-%m-%d} on was used."
    )
    rows = ["  trial   loss  seconds  change"]
    best = float("inf")
    for number, one in enumerate(report.tried, start=1):
        taken = one.loss < best
        best = min(best, one.loss)
        said = one.change or "defaults" if not one.refused else f"{one.change}: {one.refused}"
        mark = "*" if taken else " "
        loss, seconds = locale.number(one.loss, 4), locale.number(one.seconds, 1)
        rows.append(f"  {number:>4} {mark} {loss:>6}  {seconds:>7}  {said}")
    foot = "  Loss is error relative to the profile, hours and days alike; * best so far."
    return [head, *rows, foot, f"  Stopped {report.stopped}.", report.verdict]


def _values(
    report: "TuneReport", series: "ArrivalSeries", written: "list[Path]", warnings: list[str]
) -> dict[str, Any]:
    return {
        "site": series.site,
        "stream": series.stream,
        "model": report.default.model,
        "trials": [
            {
                "label": one.configuration.label,
                "change": one.change,
                "loss": one.loss,
                "seconds": one.seconds,
                "refused": one.refused or None,
                "parameters": one.configuration.values,
            }
            for one in report.tried
        ],
        "unseen_from": report.unseen_from,
        "gain_found": report.gain_found,
        "gain_confirmed": report.gain_confirmed,
        "configuration": _plain(report.configuration),
        "kept_defaults": report.configuration == report.default,
        "stopped": report.stopped,
        "verdict": report.verdict,
        "written": written,
        "warnings": warnings,
    }


def _plain(configuration: "Configuration") -> dict[str, Any]:
    return {
        "model": configuration.model,
        "label": configuration.label,
        "parameters": configuration.values,
    }


def _file(report: "TuneReport", series: "ArrivalSeries") -> str:
    """The configuration as TOML, headed by where it comes from."""
    unseen = report.unseen_from.tz_convert(series.time_zone)
    said = (
        f"# {report.configuration.label}\n"
        f"# Tuned on {series.site}, {series.stream}, before {unseen:%Y-%m-%d}.\n"
        f"# {report.verdict}\n"
    )
    return f"{said}\n{report.configuration.toml}"
