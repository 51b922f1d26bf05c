"""One table of a settings file, read key by key: a wrong type or an unknown key is named."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from dashboard.toml_lines import line_at

NO_LINES: Mapping[str, int] = MappingProxyType({})


class SettingsError(ValueError):
    """What is wrong in the settings, in which file and key, and what to do, in one sentence."""


class TomlTable:
    """A table that remembers which keys were asked for, so that the rest can be refused.

    file: name shown in errors. place: dotted place of the table in the file, "" at the top.
    lines: line of each place, where it is known.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        file: str,
        place: str = "",
        lines: Mapping[str, int] = NO_LINES,
    ) -> None:
        self._values = values
        self._file = file
        self._place = place
        self._lines = lines
        self._known: list[str] = []

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; without a default it is required."""
        value = self._get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, value, "a text in quotes")
        return value

    def optional_text(self, key: str) -> str | None:
        """A text, or None where the key is absent."""
        return self.text(key) if key in self._asked(key) else None

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        """One of some texts, the first where the key is absent."""
        value = self.text(key, choices[0])
        if value not in choices:
            raise self.error(key, value, " or ".join(map(repr, choices)))
        return value

    def optional_sign(self, key: str) -> str | None:
        """One character, which may be a tab, or None where the key is absent."""
        value = self._asked(key).get(key)
        if value is not None and (not isinstance(value, str) or len(value) != 1):
            raise self.error(key, value, "one character in quotes")
        return value

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from low to high."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.error(key, value, f"a whole number from {low} to {high}")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A number; without a default it is required."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, value, "a number")
        return float(value)

    def numbers(
        self, key: str, size: int | None, default: tuple[float, ...] | None = None
    ) -> list[float]:
        """A list of exactly `size` numbers; None: of any length."""
        value = self._get(key, default)
        good = isinstance(value, list | tuple) and size in (None, len(value))
        if not good or any(isinstance(v, bool) or not isinstance(v, int | float) for v in value):
            raise self.error(key, value, f"a list of {size or ''} numbers".replace("  ", " "))
        return [float(v) for v in value]

    def number_or_numbers(self, key: str, size: int, default: float) -> float | tuple[float, ...]:
        """A number, or a list of exactly `size` of them."""
        if isinstance(self._get(key, default), list):
            return tuple(self.numbers(key, size))
        return self.number(key, default)

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts, possibly empty."""
        value = self._get(key, default)
        if not isinstance(value, list | tuple) or any(not isinstance(v, str) for v in value):
            raise self.error(key, value, "a list of texts in quotes")
        return tuple(value)

    def table(self, key: str) -> "TomlTable":
        """A table below this one; an absent one is empty."""
        value = self._asked(key).get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, value, f"a table, written [{self._at(key)}]")
        return TomlTable(value, self._file, self._at(key), self._lines)

    def tables(self, key: str) -> "list[TomlTable]":
        """The tables of a list of tables; an absent one is an empty list."""
        value = self._asked(key).get(key, [])
        if not isinstance(value, list) or any(not isinstance(v, dict) for v in value):
            raise self.error(key, value, f"a list of tables, each written [[{self._at(key)}]]")
        return [
            TomlTable(v, self._file, f"{self._at(key)}[{i}]", self._lines)
            for i, v in enumerate(value, start=1)
        ]

    def __contains__(self, key: str) -> bool:
        return key in self._asked(key)

    def done(self) -> None:
        """Refuse keys that nobody asked for, with the nearest valid name."""
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key, self._known, n=1, cutoff=0.5)
                hint = (
                    f"did you mean {near[0]!r}?"
                    if near
                    else f"known here: {', '.join(self._known)}."
                )
                raise SettingsError(
                    f"{self._where(self._at(key))}: unknown setting {self._at(key)!r}: {hint}"
                )

    def error(self, key: str, value: object, wanted: str) -> SettingsError:
        """The error for a value that is not what was wanted."""
        where, place = self._where(self._at(key)), self._at(key)
        if value is None:
            near = get_close_matches(key, [k for k in self._values if k not in self._known], n=1)
            meant = f" (did you mean it by {near[0]!r}?)" if near else ""
            return SettingsError(f"{where}: {place!r} is missing{meant}: give {wanted}.")
        return SettingsError(f"{where}: {place!r} is {value!r}; it must be {wanted}.")

    def refused(self, error: Exception, key: str | None = None) -> SettingsError:
        """The error for a table whose values do not hold together, or for one of its keys."""
        if key is not None:
            return SettingsError(f"{self._where(self._at(key))}: {self._at(key)!r}: {error}")
        return SettingsError(f"{self._where(self._place)}: [{self._place}]: {error}")

    def number_rows(self, key: str, size: int) -> list[tuple[float, ...]]:
        """A list of lists of `size` numbers each; an absent one is empty."""
        value = self._get(key, [])
        rows: list[Any] = value if isinstance(value, list) else [None]
        for row in rows:
            good = isinstance(row, list) and len(row) == size
            if not good or any(isinstance(v, bool) or not isinstance(v, int | float) for v in row):
                raise self.error(key, value, f"a list of lists of {size} numbers")
        return [tuple(float(v) for v in row) for row in rows]

    def is_text(self, key: str) -> bool:
        """Whether the value is a text."""
        return isinstance(self._get(key, None), str)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of what the file says in this table."""
        return tuple(self._values)

    def optional_number(self, key: str) -> float | None:
        """A number, or None where the key is absent."""
        return self.number(key) if key in self._asked(key) else None

    def optional_whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from low to high, or None where the key is absent."""
        return self.whole(key, low, low, high) if key in self._asked(key) else None

    def named_numbers(self, key: str) -> tuple[tuple[str, float], ...]:
        """A table of numbers by name, as { physician = 616 }; empty where it is absent."""
        inner = self.table(key)
        return tuple((name, inner.number(name)) for name in inner.keys)

    def named_texts(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of texts by name, as { "Frueh" = "E" }, possibly empty texts."""
        inner = self.table(key)
        for name in inner.keys:
            if not isinstance(inner._get(name, None), str):
                raise inner.error(name, inner._get(name, None), "a text in quotes")
        return tuple((name, str(inner._get(name, ""))) for name in inner.keys)

    def _where(self, place: str) -> str:
        line = line_at(self._lines, place)
        return self._file if line is None else f"{self._file}, line {line}"

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key

    def _asked(self, key: str) -> Mapping[str, Any]:
        if key not in self._known:
            self._known.append(key)
        return self._values

    def _get(self, key: str, default: object) -> Any:
        return self._asked(key).get(key, default)
