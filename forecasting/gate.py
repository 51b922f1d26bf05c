"""The baseline gate: a model is live only if it beat the profile on the last eight weeks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting import backtest
from forecasting.backtest import BacktestReport
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import Grain
from forecasting.registry import BASELINE, label
from forecasting.significance import difference

CANDIDATES = ("ensemble",)
WEEKS = 8
FEWEST_DAYS_TO_LEARN = 56
DRAWS = 200


@dataclass(frozen=True, eq=False)
class Choice:
    """The live model, one sentence on why, and the scores it rests on (empty: too little data)."""

    name: str
    reason: str
    scores: pd.DataFrame


def choose(
    series: ArrivalSeries,
    calendar: Calendar,
    *,
    candidates: Sequence[str] = CANDIDATES,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Choice:
    """Compare the candidates with the profile on the last eight weekly origins of the series.

    Each model is fitted once, on what was known eight weeks ago, and forecasts the seven days
    after each origin. Loss is the mean of two ratios to the profile: CRPS by the step and CRPS by
    the day. The best candidate is live if its loss is below 1, otherwise the profile.
    """
    origins = [_weeks_before(series, week) for week in range(WEEKS, 0, -1)]
    if not enough(series):
        reason = (
            f"{BASELINE}: too little history to compare models; it needs "
            f"{FEWEST_DAYS_TO_LEARN + 7 * WEEKS} days."
        )
        return Choice(BASELINE, reason, pd.DataFrame())
    steps = [_steps(series, origin) for origin in origins]
    grains: list[Grain] = ["hour", "day"] if series.step == "hour" else ["day"]
    tables, refused = [], []
    losses: dict[str, pd.DataFrame] = {}
    for number, name in enumerate((BASELINE, *candidates)):
        try:
            report = backtest.run(
                series, calendar, [name], origins, steps,
                refit=pd.Timedelta(days=7 * WEEKS + 1), draws=DRAWS, seed=seed, grains=grains,
            )  # fmt: skip
        except ForecastError as error:
            if name == BASELINE:
                raise
            refused.append(str(error))  # a candidate that cannot be fitted here is none
            continue
        tables.append(report.scores())
        losses[name] = _losses(report)
        if progress is not None:
            progress((number + 1) / (len(candidates) + 1))
    table = pd.concat(tables, ignore_index=True)
    if table.empty:
        return Choice(BASELINE, f"{BASELINE}: nothing was observed in the last weeks.", table)
    ratio = relative_loss(table).drop(BASELINE)
    if ratio.empty:
        return Choice(BASELINE, f"{BASELINE}: no other could be fitted. {refused[0]}", table)
    if not (ratio < 1).any():
        return Choice(
            BASELINE,
            f"{BASELINE}: {_named(ratio)} did not beat it on the last {WEEKS} weeks.",
            table,
        )
    best = str(ratio.idxmin())
    gain = 100 * (1 - float(ratio.min()))
    luck = "; that may be luck" if _may_be_luck(losses[best], losses[BASELINE]) else ""
    return Choice(
        best,
        f"{label(best)}: its error was {locale.number(gain, 1)} % below that of {BASELINE} "
        f"on the last {WEEKS} weeks{luck}.",
        table,
    )


def _losses(report: BacktestReport) -> pd.DataFrame:
    """Mean CRPS in patients by origin × grain."""
    rows = report.rows
    return report.losses().groupby([rows["origin_local"], rows["grain"]]).mean().unstack("grain")


def _may_be_luck(losses: pd.DataFrame, baseline: pd.DataFrame) -> bool:
    """Whether the 95 % interval of the difference holds none, or it cannot be told."""
    scale = baseline.mean()
    one, other = ((table / scale).mean(axis=1).dropna() for table in (losses, baseline))
    shared = one.index.intersection(other.index)
    found = difference(one[shared].to_numpy(), other[shared].to_numpy())
    return not found.high < 0


def _named(ratio: pd.Series) -> str:
    return " and ".join(f"the {label(str(name))}" for name in ratio.index)


def relative_loss(scores: pd.DataFrame) -> pd.Series:
    """Loss by model: the mean over grains of its CRPS divided by that of the baseline."""
    loss = scores.pivot(index="model", columns="grain", values="crps")
    return (loss / loss.loc[BASELINE]).mean(axis=1)


def enough(series: ArrivalSeries) -> bool:
    """Whether there is history enough to compare models."""
    first = _weeks_before(series, WEEKS)
    if (first - series.start) / pd.Timedelta(days=1) < FEWEST_DAYS_TO_LEARN:
        return False
    return series.until(first).observed > 0


def _weeks_before(series: ArrivalSeries, weeks: int) -> pd.Timestamp:
    start = clock.days_after(series.end, -7 * weeks, series.time_zone)
    return clock.floor_to_step(start, series.step, series.time_zone)


def _steps(series: ArrivalSeries, origin: pd.Timestamp) -> int:
    stop = clock.days_after(origin, 7, series.time_zone)
    return len(clock.steps_between(origin, stop, series.step, series.time_zone))
