"""Whose hours a site that counts by the day borrows: a word in the settings or on the line."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from dashboard.service.errors import ServiceError
from dashboard.service.jobs import Made
from data import history
from data.store import Store
from forecasting import hours
from forecasting.forecast import Forecast
from forecasting.hours import HourProfile


def profile(wanted: str, store: Store | None, folder: Path) -> HourProfile:
    """The hours meant by "general", the name of a site of the store, or a CSV file of shares.

    folder: where a file name that is not absolute counts from. Raises ServiceError where it is
    none of them, ForecastError where the shares cannot be used.
    """
    if wanted == hours.GENERAL:
        return hours.general()
    known = list(history.sites(store)["site"]) if store is not None else []
    if wanted in known:
        assert store is not None
        return hours.of_site(history.arrivals(store, wanted))
    file = folder / wanted
    if file.is_file():
        return HourProfile(_numbers(file), f"the file {file.name}")
    sites = ", ".join(repr(name) for name in known) or "none"
    raise ServiceError(
        f"{wanted!r} is no source of hours: say general, a site of the store ({sites}), or a CSV "
        "file of 24 or 168 shares."
    )


def with_hours(days: Forecast, source: HourProfile, seed: int) -> Forecast:
    """A forecast by the day, dealt out to hours."""
    return hours.by_hours(days, source, np.random.default_rng([seed, 3]))


def made_with_hours(made: Made, source: HourProfile, seed: int) -> Made:
    """The same for a forecast as it was made; one by the hour keeps its own, and says so."""
    if made.forecast.step != "day":
        own = "The arrivals are by the hour, so their own hours are used and none are borrowed."
        return replace(made, notes=(*made.notes, own))
    hourly = with_hours(made.forecast, source, seed)
    return replace(made, forecast=hourly, notes=(*made.notes, hourly.notes[-1]))


def _numbers(file: Path) -> np.ndarray:
    """Every cell of a CSV file in reading order; a first line without a number is a heading.

    A first column that only counts the lines from 0 is left out.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = [row for row in csv.reader(text) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ServiceError(f"Cannot read the hour shares in {file}: {error}.") from error
    found: list[list[float]] = []
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row if cell.strip()]
        try:
            found.append([float(cell) for cell in cells])
        except ValueError:
            if number > 0:
                raise ServiceError(
                    f"Line {number + 1} of {file.name} holds {','.join(cells)!r}: give shares "
                    "only, 24 by hour of the day or 168 by hour of the week from Monday 00:00."
                ) from None
    if all(len(row) == 2 and row[0] == number for number, row in enumerate(found)):
        found = [row[1:] for row in found]
    return np.array([share for row in found for share in row])
