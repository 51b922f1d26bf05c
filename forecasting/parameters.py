"""Parameters that a model declares: what each means, which values make sense, and how to vary it.

A model is a frozen dataclass; a field annotated with a `Range`, a `OneOf` or a `Words` is a
parameter of it, and the field's default is the value that stands unless somebody says otherwise.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from typing import Any, get_type_hints

from forecasting.errors import ForecastError

Value = float | int | str


@dataclass(frozen=True)
class Range:
    """A number from low to high. log: a search goes by factors instead of by differences."""

    low: float
    high: float
    meaning: str
    log: bool = False


@dataclass(frozen=True)
class OneOf:
    """One of a few words or numbers."""

    choices: tuple[Value, ...]
    meaning: str


@dataclass(frozen=True)
class Words:
    """A text that people write; a search leaves it alone."""

    meaning: str


@dataclass(frozen=True)
class Parameter:
    """A parameter of a model: its name, the value that stands, and which others make sense."""

    name: str
    default: Value
    kind: Range | OneOf | Words

    @property
    def allowed(self) -> str:
        """The values that make sense, in words."""
        if isinstance(self.kind, Range):
            number = "a whole number" if isinstance(self.default, int) else "a number"
            return f"{number} from {self.kind.low:g} to {self.kind.high:g}"
        if isinstance(self.kind, OneOf):
            return "one of " + ", ".join(str(choice) for choice in self.kind.choices)
        return "a text"

    def checked(self, value: object, model: str) -> Value:
        """The value in the parameter's own type; raises ForecastError for one without sense."""
        if isinstance(self.kind, Range):
            if isinstance(value, int | float) and not isinstance(value, bool):
                inside = self.kind.low <= value <= self.kind.high
                if inside and isinstance(self.default, float):
                    return float(value)
                if inside and float(value).is_integer():
                    return int(value)
        elif isinstance(self.kind, OneOf):
            if isinstance(value, int | float | str) and value in self.kind.choices:
                return value
        elif isinstance(value, str) and value.strip():
            return value
        raise ForecastError(f"{self.name!r} of {model!r} is {value!r}; it must be {self.allowed}.")

    def at(self, place: float) -> Value:
        """The value at a place from 0 (lowest, first) to 1 (highest, last); three digits of it.

        >>> Parameter("half_life", 20.0, Range(5, 80, "days", log=True)).at(0.5)
        20.0
        """
        if isinstance(self.kind, OneOf):
            return self.kind.choices[round(place * (len(self.kind.choices) - 1))]
        if isinstance(self.kind, Words):
            return self.default
        low, high = self.kind.low, self.kind.high
        value = low * (high / low) ** place if self.kind.log else low + place * (high - low)
        if isinstance(self.default, int):
            return round(value)
        return min(max(float(f"{value:.3g}"), low), high)

    def place(self, value: Value) -> float:
        """Where a value lies from 0 (lowest, first) to 1 (highest, last)."""
        if isinstance(self.kind, OneOf):
            return self.kind.choices.index(value) / max(len(self.kind.choices) - 1, 1)
        if isinstance(self.kind, Words):
            return 0.0
        low, high, now = self.kind.low, self.kind.high, float(value)
        if self.kind.log:
            return math.log(now / low) / math.log(high / low)
        return (now - low) / (high - low)

    def moved(self, value: Value, step: float) -> Value:
        """The value a step further (−1 to 1, as a share of the range), or at the end of it.

        A whole number moves by at least one, a choice by exactly one.

        >>> Parameter("waves", 3, Range(0, 8, "waves")).moved(3, 0.25)
        5
        """
        sign = 1 if step > 0 else -1
        if isinstance(self.kind, OneOf):
            at = self.kind.choices.index(value) + sign
            return self.kind.choices[at] if 0 <= at < len(self.kind.choices) else value
        new = self.at(min(max(self.place(value) + step, 0.0), 1.0))
        if isinstance(self.kind, Range) and isinstance(value, int) and new == value:
            return int(min(max(value + sign, self.kind.low), self.kind.high))
        return new


def declared(model: type) -> tuple[Parameter, ...]:
    """Parameters of a model's class, in the order of its fields."""
    hints = get_type_hints(model, include_extras=True)
    found: list[Parameter] = []
    for field in fields(model):
        for kind in getattr(hints[field.name], "__metadata__", ()):
            if isinstance(kind, Range | OneOf | Words):
                assert field.default is not MISSING, f"{model.__name__}.{field.name}"
                found.append(Parameter(field.name, field.default, kind))
    return tuple(found)


def check(model: Any) -> None:
    """Raise ForecastError where a parameter of the model makes no sense."""
    for parameter in declared(type(model)):
        parameter.checked(getattr(model, parameter.name), model.name)


def checked(
    model: str, known: tuple[Parameter, ...], given: Mapping[str, object]
) -> dict[str, Any]:
    """The given values, each in its own type; an unknown name is refused with the nearest."""
    by_name = {parameter.name: parameter for parameter in known}
    for name in given:
        if name not in by_name:
            near = get_close_matches(name, by_name, n=1, cutoff=0.4)
            listed = f"known: {', '.join(by_name)}." if by_name else "it has none."
            hint = f"did you mean {near[0]!r}?" if near else listed
            raise ForecastError(f"The model {model!r} has no parameter {name!r}: {hint}")
    return {name: by_name[name].checked(value, model) for name, value in given.items()}
