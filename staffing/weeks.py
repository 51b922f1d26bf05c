"""Calendar weeks of a plan, each of which keeps its limits: Monday to Sunday on the local clock."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.errors import StaffingError
from staffing.requirement import Requirement
from staffing.surround import WEEK

Wholes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Amounts = float | tuple[float, ...]  # one for the whole plan, or one for each of its weeks


def week_numbers(moments: pd.DatetimeIndex, requirement: Requirement) -> Wholes:
    """Calendar week of instants (UTC), counted from the one in which the plan begins.

    A week begins on Monday at 00:00 of the local clock; −1 = the week before the plan's first.
    """
    zone = requirement.time_zone
    first = _mondays(pd.DatetimeIndex([requirement.start]), zone)[0]
    return np.asarray((_mondays(moments, zone) - first) // WEEK, dtype=np.int64)


def step_weeks(requirement: Requirement) -> Wholes:
    """Week of each step of the plan."""
    return week_numbers(pd.DatetimeIndex(requirement.heads.index), requirement)


def week_shares(requirement: Requirement) -> Floats:
    """How much of 168 hours of each of its calendar weeks lies in the plan.

    1 for a whole week, less for a part of one; a week in which the clock changes is as much longer
    or shorter as its night. All of them together are the length of the plan in weeks.
    """
    steps = np.bincount(step_weeks(requirement)).astype(np.float64)
    return steps * (requirement.step / WEEK)


def week_mondays(requirement: Requirement) -> pd.DatetimeIndex:
    """The Monday of each calendar week that the plan touches, without a zone."""
    first = _mondays(pd.DatetimeIndex([requirement.start]), requirement.time_zone)[0]
    return pd.date_range(first, periods=len(week_shares(requirement)), freq=WEEK)


def spans(amounts: Amounts, shares: Floats) -> tuple[Wholes, Floats, Floats]:
    """Stretches in which a limit holds: which one each week is in, their weeks, their limits.

    shares: of each week of the plan. Each week is a stretch of its own where it has an amount of
    its own, else the whole plan is one.
    """
    if not isinstance(amounts, tuple):
        return np.zeros(len(shares), np.int64), np.array([shares.sum()]), np.array([float(amounts)])
    if len(amounts) != len(shares):
        raise StaffingError(
            f"There are limits for {len(amounts)} weeks, and the plan touches {len(shares)}: give "
            "one for each."
        )
    return np.arange(len(shares)), shares, np.array(amounts, dtype=float)


def per_start(weights: npt.ArrayLike, spans: Wholes, first: Wholes, last: Wholes) -> Floats:
    """Sum of the steps' weights from first up to, not including, last: a row for each span.

    weights: one for each step. spans: stretch of each step. first, last: of each start.
    """
    size = int(spans.max()) + 1
    own = np.where(spans == np.arange(size)[:, None], np.asarray(weights, dtype=float), 0.0)
    total = np.concatenate([np.zeros((size, 1)), own.cumsum(axis=1)], axis=1)
    found: Floats = total[:, last] - total[:, first]
    return found


def _mondays(moments: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    days = moments.tz_convert(zone).tz_localize(None).normalize()
    return days - pd.to_timedelta(days.day_of_week, unit="D")
