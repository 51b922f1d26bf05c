"""Any model, fitted to a mended history: the one place through which live forecasts are made."""

from dataclasses import dataclass, replace

import numpy as np

from data.arrivals import ArrivalSeries
from forecasting import registry
from forecasting.calendar import Calendar
from forecasting.counts import Outlook
from forecasting.forecast import Forecast
from forecasting.mending import Mended, Unrest, mend
from forecasting.model import Fitted, Forecaster, RateFitted
from forecasting.rates import FittedRates, Learned


def build(name: str) -> "Careful":
    """The model of that name, made careful. Raises ForecastError for an unknown one."""
    return Careful(registry.build(name))


@dataclass(frozen=True)
class Careful:
    """Mends a history, then lets the inner model learn from it."""

    model: Forecaster

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self.model.name

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> "CarefulFitted":
        """Fit the inner model to the mended series; ignored periods are the calendar's."""
        mended = mend(series, calendar, calendar.ignored)
        inner = self.model.fit(mended.series, calendar)
        kind = CarefulRates if isinstance(inner, RateFitted) else CarefulFitted
        return kind(inner, calendar, series, mended)


@dataclass(frozen=True, eq=False)
class CarefulFitted:
    """A fitted model that mends every history it is given, with that history's end as the present.

    inner: what the model learned from the mended series of the fit.
    """

    inner: Fitted
    calendar: Calendar
    series: ArrivalSeries
    mended: Mended

    def forecast(
        self,
        steps: int,
        draws: int,
        rng: np.random.Generator,
        history: ArrivalSeries | None = None,
    ) -> Forecast:
        """The inner model's draws after the mended history; notes say what was mended."""
        mended = self._mend(history)
        made = self._around(mended).forecast(steps, draws, rng, mended.series)
        return replace(made, notes=(*made.notes, *mended.notes))

    def _mend(self, history: ArrivalSeries | None) -> Mended:
        if history is None or history is self.series:
            return self.mended
        return mend(history, self.calendar, self.calendar.ignored)

    def _around(self, mended: Mended) -> Fitted:
        """The inner model, its outlook widened by the unrest of that history."""
        if mended.unrest == Unrest() or not isinstance(self.inner, FittedRates):
            return self.inner
        return replace(self.inner, learned=Widened(self.inner.learned, mended.unrest))


@dataclass(frozen=True, eq=False)
class CarefulRates(CarefulFitted):
    """One whose inner model has expected rates, and so has it."""

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self._rates(self.inner).name

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell of the inner model, and of the history that it learned from."""
        return (*self._rates(self.inner).notes, *self.mended.notes)

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """The inner model's outlook after the mended past, wider where the level shifted."""
        mended = self._mend(past)
        return self._rates(self._around(mended)).outlook(steps, mended.series)

    @staticmethod
    def _rates(inner: Fitted) -> RateFitted:
        if not isinstance(inner, RateFitted):
            raise TypeError("a careful model of rates was made around one without")
        return inner


@dataclass(frozen=True)
class Widened:
    """What a model learned, less sure because the level shifted."""

    learned: Learned
    unrest: Unrest

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """The learned outlook with the unrest added to its spread."""
        return self.unrest.widen(self.learned.outlook(steps, past))
