"""Backtests in words: what was run, its scores as lines of a table, what the columns mean."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting.campaign import Outcome, Piece, Task
from forecasting.conditions import knows_no_days
from forecasting.scoreboard import Scoreboard
from forecasting.significance import FEWEST_ORIGINS

# Column of the scoreboard → its head and how a number of it is written.
COLUMNS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "model": ("model", str),
    "horizon": ("ahead", str),
    "n": ("n", str),
    "crps": ("crps", partial(locale.number, digits=3)),
    "skill": ("skill", lambda skill: f"{locale.signed(100 * skill, 1)}%"),
    "difference": ("diff", partial(locale.signed, digits=3)),
    "low": ("from", partial(locale.signed, digits=3)),
    "high": ("to", partial(locale.signed, digits=3)),
    "p": ("p", partial(locale.number, digits=3)),
    "mae": ("mae", partial(locale.number, digits=2)),
    "mase": ("mase", partial(locale.number, digits=3)),
    "wape": ("wape", partial(locale.percent, digits=1)),
    "bias": ("bias", partial(locale.signed, digits=2)),
    "cover50": ("in 50 %", locale.percent),
    "cover80": ("in 80 %", locale.percent),
    "cover95": ("in 95 %", locale.percent),
    "pit_p": ("pit p", partial(locale.number, digits=3)),
}
NOTHING = "–"


def tables(board: Scoreboard, *, by_horizon: bool) -> list[str]:
    """Lines: a table per site, stream and grain."""
    table = board.by_horizon if by_horizon else board.by_grain
    lines: list[str] = []
    for key, part in table.groupby(["site", "stream", "grain"], sort=False):
        site, stream, grain = map(str, key)
        lines += ["", f"{_whose(site, stream)}, by the {grain}", *rows(part)]
    return lines


def rows(part: pd.DataFrame) -> list[str]:
    """Head and rows of one table, columns ranged."""
    names = [name for name in COLUMNS if name in part and not part[name].isna().all()]
    cells = [[COLUMNS[name][0] for name in names]]
    cells += [
        [_cell(name, value) for name, value in zip(names, row, strict=True)]
        for row in part[names].itertuples(index=False, name=None)
    ]
    width = [max(len(row[at]) for row in cells) for at in range(len(names))]
    words = sum(name in ("model", "horizon") for name in names)
    return [
        "  "
        + "  ".join(
            text.ljust(wide) if at < words else text.rjust(wide)
            for at, (text, wide) in enumerate(zip(row, width, strict=True))
        ).rstrip()
        for row in cells
    ]


def meaning(board: Scoreboard) -> list[str]:
    """What the columns say, for a reader who did not make them."""
    base = board.baseline
    lines = [
        f"crps: error of the whole range, in patients; skill: how far it is below that of {base}.",
        f"diff: crps less that of {base}, from … to: its 95 % interval; p: how often luck alone",
        "would give so large a difference between models that are equally good.",
        "in 80 %: how often the 80 % range held; bias: forecast less actual patients;",
        "mase: error over that of last week repeated, before the origin.",
        "pit p: below 0.01 the ranges may be wrong; hours of a day are alike, so it errs low.",
    ]
    table = board.by_grain
    open_ones = table["difference"].notna() & table["p"].isna() if "p" in table else table["n"] < 0
    if open_ones.any():
        fewest = int(table.loc[open_ones, "origins"].min())
        lines.append(
            f"{locale.counted(fewest, 'origin')} {'is' if fewest == 1 else 'are'} too few to tell "
            "a difference from luck: use at least "
            f"{FEWEST_ORIGINS}, and twice as many as one horizon holds."
        )
    return lines


def _cell(name: str, value: object) -> str:
    return NOTHING if pd.isna(value) else COLUMNS[name][1](value)  # type: ignore[call-overload]


def headline(task: Task) -> str:
    """How many forecasts were made from when to when."""
    series, origins = task.series, task.trial.origins
    first, last = (_local(at, series.time_zone) for at in (origins[0], origins[-1]))
    count = "1 forecast" if len(origins) == 1 else f"{len(origins)} forecasts"
    return f"{_whose(series.site, series.stream)}: {count} from {first} to {last}."


def about(task: Task) -> dict[str, Any]:
    """The same for programs."""
    series = task.series
    return {
        "site": series.site,
        "stream": series.stream,
        "time_zone": series.time_zone,
        "models": task.models,
        "origins_utc": task.trial.origins,
    }


def knows_all(baseline: str) -> str:
    """That a yardstick nobody named was kept from nothing."""
    return f"{baseline} knows all days; name it by --model to keep the same from it."


def continued(kept: int, pieces: int) -> str:
    """What was not worked again."""
    if kept == pieces:
        return f"All {pieces} fits were kept from before; --fresh makes them anew."
    return f"{kept} of {pieces} fits were kept from before; the others were made now."


def refusals(outcome: Outcome) -> tuple[str, ...]:
    """A sentence per model and series that could not forecast from every origin."""
    first: dict[tuple[Task, str], tuple[Piece, str]] = {}
    count: dict[tuple[Task, str], int] = {}
    for piece, reason in outcome.refused.items():
        key = (piece.task, piece.model)
        first.setdefault(key, (piece, reason))
        count[key] = count.get(key, 0) + len(piece.block)
    sentences = []
    for (task, model), (piece, reason) in first.items():
        series, origins = task.series, len(task.trial.origins)
        whose, missed = _whose(series.site, series.stream), count[task, model]
        at = _local(piece.origin, series.time_zone)
        what = "it is left out" if missed == origins else "no model is scored on these"
        sentences.append(
            f"{model} could not forecast {whose} from {missed} of {origins} origins, first {at}, "
            f"so {what}: {reason}"
        )
    return tuple(sentences)


def unforecast(tasks: Sequence[Task]) -> tuple[str, ...]:
    """A sentence per site and condition that models could not know on days ahead of the origins."""
    sentences: dict[tuple[str, str], str] = {}
    for task in tasks:
        series, trial = task.series, task.trial
        for one in () if all(map(knows_no_days, task.models)) else task.calendar.regressors:
            days = [
                np.isnan(one.known(ahead, ahead[0]))
                for ahead in map(partial(_days, series), trial.origins, trial.steps)
            ]
            missing, every = int(np.concatenate(days).sum()), sum(map(len, days))
            if missing:
                sentences[series.site, one.name] = (
                    f"{one.name} was not forecast for {locale.number(missing)} of the "
                    f"{locale.number(every)} days ahead of these origins at {series.site}, which "
                    "counted as usual for the season: such scores say nothing of a forecast that "
                    f"knows it; add what was forecast then, or compare without it (--without "
                    f"{one.name})."
                )
    return tuple(sentences.values())


def _days(series: ArrivalSeries, origin: pd.Timestamp, steps: int) -> pd.DatetimeIndex:
    """Local days that a forecast from the origin touches."""
    index = clock.steps_from(origin, steps, series.step, series.time_zone)
    return index.tz_convert(series.time_zone).tz_localize(None).normalize().unique()


def kept(record: Mapping[Any, Any]) -> str:
    """One line on a backtest that is kept."""
    first, last = (
        _local(record[name], record["time_zone"])
        for name in ("first_origin_utc", "last_origin_utc")
    )
    made, whole = record["forecasts_kept"], record["origins"] * len(record["models"])
    done = "" if made == whole else f" ({made} of {whole} forecasts done)"
    return (
        f"{_local(record['begun_at_utc'], record['time_zone'])}  "
        f"{_whose(record['site'], record['stream'])}: {', '.join(record['models'])}; "
        f"{record['origins']} origins{done} from {first} to {last}, "
        f"{_ahead(int(record['horizon_steps']), str(record['step']))} ahead."
    )


def _ahead(steps: int, step: str) -> str:
    """A horizon; a day in which the clock changes has an hour more or less."""
    whole = round(steps / 24)
    if step == "hour" and whole and abs(steps - 24 * whole) <= 1:
        return locale.counted(whole, "day")
    return locale.counted(steps, step)


def _whose(site: str, stream: str) -> str:
    return site if stream == "all" else f"{site} ({stream})"


def _local(moment: pd.Timestamp, zone: str) -> str:
    return locale.moment(moment.tz_convert(zone), year=True)
