"""What expected rates are made of: the usual week times named factors, kept as logarithms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from forecasting.errors import ForecastError

Floats = npt.NDArray[np.float64]

USUAL_WEEK = "usual week"
SEASON = "time of year"
TREND = "slow trend"
RECENT_WEEKS = "recent weeks"
TODAY = "today so far"
LAST_DAYS = "the last days"

# A level of nothing has no logarithm; a millionth of a millionth stands for it.
NOTHING = 1e-12


_UNUSUAL = "unusual "


def of_condition(name: str) -> str:
    """Name of the part of a condition, which counts as far as it is away from its usual.

    >>> of_condition("temperature")
    'unusual temperature'
    """
    return f"{_UNUSUAL}{name}"


def is_condition(part: str) -> bool:
    """Whether a part is that of a condition, such as temperature, and not of a special day."""
    return part.startswith(_UNUSUAL)


@dataclass(frozen=True, eq=False)
class Factors:
    """Patients per step of the usual week, and how far each named cause moves them.

    usual: patients per step ≥ 0, at about the level of the last year. logs: name → logarithm of
    the factor in each step. Whatever is neither season, trend, recent weeks nor today has the
    name of its holiday or event, or one by `of_condition`. Raises ForecastError where a
    factor is not a finite number.
    """

    usual: Floats
    logs: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, log in {USUAL_WEEK: self.usual, **self.logs}.items():
            if log.shape != self.usual.shape or not np.isfinite(log).all():
                raise ForecastError(
                    f"The part {name!r} of a forecast of {len(self.usual)} steps has shape "
                    f"{log.shape} or a step without a number: forecast with another model."
                )
        object.__setattr__(self, "logs", dict(self.logs))

    @property
    def log_total(self) -> Floats:
        """Logarithm of all factors together, per step."""
        return np.asarray(sum(self.logs.values(), np.zeros_like(self.usual)), dtype=np.float64)

    @property
    def rates(self) -> Floats:
        """Expected patients per step."""
        return np.asarray(self.usual * np.exp(self.log_total))

    def over(self, day: npt.NDArray[np.intp], share: Floats) -> "Factors":
        """Factors of days → factors of steps: each step has its share of its day's usual."""
        logs = {name: log[day] for name, log in self.logs.items() if log.any()}
        return Factors(self.usual[day] * share, logs)

    def after(self, steps: int) -> "Factors":
        """The same without the first steps."""
        return Factors(self.usual[steps:], {name: log[steps:] for name, log in self.logs.items()})

    def times(self, name: str, log: float | Floats) -> "Factors":
        """The same with one factor more; a name that is there already gets the product."""
        added = self.logs.get(name, 0.0) + np.broadcast_to(log, self.usual.shape)
        return Factors(self.usual, {**self.logs, name: np.asarray(added)})


def log_mean(one: Floats, other: Floats) -> Floats:
    """Logarithmic mean of positive numbers, (a − b) / (ln a − ln b): what turns logs into sums.

    >>> log_mean(np.array([2.0, np.e]), np.array([2.0, 1.0])).round(4).tolist()
    [2.0, 1.7183]
    """
    ratio = np.log(one / other)
    near = np.abs(ratio) < 1e-12
    slope = np.where(near, 1.0, np.expm1(ratio) / np.where(near, 1.0, ratio))
    return np.asarray(other * slope, dtype=np.float64)


def log_level(level: float) -> float:
    """Logarithm of a level ≥ 0.

    >>> log_level(1.0)
    0.0
    """
    return float(np.log(max(level, NOTHING)))


def geometric_mean(factors: Sequence[Factors], weights: Floats, floor: float) -> Factors:
    """Weighted geometric mean, cause by cause; one that a member does not know is 1 there.

    weights: members × steps, each step's sum is 1. floor: least patients per step of a member.
    """
    usual = np.exp(
        np.sum(
            [
                weight * np.log(np.maximum(one.usual, floor))
                for one, weight in zip(factors, weights, strict=True)
            ],
            axis=0,
        )
    )
    mixed = Factors(usual)
    for one, weight in zip(factors, weights, strict=True):
        for name, log in one.logs.items():
            mixed = mixed.times(name, weight * log)
    return mixed
