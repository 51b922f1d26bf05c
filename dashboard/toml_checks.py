"""Values of a settings table that refuse themselves, named by their own line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from dashboard.toml_table import TomlTable
from staffing.errors import StaffingError
from staffing.role import Acuities

Value = TypeVar("Value")


def five(table: TomlTable, key: str, default: Acuities | None) -> Acuities:
    """Five numbers, for acuity 1 to 5."""
    first, second, third, fourth, fifth = table.numbers(key, 5, default)
    return first, second, third, fourth, fifth


def check_alone(table: TomlTable, key: str, make: Callable[[], object]) -> None:
    """Refuse a value that cannot be, whatever stands beside it, by its own line."""
    try:
        make()
    except StaffingError as error:
        raise table.refused(error, key) from error


def check_each(table: TomlTable, alone: Any, values: Mapping[str, Any]) -> None:
    """Refuse the first of some values that cannot be, put into a dataclass that is right."""
    for key, value in values.items():
        check_alone(table, key, partial(replace, alone, **{key: value}))


def made(table: TomlTable, make: Callable[[], Value]) -> Value:
    """What is made of a table; a value that refuses itself is named with the table's place."""
    try:
        return make()
    except StaffingError as error:
        raise table.refused(error) from error
