"""Fingerprints: the same text for the same meaning, another for another."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# What a model's numbers depend on beside this floor's own text.
LIBRARIES = ("holidays", "numpy", "pandas", "prophet", "scipy", "statsmodels")


def fingerprint(*values: Any) -> str:
    """Twenty hexadecimal digits of the meaning of some values.

    Values may be texts, numbers, times, tuples, lists, sets, mappings, arrays, frames, and
    dataclasses of these.

    >>> fingerprint("a", 1) == fingerprint("a", 1), fingerprint("a", 1) == fingerprint("a", 2)
    (True, False)
    """
    found = hashlib.sha256()
    for value in values:
        found.update(_text(value))
    return found.hexdigest()[:20]


@cache
def program() -> str:
    """Fingerprint of the forecasting floor as it stands: its files and the libraries it uses.

    A change of either may change what a model says, so results of other programs are not reused.
    """
    files = sorted(Path(__file__).parent.rglob("*.py"))
    texts = tuple(file.read_bytes() for file in files)
    return fingerprint(texts, tuple(metadata.version(name) for name in LIBRARIES))


def _text(value: Any) -> bytes:
    if isinstance(value, pd.DataFrame | pd.Series):
        hashed = pd.util.hash_pandas_object(value, index=True).to_numpy()
        names = list(value.columns) if isinstance(value, pd.DataFrame) else [value.name]
        return _joined("frame", [_text(names), hashed.tobytes()])
    if isinstance(value, np.ndarray):
        return _joined("array", [_text(value.shape), value.tobytes()])
    if is_dataclass(value) and not isinstance(value, type):
        parts = [_text((field.name, getattr(value, field.name))) for field in fields(value)]
        return _joined(type(value).__name__, parts)
    if isinstance(value, list | tuple):
        return _joined("list", [_text(one) for one in value])
    if isinstance(value, Mapping):
        return _joined("mapping", sorted(_text(pair) for pair in value.items()))
    if isinstance(value, set | frozenset):
        return _joined("set", sorted(_text(one) for one in value))
    if isinstance(value, pd.Index):
        return _text(value.to_series())
    if isinstance(value, bytes):
        return _joined("bytes", [value])
    if value is None or isinstance(value, str | int | float | date | timedelta):
        return _joined(type(value).__name__, [str(value).encode()])
    raise TypeError(f"no fingerprint is known for {type(value).__name__}")


def _joined(kind: str, parts: list[bytes]) -> bytes:
    """Kind and parts with their lengths, so that no two lists of parts give the same text."""
    return b"".join([kind.encode(), *(b"%d:" % len(part) + part for part in parts)])
