"""What is special about a day: its place in the year, holidays and events, its conditions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.calendar import Calendar, Slots
from forecasting.conditions import Anomaly
from forecasting.factors import SEASON, of_condition
from forecasting.special_days import (
    AFTER,
    EVE,
    SHARED,
    Mark,
    marks,
    shrinkage,
)
from forecasting.unseen import Unseen

Floats = npt.NDArray[np.float64]

YEAR_DAYS = 365.2425
# Annual waves are three from so many days of history on; before, the season cannot be told.
WAVES, DAYS_FOR_WAVES = 3, 400


def words(mark: Mark) -> str:
    """What a mark is called when a forecast is explained.

    >>> words(Mark(AFTER, "Easter Monday"))
    'day after Easter Monday'
    """
    before = {EVE: "eve of ", AFTER: "day after "}
    return before.get(mark.kind, "") + mark.name


@dataclass(frozen=True)
class DayFeatures:
    """Columns that describe a day: 1, annual waves, what it may be, how unusual its conditions are.

    today: local day on which the features were learned; see `of`.
    """

    calendar: Calendar
    waves: int
    special: tuple[Mark, ...]
    anomalies: tuple[Anomaly, ...]
    today: pd.Timestamp

    @classmethod
    def seen(
        cls,
        calendar: Calendar,
        dates: pd.DatetimeIndex,
        today: pd.Timestamp | None = None,
        *,
        most_waves: int = WAVES,
    ) -> "DayFeatures":
        """The features that a history of these local dates can teach, known on `today`.

        What was never seen has no effect to learn, and no column. today: local day in which the
        history ends; without it, the last of the dates.
        """
        waves = most_waves if len(dates) >= DAYS_FOR_WAVES else 0
        now = dates[-1] if today is None else today
        learned = (Anomaly.learn(one, dates, now) for one in calendar.regressors)
        anomalies = tuple(one for one in learned if one is not None)
        return cls(calendar, waves, tuple(sorted(marks(calendar, dates))), anomalies, now)

    def of(self, dates: pd.DatetimeIndex, today: pd.Timestamp | None = None) -> Floats:
        """Days × columns; the first column is 1.

        today: local day on which this is asked. Conditions observed from that day on are not
        used; without it, from the day on which the features were learned.
        """
        turn = np.asarray((dates - pd.Timestamp("2000-01-01")).days) / YEAR_DAYS * 2 * np.pi
        columns = [np.ones(len(dates))]
        for wave in range(1, self.waves + 1):
            columns += [np.sin(wave * turn), np.cos(wave * turn)]
        return np.hstack(
            [np.column_stack(columns), self.special_of(dates), self.anomalies_of(dates, today)]
        )

    def effects(
        self, dates: pd.DatetimeIndex, coefficients: Floats, today: pd.Timestamp | None = None
    ) -> dict[str, Floats]:
        """Name → log effect on each date, of season, special days and conditions among them."""
        columns = (self.of(dates, today) * coefficients)[:, 1:]
        waves, special = 2 * self.waves, 2 * self.waves + len(self.special)
        found = self.told(dates, columns[:, waves:special])
        found[SEASON] = columns[:, :waves].sum(axis=1)
        for anomaly, effect in zip(self.anomalies, columns[:, special:].T, strict=True):
            found[of_condition(anomaly.regressor.name)] = effect
        return {name: effect for name, effect in found.items() if effect.any()}

    def told(self, dates: pd.DatetimeIndex, effects: Floats) -> dict[str, Floats]:
        """Effects of the marks, days × marks, under the names that people know.

        What all holidays share goes to the one it falls on.
        """
        found: dict[str, Floats] = {}
        carried = marks(self.calendar, dates)
        for mark, effect in zip(self.special, np.asarray(effects, dtype=np.float64).T, strict=True):
            left = effect
            for own, carry in ({mark: effect != 0} if mark.name else carried).items():
                if own.name and mark.kind in SHARED.get(own.kind, (own.kind,)):
                    part = np.where(carry, left, 0.0)
                    found[words(own)] = found.get(words(own), 0.0) + part
                    left = left - part
        return found

    def special_of(self, dates: pd.DatetimeIndex) -> Floats:
        """Days × marks: 1 where a day carries the mark."""
        found = marks(self.calendar, dates)
        table = np.zeros((len(dates), len(self.special)))
        for column, mark in enumerate(self.special):
            table[:, column] = found.get(mark, 0.0)
        return table

    def anomalies_of(self, dates: pd.DatetimeIndex, today: pd.Timestamp | None = None) -> Floats:
        """Days × regressors: standard deviations from the usual of the day."""
        table = np.zeros((len(dates), len(self.anomalies)))
        for column, anomaly in enumerate(self.anomalies):
            table[:, column] = anomaly.of(dates, self.today if today is None else today)
        return table

    def unseen(self, where: Slots, coefficients: Floats) -> Unseen | None:
        """How unsure these steps are for want of conditions; None where none is wanting.

        coefficients: of the columns; only the last are read, the conditions' log effects.
        """
        if not self.anomalies:
            return None
        slopes = coefficients[-len(self.anomalies) :]
        away = [one.distance(where.dates, where.today) for one in self.anomalies]
        each = np.isnan(np.column_stack(away)) * slopes**2
        whole = float(each.sum())
        if whole == 0:
            return None
        lasting = float(each.sum(axis=0) @ [one.persistence for one in self.anomalies]) / whole
        return Unseen(each.sum(axis=1)[where.day], lasting)

    def prior(self, wave: float, special: float, anomaly: float) -> Floats:
        """Precision (1/variance of the log effect) of each column but the first.

        Given are that of a wave, that of a holiday's own part, and that of an anomaly.
        """
        each = [wave] * (2 * self.waves) + [special * shrinkage(mark) for mark in self.special]
        return np.array(each + [anomaly] * len(self.anomalies))
