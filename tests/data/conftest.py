"""A fresh store and small files for the data floor's tests."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data.ingest import LoadReport, ingest
from data.store import Store

ZONE = "America/Chicago"


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text (or bytes) to a file and return its path."""

    def _write(content: str | bytes, name: str = "arrivals.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


@pytest.fixture
def load(store: Store, write: Callable[..., Path]) -> Callable[..., LoadReport]:
    """Load text as a file of the site 'ward'."""

    def _load(content: str | bytes, **options: object) -> LoadReport:
        name = str(options.pop("name", "arrivals.csv"))
        options = {"site": "ward", "time_zone": ZONE} | options
        return ingest(store, write(content, name), **options)  # type: ignore[arg-type]

    return _load


def hourly(start: str, counts: list[object], header: str = "time,arrivals") -> str:
    """Text of a table of counts, an hour a row on the local wall clock."""
    stamps = pd.date_range(start, periods=len(counts), freq="h")
    rows = [f"{stamp:%Y-%m-%d %H:%M},{count}" for stamp, count in zip(stamps, counts, strict=True)]
    return "\n".join([header, *rows]) + "\n"
