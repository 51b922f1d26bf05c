"""Periods that a site wants left out of learning: a pandemic, a move, a closed ward."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.errors import ForecastError

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Period:
    """Local days, first to last, both included; reason is shown to the reader."""

    first: str
    last: str
    reason: str = ""

    def __post_init__(self) -> None:
        for day in (self.first, self.last):
            if not DAY.fullmatch(day) or _date(day) is None:
                raise ForecastError(
                    f"A period to be ignored has the day {day!r}: write it as 2020-03-15."
                )
        if self.first > self.last:
            raise ForecastError(
                f"A period to be ignored runs from {self.first} to {self.last}: exchange the days."
            )

    @classmethod
    def parse(cls, text: str) -> "Period":
        """A period written FROM..TO, or a single day.

        >>> Period.parse("2020-03-15..2020-06-30").last
        '2020-06-30'
        >>> Period.parse("2020-03-15").last
        '2020-03-15'
        """
        first, dots, last = (part.strip() for part in text.partition(".."))
        if not dots and not DAY.fullmatch(first):
            raise ForecastError(
                f"A period to be ignored is {text!r}: write a day, as 2020-03-15, or FROM..TO, as "
                "2020-03-15..2020-06-30."
            )
        return cls(first, last if dots else first)

    def covers(self, dates: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        """Which of these local dates (naive midnights) lie in the period."""
        inside = (dates >= pd.Timestamp(self.first)) & (dates <= pd.Timestamp(self.last))
        return np.asarray(inside, dtype=np.bool_)


def _date(day: str) -> pd.Timestamp | None:
    try:
        return pd.Timestamp(day)
    except ValueError:
        return None
