"""`edinflow backtest`: what each model would have said at past times, beside what came."""

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import (
    add_configuration,
    add_place,
    add_reading,
    add_without,
    draws,
    models_of,
    path_of,
    processes,
    seed,
)
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from dashboard.service.backtests import Worked
    from forecasting.campaign import Task

GRAINS = ("hour", "shift", "day", "week")


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "backtest",
        "Score models on the past: forecasts from past times, each using only what came before.",
        run,
        "edinflow backtest --input arrivals.csv --time-zone America/Chicago "
        "--first-origin '2017-04-02 00:00' --last-origin '2018-03-04 00:00' --every 28d "
        "--horizon 28d --model harmonic --model profile --quantiles-out q.parquet",
    )
    parser.add_argument("--input", metavar="FILE", help="arrivals (default: the store)")
    parser.add_argument("--first-origin", metavar="LOCAL_TIME", help="first time to forecast from")
    parser.add_argument("--last-origin", metavar="LOCAL_TIME", help="last time to forecast from")
    parser.add_argument("--every", metavar="LENGTH", default="28d", help="from one to the next")
    parser.add_argument("--horizon", metavar="LENGTH", default="28d", help="how far ahead")
    parser.add_argument("--refit", metavar="LENGTH", help="learn anew so often (default: always)")
    parser.add_argument(
        "--model",
        metavar="NAME",
        action="append",
        help="model, may repeat; all = every one (default: auto)",
    )
    parser.add_argument(
        "--baseline", metavar="NAME", default="profile", help="compare with it (default: profile)"
    )
    add_configuration(parser)
    parser.add_argument(
        "--levels", metavar="L,L,…", type=levels, help="quantiles, as 0.1,0.5,0.9 (default: 15)"
    )
    parser.add_argument(
        "--grains", metavar="G,G,…", type=grains, help=f"totals, of {', '.join(GRAINS)}"
    )
    parser.add_argument(
        "--stream",
        metavar="NAME",
        action="append",
        help="part of the patients, may repeat; acuity=each, each = all there are (default: all)",
    )
    parser.add_argument("--draws", metavar="N", type=draws, default=1000, help="possible futures")
    parser.add_argument("--seed", metavar="N", type=seed, default=1, help="same seed, same result")
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=processes,
        help="processes at once (default: by the cores)",
    )
    parser.add_argument(
        "--by-horizon", action="store_true", help="show scores by how far ahead, too"
    )
    parser.add_argument(
        "--keep",
        metavar="FILE.duckdb",
        help="keep what is done there, to go on after a stop (default: the store; "
        "with --input nowhere)",
    )
    parser.add_argument("--fresh", action="store_true", help="do not go on, begin anew")
    parser.add_argument("--list", action="store_true", help="show the backtests kept, run none")
    parser.add_argument("--quantiles-out", metavar="FILE", help="write every row there (Parquet)")
    parser.add_argument("--scores-out", metavar="FILE", help="write the scores there (CSV)")
    add_place(parser)
    add_without(parser)
    add_reading(parser, many_sites=True)
    parser.set_defaults(as_of=None)


def levels(text: str) -> tuple[float, ...]:
    """Quantile levels, in ascending order.

    >>> levels("0.9,0.1")
    (0.1, 0.9)
    """
    try:
        found = sorted({float(part) for part in text.split(",")})
    except ValueError:
        found = []
    if not found or not found[0] > 0 or not found[-1] < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of levels between 0 and 1")
    return tuple(found)


def grains(text: str) -> tuple[str, ...]:
    """Grains of totals, each once."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if any(part not in GRAINS for part in found):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of {', '.join(GRAINS)}")
    return found


def run(args: argparse.Namespace) -> Result:
    """Forecast from each origin, keep and write the rows, show the scores."""
    from dashboard.cli.backtest_calendar import annotate
    from dashboard.cli.backtest_source import keeping, series_asked
    from dashboard.cli.backtest_trial import trial
    from dashboard.cli.progress import time_left
    from dashboard.service import backtests
    from data.store import Store
    from forecasting import registry
    from forecasting.campaign import Task

    if args.list:
        return _list(args)
    asked = models_of(args) or ["auto"]
    if "all" in asked:
        asked = list(dict.fromkeys([*registry.MODELS, *(name for name in asked if name != "all")]))
    found, warnings = series_asked(args)
    tasks, beside = [], []
    for one in found:
        wanted, less = trial(args, one.series), one.own != one.whole
        named = args.baseline in asked
        models = asked if named or less else [*asked, args.baseline]
        tasks.append(Task(one.series, one.own, tuple(models), wanted))
        if less and not named:
            beside.append(Task(one.series, one.whole, (args.baseline,), wanted))
    file = keeping(args)
    store = Store.open(file) if file else None
    if store is not None:
        usual = {one.series.site: one.usual for one in found}
        for task in (*tasks, *beside):
            annotate(args, store, task, usual[task.series.site], whole=task in beside)
    try:
        with time_left("Forecasting the past") as progress:
            worked = backtests.run(
                [*tasks, *beside], args.jobs, store, fresh=args.fresh, progress=progress
            )
    except KeyboardInterrupt:
        if file:
            sys.stderr.write("Stopped; the same command goes on where it was.\n")
        raise
    return _result(args, asked, tasks, worked, warnings, knows_all=bool(beside))


def _result(
    args: argparse.Namespace,
    asked: list[str],
    tasks: "list[Task]",
    worked: "Worked",
    warnings: tuple[str, ...],
    *,
    knows_all: bool,
) -> Result:
    from dashboard.service.files import frame_parquet, write_whole
    from dashboard.wording import scores as wording
    from forecasting import registry
    from forecasting.forecast import LEVELS
    from forecasting.scoreboard import scoreboard

    labels = {name: registry.label(name) for name in [*asked, args.baseline]}
    found = worked.outcome.report
    report = replace(found, rows=found.rows.assign(model=found.rows["model"].map(labels)))
    board = scoreboard(report, labels[args.baseline])
    wanted = report.rows["model"].isin([labels[name] for name in asked])
    rows = report.rows[wanted].drop(columns=["pit", "scale"])
    contents = {}
    rows_out, scores_out = path_of(args.quantiles_out), path_of(args.scores_out)
    if rows_out:
        contents[rows_out] = frame_parquet(rows)
    if scores_out:
        contents[scores_out] = board.by_grain.to_csv(index=False, float_format="%.6g").encode()
    write_whole(contents)
    warnings += (*wording.refusals(worked.outcome), *wording.unforecast(tasks))
    lines = [wording.headline(task) for task in tasks]
    if worked.continued:
        lines.append(wording.continued(worked.continued, worked.pieces))
    if report.levels != LEVELS:
        shown = ", ".join(f"{level:g}" for level in report.levels)
        lines.append(f"crps is over the levels {shown} here: do not compare it with the usual one.")
    lines += wording.tables(board, by_horizon=False)
    if args.by_horizon:
        lines += ["", "By how far ahead:", *wording.tables(board, by_horizon=True)]
    lines += ["", *wording.meaning(board)]
    lines += [wording.knows_all(board.baseline)] if knows_all else []
    lines += [f"  {label} is {name}" for name, label in labels.items() if label != name]
    lines += [f"  Written: {path}" for path in contents]
    values: dict[str, Any] = {
        "series": [wording.about(task) for task in tasks],
        "baseline": board.baseline,
        "levels": report.levels,
        "scores": board.by_grain.to_dict("records"),
        "scores_by_horizon": board.by_horizon.to_dict("records"),
        "rows": len(rows),
        "pieces": worked.pieces,
        "continued": worked.continued,
        "written": list(contents),
        "warnings": list(warnings),
    }
    return Result(tuple(lines), values, warnings)


def _list(args: argparse.Namespace) -> Result:
    import pandas as pd

    from dashboard.cli.backtest_source import EACH, keeping
    from dashboard.service import backtests
    from dashboard.wording import scores as wording
    from data.store import Store

    file = keeping(args)
    if file is None:
        raise ServiceError("Nothing is kept with --input alone: say --keep FILE.duckdb.")
    table = backtests.kept(Store.open(file)) if file.exists() else pd.DataFrame()
    if args.site and EACH not in args.site and len(table):
        table = table[table["site"].isin(args.site)]
    records = table.to_dict("records")
    lines = [wording.kept(record) for record in records] or ["No backtest is kept here yet."]
    return Result(tuple(lines), {"backtests": records})
