"""Ensemble: the geometric mean of unlike models, weighted by how well each did lately.

A single model never won everywhere; the mean of unlike ones is rarely far from the best. Members
are reached through the contract alone. Weights are learned by horizon from the last weeks, and
drawn most of the way to fixed ones, because a few weeks say little about which model is best.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import rates, registry
from forecasting.calendar import Calendar
from forecasting.counts import DayState, Outlook, Spread
from forecasting.errors import ForecastError
from forecasting.factors import Factors, geometric_mean
from forecasting.model import RateFitted
from forecasting.parameters import Range, Words, check
from forecasting.rates import FittedRates, Floats
from forecasting.unseen import pooled

# How much each member counts before its own weeks speak: the Gaussian process was the best of them
# on the earlier years of each series it was tried on, the others err differently.
MEMBERS = {"gaussian": 4.0, "harmonic": 1.0, "components": 1.0, "prophet": 1.0}
# Beyond the days on which weights are tried: the Gaussian process falls back to its mean level
# there, where Prophet keeps a trend.
FAR_MEMBERS = {"gaussian": 2.0, "harmonic": 1.0, "components": 1.0, "prophet": 2.0}
TRIAL_WEEKS = 12
TRIAL_DAYS_AHEAD = 28
# Days ahead at which weights change: the first bucket is below 3, the last beyond all trials.
BUCKETS = (3, 14, TRIAL_DAYS_AHEAD)
FEWEST_DAYS_TO_WEIGH = 200
LEAST_RATE = 1e-9
SHARPNESS = 8.0
BELIEVED_SHARE = 0.8


@dataclass(frozen=True)
class Ensemble:
    """Weighted geometric mean of four members."""

    name: str = "ensemble"
    members: Annotated[
        str, Words("models that are averaged, joined by +; each may have its own parameters")
    ] = "+".join(MEMBERS)
    sharpness: Annotated[
        float, Range(1, 64, "how strongly weight follows past errors", log=True)
    ] = SHARPNESS
    believed_share: Annotated[
        float, Range(0, 1, "share of the weights that stays whatever past errors were")
    ] = BELIEVED_SHARE

    def __post_init__(self) -> None:
        check(self)
        if self.members != "+".join(MEMBERS):
            _refuse_strangers(self.members)

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Fit each member, and learn weights where there is history enough to try them.

        A member that cannot be fitted here is left out and named; without any, ForecastError.
        """
        members, left_out = _fit_members(series, calendar, tuple(self.members.split("+")))
        names = tuple(members)
        weights = _believed(names)
        if rates.week(series).days >= FEWEST_DAYS_TO_WEIGH:
            weights = _learn(self, series, calendar, names)
        learned = WeighedMembers(tuple(members.values()), weights)
        return FittedRates(self.name, series, learned, left_out)


@dataclass(frozen=True, eq=False)
class WeighedMembers:
    """Fitted members and their weights, horizon bucket × member."""

    members: tuple[RateFitted, ...]
    weights: Floats

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Geometric mean of rates; spread and today's state are the members' weighted means."""
        outlooks = [member.outlook(steps, past) for member in self.members]
        bucket = np.searchsorted(BUCKETS, rates.future(past, steps).day, side="right")
        factors = [one.factors or Factors(one.rates) for one in outlooks]
        mixed = geometric_mean(factors, self.weights[bucket].T, LEAST_RATE)
        share = self.weights[:-1].mean(axis=0)  # of the days on which members were tried
        unseen = pooled([one.unseen for one in outlooks], share)
        return Outlook.of(
            mixed, _mean_spread(outlooks, share), _mean_state(outlooks, share), unseen
        )


def _fit_members(
    series: ArrivalSeries, calendar: Calendar, names: tuple[str, ...]
) -> tuple[dict[str, RateFitted], tuple[str, ...]]:
    fitted: dict[str, RateFitted] = {}
    refused: list[str] = []
    for name in names:
        try:
            one = registry.build(name).fit(series, calendar)
        except ForecastError as error:
            refused.append(f"The ensemble does without {name}: {error}")
            continue
        if not isinstance(one, RateFitted):
            raise ForecastError(
                f"{name!r} gives no rates and cannot be averaged: leave it out of the ensemble."
            )
        fitted[name] = one
    if not fitted:
        raise ForecastError(
            f"No member of the ensemble could be fitted to {series.site!r}: use 'profile'."
        )
    return fitted, tuple(refused)


def _believed(names: tuple[str, ...]) -> Floats:
    """Weights before any trial, horizon bucket × member."""
    near, far = (
        np.array([table.get(name, 1.0) for name in names]) for table in (MEMBERS, FAR_MEMBERS)
    )
    return np.array([near / near.sum()] * len(BUCKETS) + [far / far.sum()])


def _refuse_strangers(members: str) -> None:
    """Raises ForecastError for a member that is no model, or an ensemble itself, or there twice."""
    names = members.split("+")
    for name in names:
        if registry.build(name).name.split("@")[0] == "ensemble" or names.count(name) > 1:
            raise ForecastError(
                f"{name!r} cannot be a member of the ensemble {members!r}: leave it out."
            )


def _learn(
    model: Ensemble, series: ArrivalSeries, calendar: Calendar, names: tuple[str, ...]
) -> Floats:
    """Weights by horizon from day totals of weekly forecasts over the last sixteen weeks.

    Each member is fitted once, on what was known before them. Weight falls with a power of the
    mean absolute error, the model's sharpness.
    """
    first = -7 * TRIAL_WEEKS - TRIAL_DAYS_AHEAD
    origins = [
        clock.floor_to_step(
            clock.days_after(series.end, first + 7 * week, series.time_zone),
            "day",
            series.time_zone,
        )
        for week in range(TRIAL_WEEKS)
    ]
    believed = _believed(names)
    start = series.until(origins[0])
    if start.observed == 0:
        return believed
    members, _ = _fit_members(start, calendar, names)
    if tuple(members) != names:
        return believed
    error = np.zeros((len(BUCKETS) + 1, len(names)))
    for origin in origins:
        past = series.until(origin)
        steps = rates.steps_in_days(past, TRIAL_DAYS_AHEAD)
        ahead = rates.future(past, steps)
        at = int(series.index.searchsorted(origin))
        actual = series.counts.to_numpy()[at : at + steps]
        seen = np.isfinite(actual)
        bucket = np.searchsorted(BUCKETS, np.arange(TRIAL_DAYS_AHEAD), side="right")
        came = np.bincount(ahead.day[seen], weights=actual[seen], minlength=TRIAL_DAYS_AHEAD)
        for column, member in enumerate(members.values()):
            said = member.outlook(steps, past).rates
            thought = np.bincount(ahead.day[seen], weights=said[seen], minlength=TRIAL_DAYS_AHEAD)
            error[:-1, column] += np.bincount(bucket, weights=np.abs(came - thought))
    error[-1] = error[-2]  # beyond the trials the last days tried must do
    if (error <= 0).any():
        return believed
    sharp = believed * (error / error.min(axis=1, keepdims=True)) ** -model.sharpness
    learned = sharp / sharp.sum(axis=1, keepdims=True)
    return np.asarray(
        model.believed_share * believed + (1 - model.believed_share) * learned, dtype=np.float64
    )


def _mean_spread(outlooks: list[Outlook], share: Floats) -> Spread:
    """Weighted means of variances, and of the two that are no standard deviations."""
    spreads = [one.spread for one in outlooks]

    def pooled(name: str) -> float:
        return float(np.sqrt(np.dot(share, [getattr(one, name) ** 2 for one in spreads])))

    return Spread(
        day=pooled("day"),
        day_correlation=float(np.dot(share, [one.day_correlation for one in spreads])),
        level=pooled("level"),
        drift=pooled("drift"),
        hour_dispersion=float(np.dot(share, [one.hour_dispersion for one in spreads])),
    )


def _mean_state(outlooks: list[Outlook], share: Floats) -> DayState:
    states = [one.today or DayState(0.0, one.spread.day**2) for one in outlooks]
    return DayState(
        float(np.dot(share, [one.mean for one in states])),
        float(np.dot(share, [one.variance for one in states])),
    )
