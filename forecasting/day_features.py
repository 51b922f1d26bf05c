"""What is special about a day: its place in the year, a public holiday, the day after one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.calendar import Calendar
from forecasting.factors import SEASON

Floats = npt.NDArray[np.float64]

YEAR_DAYS = 365.2425
# Annual waves are three from so many days of history on; before, the season cannot be told.
WAVES, DAYS_FOR_WAVES = 3, 400


def day_after(name: str) -> str:
    """Name of what the day after a holiday does.

    >>> day_after("Easter Monday")
    'day after Easter Monday'
    """
    return f"day after {name}"


@dataclass(frozen=True)
class DayFeatures:
    """Columns that describe a day: annual waves, each holiday, and the day after each."""

    calendar: Calendar
    waves: int
    holidays: tuple[str, ...]

    @classmethod
    def seen(
        cls, calendar: Calendar, dates: pd.DatetimeIndex, most_waves: int = WAVES
    ) -> "DayFeatures":
        """The features that a history of these local dates can teach.

        A holiday that was never seen has no effect to learn, and no column.
        """
        waves = most_waves if len(dates) >= DAYS_FOR_WAVES else 0
        return cls(calendar, waves, tuple(sorted(set(calendar.holidays(dates).dropna()))))

    def of(self, dates: pd.DatetimeIndex) -> Floats:
        """Days × columns; the first column is 1."""
        turn = np.asarray((dates - pd.Timestamp("2000-01-01")).days) / YEAR_DAYS * 2 * np.pi
        columns = [np.ones(len(dates))]
        for wave in range(1, self.waves + 1):
            columns += [np.sin(wave * turn), np.cos(wave * turn)]
        around = pd.date_range(dates[0] - pd.Timedelta(days=1), dates[-1], freq="D")
        named = self.calendar.holidays(around).to_numpy()
        today, yesterday = named[1:], named[:-1]
        free = np.array([name is None for name in today])
        for name in self.holidays:
            columns += [today == name, (yesterday == name) & free]
        return np.column_stack(columns).astype(float)

    @property
    def names(self) -> tuple[str, ...]:
        """What each column but the first stands for."""
        special = [name for holiday in self.holidays for name in (holiday, day_after(holiday))]
        return (*[SEASON] * (2 * self.waves), *special)

    def effects(self, dates: pd.DatetimeIndex, coefficients: Floats) -> dict[str, Floats]:
        """Name → log effect on each date, of the season and of the special days among them."""
        found: dict[str, Floats] = {}
        columns = (self.of(dates) * coefficients).T[1:]
        for name, effect in zip(self.names, columns, strict=True):
            if effect.any():
                found[name] = found.get(name, 0.0) + effect
        return found

    def prior(self, wave: float, holiday: float) -> Floats:
        """One value per column but the first: that of waves, then that of holidays."""
        return np.array([wave] * (2 * self.waves) + [holiday] * (2 * len(self.holidays)))
