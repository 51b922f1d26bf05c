"""Configuration: a model and its parameters, as a value, as TOML text and as a name of a model.

Three ways to write the same thing. TOML is for people and files; the spec,
`harmonic(waves=4)`, is a name that is understood wherever a model's name is; the label,
`harmonic@ab12cd`, is for tables, and its mark changes whenever a value does.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from forecasting.errors import ForecastError
from forecasting.parameters import Value

KEYS = ("model", "parameters")


@dataclass(frozen=True)
class Configuration:
    """A model and the values of its parameters, sorted by name.

    `registry.complete` checks it and fills in the parameters that nobody named.
    """

    model: str
    parameters: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", tuple(sorted(self.parameters)))

    @classmethod
    def of(cls, model: str, parameters: Mapping[str, Value]) -> "Configuration":
        """The configuration with these values."""
        return cls(model, tuple(parameters.items()))

    @property
    def values(self) -> dict[str, Value]:
        """Value by name of parameter."""
        return dict(self.parameters)

    @property
    def toml(self) -> str:
        """The one TOML text of this meaning."""
        rows = "".join(f"{name} = {_toml(value)}\n" for name, value in self.parameters)
        return f"model = {_toml(self.model)}\n\n[parameters]\n{rows}"

    @property
    def hash(self) -> str:
        """Six hexadecimal digits that tell configurations apart."""
        return hashlib.sha256(self.toml.encode()).hexdigest()[:6]

    @property
    def label(self) -> str:
        """Model and hash, for tables."""
        return f"{self.model}@{self.hash}"

    @property
    def spec(self) -> str:
        """The name that `registry.build` understands.

        >>> Configuration.of("harmonic", {"waves": 4, "level_half_life": 14.0}).spec
        'harmonic(level_half_life=14.0,waves=4)'
        """
        return f"{self.model}({','.join(f'{name}={value}' for name, value in self.parameters)})"


def parse(spec: str) -> Configuration:
    """A name of a model, with or without parameters, as a configuration.

    >>> parse("harmonic(waves=4)") == Configuration("harmonic", (("waves", 4),))
    True
    """
    model, bracket, inside = spec.partition("(")
    if bracket and not inside.endswith(")"):
        raise ForecastError(
            f"{spec!r} is no model with parameters: write it as 'harmonic(waves=4)'."
        )
    # Commas within inner brackets belong to a member of an ensemble.
    pairs = [pair for pair in re.split(r",(?![^(]*\))", inside[:-1]) if pair.strip()]
    values: dict[str, Value] = {}
    for pair in pairs:
        name, sign, text = (part.strip() for part in pair.partition("="))
        if not name or not sign or not text:
            raise ForecastError(
                f"{pair.strip()!r} in {spec!r} is no parameter: write it as 'waves=4'."
            )
        values[name] = _number(text)
    return Configuration.of(model.strip(), values)


def read(path: Path) -> Configuration:
    """Read a configuration file. Raises ForecastError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ForecastError(f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ForecastError(f"{path} is no configuration: it is not a text file.") from error
    return from_toml(text, path.name)


def from_toml(text: str, file: str) -> Configuration:
    """A configuration from its TOML text; file: the name that errors show."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ForecastError(f"{file} is no configuration: {error}.") from error
    for key in table:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(KEYS)}."
            raise ForecastError(f"{file}: unknown key {key!r}: {hint}")
    model, parameters = table.get("model"), table.get("parameters", {})
    if not isinstance(model, str):
        raise ForecastError(f"{file}: 'model' is {model!r}; it must name a model, as \"harmonic\".")
    if not isinstance(parameters, dict):
        raise ForecastError(f"{file}: 'parameters' must be a table, written [parameters].")
    return Configuration.of(model, parameters)


def differences(old: Configuration, new: Configuration) -> tuple[str, ...]:
    """What the new one does otherwise, a phrase per difference; both completed.

    >>> old = Configuration("harmonic", (("waves", 3),))
    >>> differences(old, Configuration("harmonic", (("waves", 4),)))
    ('waves 4 instead of 3',)
    """
    if old.model != new.model:
        return (f"model {new.model} instead of {old.model}",)
    before, after = old.values, new.values
    return tuple(
        f"{name} {_words(after.get(name))} instead of {_words(before.get(name))}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def _words(value: Value | None) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else f"{value:g}"


def _toml(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _number(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
