"""Gaussian process by the day: unobserved components whose sizes real departments taught.

log day total = weekday + slow trend + time of year + special days + recent weeks + day effect +
Poisson noise. Each component is a Gaussian process; all but the special days depend on the
distance between two days alone, so the covariance of any two days is one number per distance, and
the best linear prediction is one Cholesky factor (Rasmussen & Williams 2006, algorithm 2.1). What
a site has shown little of is drawn to what departments have in common, by how unsure it is.
"""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cho_factor, cho_solve

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import NO_SPREAD, Outlook, Spread
from forecasting.day_effects import day_totals, log_counts, tells
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.factors import RECENT_WEEKS, SEASON, TREND, Factors
from forecasting.hours_of_year import HoursOfYear
from forecasting.level import drifting_level
from forecasting.parameters import Range, check
from forecasting.rates import FittedRates, Floats

FEWEST_DAYS = 28
MEMORY_DAYS = 1500
SLOT_HALF_LIFE = 730.0
YEAR_DAYS = 365.2425
FIRST_DAYS = 56
# Usual size of what a condition one standard deviation from its usual does.
ANOMALY_SD = 0.02
# A day further than so many standard deviations from what the rest of it owes is a storm.
STORM = 2.5


@dataclass(frozen=True)
class Sizes:
    """Standard deviations of the components' logarithms, and in how many days each one changes.

    The values are the maximum of the marginal likelihood over an American and a Welsh department
    and three ambulance regions, each up to the year before the one that scores are reported on.
    season_width: of the time of year, 1 is a single smooth wave and 0.2 about two weeks.
    """

    weekday: float = 0.045
    weekday_moves: float = 0.009
    weekday_days: float = 600.0
    trend: float = 0.06
    trend_days: float = 2000.0
    recent: float = 0.022
    recent_days: float = 37.0
    season: float = 0.027
    season_width: float = 0.22
    season_days: float = 3700.0
    weekday_season: float = 0.008
    special: float = 0.06
    day: float = 0.027
    day_correlation: float = 0.68

    def slow(self, lag: Floats) -> dict[str, Floats]:
        """Covariance by component of two days that lie `lag` days apart; usual: the week itself."""
        same = np.where(lag % 7 == 0, 1.0, 0.0)
        year = np.exp(-2 * np.sin(np.pi * lag / YEAR_DAYS) ** 2 / self.season_width**2)
        moves = self.weekday_moves**2 * np.exp(-lag / self.weekday_days)
        return {
            "usual": 1.0 + same * (self.weekday**2 + moves),
            TREND: self.trend**2 * np.exp(-lag / self.trend_days),
            SEASON: year * self.season**2 * np.exp(-lag / self.season_days)
            + year * same * self.weekday_season**2,
        }

    def fast(self, lag: Floats) -> Floats:
        """Covariance of recent weeks, which the level after the fit is read from anew."""
        return np.asarray(self.recent**2 * np.exp(-lag / self.recent_days), dtype=np.float64)

    def own(self, lag: Floats) -> Floats:
        """Covariance of the effects that two days have for themselves."""
        return np.asarray(self.day**2 * self.day_correlation**lag, dtype=np.float64)


@dataclass(frozen=True)
class GaussianDays:
    """Best linear prediction of log day totals × hour shares."""

    name: str = "gaussian"
    memory_days: Annotated[int, Range(112, 3650, "last days that it learns from", log=True)] = (
        MEMORY_DAYS
    )
    slot_half_life: Annotated[
        float, Range(60, 3000, "days after which a week counts half for the usual hours", log=True)
    ] = SLOT_HALF_LIFE
    storm: Annotated[
        float, Range(1.0, 10.0, "standard deviations off from which a day is tamed")
    ] = STORM
    weekday: Annotated[float, Range(0.005, 0.5, "usual size of a weekday's effect", log=True)] = (
        Sizes.weekday
    )
    trend: Annotated[float, Range(0.005, 0.5, "usual size of slow changes", log=True)] = Sizes.trend
    season: Annotated[float, Range(0.002, 0.3, "usual size of the time of year", log=True)] = (
        Sizes.season
    )
    season_width: Annotated[
        float, Range(0.05, 2.0, "how smooth the year is: 0.2 is about two weeks", log=True)
    ] = Sizes.season_width
    recent: Annotated[float, Range(0.002, 0.2, "usual size of recent weeks", log=True)] = (
        Sizes.recent
    )
    recent_days: Annotated[float, Range(7, 200, "days in which recent weeks fade", log=True)] = (
        Sizes.recent_days
    )
    special: Annotated[float, Range(0.01, 0.5, "usual size of a holiday's effect", log=True)] = (
        Sizes.special
    )
    day: Annotated[float, Range(0.005, 0.2, "usual size of a day's own effect", log=True)] = (
        Sizes.day
    )

    def __post_init__(self) -> None:
        check(self)

    @property
    def sizes(self) -> Sizes:
        """Sizes of the components."""
        return Sizes(
            weekday=self.weekday,
            trend=self.trend,
            season=self.season,
            season_width=self.season_width,
            recent=self.recent,
            recent_days=self.recent_days,
            special=self.special,
            day=self.day,
        )

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Learn from complete days. Raises ForecastError with under 28 of them."""
        past = rates.week(series)
        totals = day_totals(series, past)
        known = np.flatnonzero(tells(totals))
        known = known[known >= past.days - self.memory_days]
        with_patients = int((totals[known] > 0).sum())
        if with_patients < FEWEST_DAYS:
            raise ForecastError(
                f"The Gaussian process needs at least {FEWEST_DAYS} complete days with patients "
                f"and {series.site!r} has {with_patients}: use the model 'profile' until then."
            )
        dates = past.slots.dates
        features = DayFeatures.seen(calendar, dates, past.slots.today, most_waves=0)
        weight = 0.5 ** (past.age / self.slot_half_life)
        shares = HoursOfYear.learn(past, weight)
        columns = features.of(dates, past.slots.today)[known, 1:]
        components = _learn(totals[known], dates[known], columns, features, self)
        plain = ComponentsAndShares(components, shares, NO_SPREAD)
        usual = plain.rates(past.slots)
        level = np.exp(_recent(*past.by_day(usual), self.sizes))
        spread = rates.past_spread(past, usual, level, min(FIRST_DAYS, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True, eq=False)
class Components:
    """What was learned of days: Gaussian-process weights of the known days, and special effects.

    center: mean log total, in patients. number: of each known day since 2000. weight: what each
    adds to another day per unit of their covariance. special: effects of the features' columns.
    """

    sizes: Sizes
    features: DayFeatures
    center: float
    number: npt.NDArray[np.intp]
    weight: Floats
    special: Floats

    def days(self, where: Slots) -> Factors:
        """Expected patients of the usual weekday, and the factors of trend, season and events."""
        lag = np.abs(_number(where.dates)[:, None] - self.number[None, :])
        table = self.sizes.slow(np.arange(int(lag.max()) + 1, dtype=np.float64))
        parts = {name: covariance[lag] @ self.weight for name, covariance in table.items()}
        usual = np.exp(self.center + parts.pop("usual"))
        special = self.features.effects(where.dates, self.special, where.today)
        return Factors(usual, {**parts, **special})


@dataclass(frozen=True, eq=False)
class ComponentsAndShares:
    """Components of the day, shares of the day by slot, and the spread around their product."""

    components: Components
    shares: HoursOfYear
    spread: Spread

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Components × the hour's share × recent weeks, which fade as they have always done."""
        seen = rates.week(past.last_days(rates.LEVEL_DAYS))
        usual = self.rates(seen.slots)
        sizes = self.components.sizes
        level = float(_recent(*seen.by_day(usual), sizes)[-1])
        today = rates.today(past, seen, usual * np.exp(level), self.spread)
        ahead = rates.future(past, steps)
        expected = self.components.days(ahead).over(ahead.day, self.shares.of(ahead))
        fading = level * np.exp(-ahead.day / sizes.recent_days)
        unseen = self.components.features.unseen(ahead, self.components.special)
        return Outlook.of(expected.times(RECENT_WEEKS, fading), self.spread, today, unseen)

    def rates(self, where: Slots) -> Floats:
        """Expected patients per step before the level of recent weeks."""
        days = self.components.days(where).rates
        return np.asarray(days[where.day] * self.shares.of(where), dtype=np.float64)


def _number(dates: pd.DatetimeIndex) -> npt.NDArray[np.intp]:
    return np.asarray((dates - pd.Timestamp("2000-01-01")).days, dtype=np.intp)


def _recent(actual: Floats, expected: Floats, sizes: Sizes) -> Floats:
    together = (1 + sizes.day_correlation) / (1 - sizes.day_correlation)
    return drifting_level(
        actual, expected, sizes.recent, sizes.recent_days, sizes.day * np.sqrt(together)
    )


def _learn(
    totals: Floats,
    dates: pd.DatetimeIndex,
    columns: Floats,
    features: DayFeatures,
    model: GaussianDays,
) -> Components:
    """Solve for the weights; days that lie too far from the rest count as being at the limit."""
    sizes, number = model.sizes, _number(dates)
    center = float(np.log(totals.mean()))
    target = log_counts(totals) - center
    poisson = float(1 / np.exp(np.median(log_counts(totals))))
    lag = np.abs(number[:, None] - number[None, :])
    table = np.arange(int(lag.max()) + 1, dtype=np.float64)
    own = sizes.own(table)
    own[0] += poisson
    covariance = (sum(sizes.slow(table).values()) + sizes.fast(table) + own)[lag]
    believed = 1 / features.prior(1.0, sizes.special**-2, ANOMALY_SD**-2)
    covariance += (columns * believed) @ columns.T
    factor = cho_factor(covariance, lower=True, overwrite_a=True)
    weight = cho_solve(factor, target)
    most = model.storm * np.sqrt(own[0])
    for _ in range(2):
        left = own[lag] @ weight
        tamed = target - left + np.clip(left, -most, most)
        weight = cho_solve(factor, tamed)
    special = np.concatenate([[0.0], believed * (columns.T @ weight)])
    return Components(sizes, features, center, number, weight, special)
