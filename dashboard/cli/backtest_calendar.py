"""What models of a backtest know of days, where the options say otherwise than the settings."""

import argparse
import shlex
from typing import TYPE_CHECKING

from dashboard.service.calendars import less

if TYPE_CHECKING:
    from data.store import Store
    from forecasting.calendar import Calendar
    from forecasting.campaign import Task

ON_A_TERMINAL = 0  # stands in the ledger's notes where the lab's has the number of its job


def knowing_all(args: argparse.Namespace) -> argparse.Namespace:
    """The options without those that keep something from the models that are asked about.

    A baseline that nobody named is the yardstick: it knows all, on the terminal as in the lab.
    """
    return argparse.Namespace(**{**vars(args), "without": [], "ignore": []})


def annotate(
    args: argparse.Namespace, store: "Store", task: "Task", usual: "Calendar", whole: bool
) -> None:
    """Say of kept backtests that they were told another calendar than the settings', `usual`.

    whole: the task's models know all that the options tell. A leaderboard then shows such a run as
    a row of its own, and never in the place of the one that the settings make.
    """
    from dashboard.service import backtests
    from data import jobs as ledger

    if task.calendar == usual:
        return
    periods = [] if whole else [f"{one.first}..{one.last}" for one in args.ignore]
    without = [] if whole else args.without
    note = ", ".join(filter(None, (_described(args), less(without, periods))))
    known = set(ledger.notes(store)["run_key"])
    for model, key in backtests.run_keys(task).items():
        if key not in known:
            line = _command(args, task, model, without, periods)
            ledger.annotate(store, ON_A_TERMINAL, [key], note, line)


def _described(args: argparse.Namespace) -> str:
    """What the options tell of the site in the settings' stead."""
    place = "-".join(filter(None, (args.country, args.subdivision)))
    files = [*(args.events or ()), *(args.regressors or ())]
    words = [f"holidays of {place}"] if place else []
    return ", ".join([*words, *(f"with {file}" for file in files)])


def _command(
    args: argparse.Namespace, task: "Task", model: str, without: list[str], periods: list[str]
) -> str:
    """The line that runs one model of a task again."""
    series, trial = task.series, task.trial
    first, last = (
        f"{origin.tz_convert(series.time_zone):%Y-%m-%d %H:%M}"
        for origin in (trial.origins[0], trial.origins[-1])
    )
    words = ["edinflow", "backtest", "--site", series.site, "--model", model]
    words += [] if series.stream == "all" else ["--stream", series.stream]
    words += ["--first-origin", first, "--last-origin", last]
    words += ["--every", args.every, "--horizon", args.horizon]
    words += ["--refit", args.refit] if args.refit else []
    words += ["--draws", str(trial.draws), "--seed", str(trial.seed)]
    for option, values in (
        ("--country", [args.country] if args.country else []),
        ("--subdivision", [args.subdivision] if args.subdivision else []),
        ("--events", args.events or []),
        ("--regressors", args.regressors or []),
        ("--without", without),
        ("--ignore", periods),
    ):
        words += [word for value in values for word in (option, value)]
    return shlex.join(words)
