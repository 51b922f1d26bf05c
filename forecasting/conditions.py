"""Conditions of a day (temperature, influenza) as models see them: how unusual for the season.

The season itself is already in a model's annual waves, so a regressor counts by its distance from
its own usual value on that day of the year, in standard deviations. A day whose value is not known
counts as usual.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import locale
from data.arrivals import ArrivalSeries
from data.regressors import Regressor
from forecasting import rates
from forecasting.calendar import Calendar
from forecasting.special_days import AFTER, EVE, marks

Floats = npt.NDArray[np.float64]

YEAR_DAYS = 365.2425
FEWEST_DAYS = 60
# Two annual waves tell a season from this many days on; before, the usual is the mean.
WAVES, DAYS_FOR_WAVES = 2, 400
FURTHEST = 4.0
# A past day so many standard deviations from usual is a fault rather than weather.
FAULT = 8.0
# Models that learn nothing of single days.
KNOW_NO_DAYS = ("profile", "seasonal-naive")


@dataclass(frozen=True, eq=False)
class Anomaly:
    """A regressor and what is usual for it: coefficients of the season, and the spread around.

    persistence: correlation of what is unusual from one day to the next.
    """

    regressor: Regressor
    season: Floats
    scale: float
    persistence: float

    @classmethod
    def learn(
        cls, regressor: Regressor, dates: pd.DatetimeIndex, today: pd.Timestamp
    ) -> "Anomaly | None":
        """The usual as these days show it; None where they are too few or all alike."""
        values = regressor.known(dates, today)
        seen = np.isfinite(values)
        if seen.sum() < FEWEST_DAYS:
            return None
        waves = WAVES if seen.sum() >= DAYS_FOR_WAVES else 0
        design = _waves(dates[seen], waves)
        season: Floats = np.linalg.lstsq(design, values[seen], rcond=None)[0].astype(np.float64)
        scale = float(np.std(values[seen] - design @ season))
        if scale <= 1e-9 * max(1.0, float(np.abs(values[seen]).max())):
            return None
        away = (values - _waves(dates, waves) @ season) / scale
        return cls(regressor, season, scale, _persistence(away))

    def of(self, dates: pd.DatetimeIndex, today: pd.Timestamp) -> Floats:
        """Standard deviations from the usual of each day, at most four; 0 where not known."""
        away = np.clip(self.distance(dates, today), -FURTHEST, FURTHEST)
        return np.asarray(np.nan_to_num(away, nan=0.0), dtype=np.float64)

    def distance(self, dates: pd.DatetimeIndex, today: pd.Timestamp) -> Floats:
        """Standard deviations from the usual of each day as they are; NaN where not known."""
        values = self.regressor.known(dates, today)
        usual = _waves(dates, (len(self.season) - 1) // 2) @ self.season
        return np.asarray((values - usual) / self.scale, dtype=np.float64)


def _waves(dates: pd.DatetimeIndex, waves: int) -> Floats:
    turn = np.asarray((dates - pd.Timestamp("2000-01-01")).days) / YEAR_DAYS * 2 * np.pi
    columns = [np.ones(len(dates))]
    for wave in range(1, waves + 1):
        columns += [np.sin(wave * turn), np.cos(wave * turn)]
    return np.column_stack(columns)


def _persistence(away: Floats) -> float:
    """Correlation of neighbouring days, of which both are known."""
    both = np.isfinite(away[1:]) & np.isfinite(away[:-1])
    if not both.any():
        return 0.0
    return float(np.clip(np.mean(away[1:][both] * away[:-1][both]), 0.0, 0.98))


def knows_no_days(model: str) -> bool:
    """Whether a model takes every day for a usual weekday; a promoted one is named with its hash.

    >>> knows_no_days("profile@1a2b3c"), knows_no_days("harmonic")
    (True, False)
    """
    return model.partition("@")[0] in KNOW_NO_DAYS


def notes(calendar: Calendar, history: ArrivalSeries, steps: int, model: str) -> tuple[str, ...]:
    """Sentences for the reader on events and conditions that this forecast could not use."""
    past, ahead = rates.week(history).slots, rates.future(history, steps)
    if knows_no_days(model):
        return _usual_weekdays(calendar, ahead.dates, model)
    said = []
    for one in calendar.regressors:
        seen = int(np.isfinite(one.known(past.dates, past.today)).sum())
        learned = Anomaly.learn(one, past.dates, past.today)
        if learned is None:
            said.append(
                f"{one.name} is not used: it is known for {locale.counted(seen, 'past day')}, and "
                f"needs {FEWEST_DAYS} on which it is not always the same."
            )
            continue
        days = len(ahead.dates)
        missing = int(np.isnan(one.known(ahead.dates, ahead.today)).sum())
        if missing:
            said.append(
                f"{one.name} is not forecast for {missing} of the {days} days ahead, which count "
                "as usual for the season: add its forecast to the file of regressors."
            )
        said += _unheard_of(learned, past.dates, ahead.dates, ahead.today)
    return tuple(said)


def _unheard_of(
    learned: Anomaly, past: pd.DatetimeIndex, ahead: pd.DatetimeIndex, today: pd.Timestamp
) -> list[str]:
    """What looks like a fault: a past day far from all others, a day ahead like none before."""
    name, said = learned.regressor.name, []
    gone = past[past < today]
    before, after = (
        np.nan_to_num(np.abs(learned.distance(dates, today))) for dates in (gone, ahead)
    )
    likely = max(FURTHEST, float(before.max(initial=0.0)))
    if likely > FAULT:
        said.append(
            f"{name} was {_first(learned.regressor, gone[before > FAULT], today)}, so far from all "
            "others that they look alike beside it: correct it in the file of regressors, or leave "
            "it empty."
        )
    if after.max(initial=0.0) > likely:
        odd = _first(learned.regressor, ahead[after > likely], today)
        said.append(
            f"{name} is forecast as {odd}, further from usual than any past day was: is it in the "
            "same unit?"
        )
    return said


def _first(regressor: Regressor, days: pd.DatetimeIndex, today: pd.Timestamp) -> str:
    """Value and date of the first of these days, and how many more there are."""
    value = float(regressor.known(days[:1], today)[0])
    more = f" and on {len(days) - 1} more" if len(days) > 1 else ""
    return f"{locale.short(value)} on {locale.day(days[0], year=True)}{more}"


def _usual_weekdays(calendar: Calendar, dates: pd.DatetimeIndex, model: str) -> tuple[str, ...]:
    """What a model that learns nothing of single days leaves out of these."""
    special = {
        mark.name: dates[carry][0]
        for mark, carry in marks(calendar, dates).items()
        if mark.name and mark.kind not in (EVE, AFTER)
    }
    days = sorted((day, name) for name, day in special.items())
    listed = [f"{name} ({locale.day(day)})" for day, name in days]
    if calendar.regressors:
        listed.append("conditions such as temperature")
    if not listed:
        return ()
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return (
        f"The model {model!r} takes every day for a usual weekday and leaves out "
        f"{', '.join(listed[:3])}{more}: choose another one by --model to use them.",
    )
