"""Which models there are, what each costs, when to use it, and which one is live ("auto")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from forecasting.errors import ForecastError
from forecasting.model import Forecaster

BASELINE = "profile"


@dataclass(frozen=True)
class ModelInfo:
    """A model's name, how to build it (heavy libraries are imported then), and words on its use."""

    name: str
    build: Callable[[], Forecaster]
    cost: str
    when: str


def _seasonal_naive() -> Forecaster:
    from forecasting.models.seasonal_naive import SeasonalNaive

    return SeasonalNaive()


def _profile() -> Forecaster:
    from forecasting.models.profile import Profile

    return Profile()


def _harmonic() -> Forecaster:
    from forecasting.models.harmonic import Harmonic

    return Harmonic()


def _ets() -> Forecaster:
    from forecasting.models.ets_days import EtsDays

    return EtsDays()


def _gaussian() -> Forecaster:
    from forecasting.models.gaussian_days import GaussianDays

    return GaussianDays()


def _components() -> Forecaster:
    from forecasting.models.components_days import ComponentsDays

    return ComponentsDays()


def _ensemble() -> Forecaster:
    from forecasting.models.ensemble import Ensemble

    return Ensemble()


def _prophet() -> Forecaster:
    from forecasting.models.prophet_days import ProphetDays

    return ProphetDays()


MODELS: Mapping[str, ModelInfo] = MappingProxyType(
    {
        info.name: info
        for info in (
            ModelInfo(
                "seasonal-naive",
                _seasonal_naive,
                "nothing to fit",
                "only to compare with: last week repeated",
            ),
            ModelInfo(
                "profile",
                _profile,
                "a few milliseconds",
                "the baseline, and the fallback from the first day of data on",
            ),
            ModelInfo(
                "harmonic",
                _harmonic,
                "a fifth of a second for five years of hours",
                "the usual choice: knows the season, holidays and the day after",
            ),
            ModelInfo(
                "ets",
                _ets,
                "half a second for five years of hours",
                "at least four weeks of data; level and weekdays that move on",
            ),
            ModelInfo(
                "prophet",
                _prophet,
                "half a second for five years, and two seconds to load",
                "at least four weeks of data; follows slow trends",
            ),
            ModelInfo(
                "gaussian",
                _gaussian,
                "half a second for five years of hours",
                "at least four weeks of data; the best single model wherever it was tried",
            ),
            ModelInfo(
                "components",
                _components,
                "half a second for five years of hours",
                "at least four weeks of data; tells a level that moves from busy days that pass",
            ),
            ModelInfo(
                "ensemble",
                _ensemble,
                "three seconds for five years of hours",
                "the best choice from half a year of data on: four unlike models weighed",
            ),
        )
    }
)


def build(name: str) -> Forecaster:
    """The model of that name; an unknown one is refused with the nearest known."""
    if name not in MODELS:
        near = get_close_matches(name, MODELS, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(MODELS)}."
        raise ForecastError(f"There is no model {name!r}: {hint}")
    return MODELS[name].build()
