"""Which models there are, what each costs, when to use it, and which one is live ("auto")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from forecasting.configuration import Configuration, parse
from forecasting.errors import ForecastError
from forecasting.model import Forecaster
from forecasting.parameters import Parameter, Value, checked, declared

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


def build(name: str, /, **parameters: Value) -> Forecaster:
    """The model of that name or spec, as "harmonic" or "harmonic(waves=4)".

    With parameters the model is named by its configuration's label. An unknown name, of a model
    or of a parameter, is refused with the nearest known; so is a value that makes no sense.
    """
    asked = parse(name)
    plain = info(asked.model).build()
    if not parameters and "(" not in name:
        return plain
    model: Any = plain
    known = declared(type(model))
    built = replace(model, **checked(asked.model, known, {**asked.values, **parameters}))
    values = {one.name: getattr(built, one.name) for one in known}
    named: Forecaster = replace(built, name=Configuration.of(asked.model, values).label)
    return named


def info(name: str) -> ModelInfo:
    """What is known of a model; an unknown name is refused with the nearest known."""
    if name not in MODELS:
        near = get_close_matches(name, MODELS, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(MODELS)}."
        raise ForecastError(f"There is no model {name!r}: {hint}")
    return MODELS[name]


def parameters(name: str) -> tuple[Parameter, ...]:
    """The parameters that a model declares, with their defaults; loads the model's libraries."""
    return declared(type(info(name).build()))


def complete(configuration: Configuration) -> Configuration:
    """The configuration, checked, with the defaults of the parameters that it leaves open.

    Raises ForecastError for an unknown name or a value that makes no sense.
    """
    built = build(configuration.model, **configuration.values)
    values = {one.name: getattr(built, one.name) for one in declared(type(built))}
    return Configuration.of(configuration.model, values)


def label(name: str) -> str:
    """How a name or spec is shown: a spec by its label, such as harmonic@ab12cd.

    >>> label("profile")
    'profile'
    """
    return build(name).name if "(" in name else name
