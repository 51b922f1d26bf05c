"""The contract that every model keeps."""

from typing import Protocol, runtime_checkable

import numpy as np

from data.arrivals import ArrivalSeries
from forecasting.calendar import Calendar
from forecasting.counts import Outlook
from forecasting.forecast import Forecast


class Fitted(Protocol):
    """A model that has learned; it never changes."""

    def forecast(
        self,
        steps: int,
        draws: int,
        rng: np.random.Generator,
        history: ArrivalSeries | None = None,
    ) -> Forecast:
        """Draws for `steps` steps after the end of the history.

        history: the series up to a later origin than the fit's; what was learned stays, the
        recent level is read anew from it. None means the series of the fit.
        The generator is the only source of chance: the same state gives the same draws.
        """
        ...


@runtime_checkable
class RateFitted(Fitted, Protocol):
    """A fitted model whose draws come from expected rates: it can be averaged with others."""

    @property
    def name(self) -> str:
        """The name in the registry."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how it was fitted that a reader must see."""
        ...

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Expected rates after the end of `past`, the spread around them, and today so far."""
        ...


class Forecaster(Protocol):
    """Learns from a series; `fit` returns a new value and leaves the model as it was."""

    @property
    def name(self) -> str:
        """The name in the registry."""
        ...

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> Fitted:
        """Learn from every step of the series. Raises ForecastError where it cannot."""
        ...
