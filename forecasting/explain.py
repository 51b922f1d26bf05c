"""Parts of a forecast in patients, which add up to what is expected.

Models multiply; people add. The logarithmic mean turns one into the other without a remainder:
rate − usual = Σ L(rate, usual) · ln f over the factors f, with L(a, b) = (a − b) / (ln a − ln b).
The parts do not depend on the order of the factors (the "LMDI" decomposition: B. W. Ang, Energy
Policy 32, 2004, 1131–1139, and 33, 2005, 867–871).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data import clock
from data.clock import Step
from forecasting.calendar import slots
from forecasting.errors import ForecastError
from forecasting.factors import (
    LAST_DAYS,
    NOTHING,
    RECENT_WEEKS,
    SEASON,
    TODAY,
    TREND,
    USUAL_WEEK,
    Factors,
    Floats,
    is_condition,
    log_mean,
)
from forecasting.forecast import Forecast

SPECIAL_DAYS, CONDITIONS = "special days", "conditions"
_BEFORE, _AFTER = (USUAL_WEEK, SEASON), (TREND, RECENT_WEEKS, LAST_DAYS, TODAY)


@dataclass(frozen=True, eq=False)
class Parts:
    """What each step's expected patients are made of.

    frame: steps (UTC starts) × parts, in patients per step. The first column is the usual week;
    the others are added to it or taken from it, and a row's sum is what the model expects of that
    step, today so far included. Special days and conditions have a column each, under their own
    name.
    """

    model: str
    site: str
    stream: str
    time_zone: str
    step: Step
    frame: pd.DataFrame

    def __post_init__(self) -> None:
        names = list(self.frame.columns)
        if not names or names[0] != USUAL_WEEK or len(self.frame) == 0:
            raise ForecastError(
                f"The parts of a forecast by {self.model!r} do not begin with its usual week: "
                "make a new forecast."
            )

    @property
    def index(self) -> pd.DatetimeIndex:
        """Start of each step (UTC)."""
        return pd.DatetimeIndex(self.frame.index)

    @property
    def total(self) -> pd.Series:
        """Expected patients per step."""
        return self.frame.sum(axis=1).rename("expected")

    @property
    def days(self) -> list[date]:
        """Local days of the steps; the first and the last may be cut short."""
        return [day.date() for day in slots(self.index, self.time_zone, self.step).dates]

    def by_day(self) -> pd.DataFrame:
        """Local days (dates) × parts, in patients; days that are cut short count as they are."""
        where = slots(self.index, self.time_zone, self.step)
        sums = np.zeros((len(where.dates), self.frame.shape[1]))
        np.add.at(sums, where.day, self.frame.to_numpy())
        return pd.DataFrame(sums, index=self.days, columns=self.frame.columns)

    def of_day(self, day: date) -> pd.DataFrame:
        """Steps of one local day × parts. Raises ForecastError for a day outside the forecast."""
        local = self.index.tz_convert(self.time_zone)
        rows: pd.DataFrame = self.frame[np.asarray(local.date) == day]
        if rows.empty:
            raise ForecastError(
                f"{day} lies outside the forecast, which runs from {self.days[0]} to "
                f"{self.days[-1]}: choose a day in it, or a longer horizon."
            )
        return rows

    def is_whole(self, day: date) -> bool:
        """Whether the forecast covers all of a local day."""
        start = pd.Timestamp(day).tz_localize(self.time_zone, nonexistent="shift_forward")
        start = start.tz_convert("UTC")
        stop = clock.days_after(start, 1, self.time_zone)
        return len(self.of_day(day)) == len(
            clock.steps_between(start, stop, self.step, self.time_zone)
        )


def parts_of(forecast: Forecast) -> Parts:
    """The parts of a forecast. Raises ForecastError where its model cannot tell them."""
    if forecast.factors is None:
        raise ForecastError(
            f"The model {forecast.model!r} cannot tell what its forecast is made of: "
            "explain another one, such as --model harmonic."
        )
    frame = pd.DataFrame(_patients(forecast.factors), index=forecast.index)
    return Parts(
        model=forecast.model,
        site=forecast.site,
        stream=forecast.stream,
        time_zone=forecast.time_zone,
        step=forecast.step,
        frame=frame[_in_order(list(frame.columns))],
    )


def _patients(factors: Factors) -> dict[str, Floats]:
    """Patients per step by part; they add up to the rates."""
    usual = np.maximum(factors.usual, NOTHING)
    weight = log_mean(usual * np.exp(factors.log_total), usual)
    weight = np.where(factors.usual > 0, weight, 0.0)
    added = {name: weight * log for name, log in factors.logs.items() if log.any()}
    return {USUAL_WEEK: factors.usual, **added}


def _in_order(names: list[str]) -> list[str]:
    """Usual week, season, special days by name, conditions, the trend, and what was lately."""
    special = sorted(set(names) - {*_BEFORE, *_AFTER}, key=lambda name: (is_condition(name), name))
    return [
        *(name for name in _BEFORE if name in names),
        *special,
        *(name for name in _AFTER if name in names),
    ]


def grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with a column for all special days and one for all conditions, for tables."""
    named = [name for name in frame.columns if name not in (*_BEFORE, *_AFTER)]
    kept = frame.drop(columns=named)
    place = sum(name in _BEFORE for name in kept.columns)
    for group, conditions in ((CONDITIONS, True), (SPECIAL_DAYS, False)):
        own = [name for name in named if is_condition(name) == conditions]
        if own:
            kept.insert(place, group, frame[own].sum(axis=1))
    return kept


def rounded(values: Floats, total: int) -> Floats:
    """Whole numbers that add up to the total, each within 1.5 of its value, most within 0.5.

    Those that rounding favoured or wronged most give way. total: within 1 of the values' sum.

    >>> rounded(np.array([1.4, 1.4, -0.3]), 3).tolist()
    [2.0, 1.0, 0.0]
    """
    near = np.rint(values) + 0.0
    short = int(total - near.sum())
    wronged = np.argsort(-np.sign(short) * (values - near), kind="stable")
    near[wronged[: abs(short)]] += np.sign(short)
    return np.asarray(near, dtype=np.float64)
