"""What the page Events may do: save the table of local events."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboard import cache
from dashboard.service import event_book
from dashboard.service.event_book import Book
from data.errors import DataError
from data.events import Event

__all__ = ["add", "save"]


def save(book: Book, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows of the table; returns the name of the file.

    rows: name, first, last, kind, expect, everywhere; empty ones are passed over. Raises DataError
    for a row that makes no sense, ServiceError where it cannot be written; then nothing is.
    """
    events = []
    for number, row in enumerate(rows, start=1):
        if _blank(row.get("name")) and _blank(row.get("first")):
            continue  # a row of the table that nobody has filled in
        try:
            events.append(_event(row, book.site))
        except DataError as error:
            raise DataError(f"Row {number}: {error}") from error
    return event_book.save(cache.settings(), book, events).name


def add(book: Book, row: Mapping[str, Any]) -> str:
    """Write one event more; returns the name of the file. Raises as `save` does."""
    events = (*book.events, _event(row, book.site))
    return event_book.save(cache.settings(), book, events).name


def _event(row: Mapping[str, Any], site: str) -> Event:
    if _blank(row.get("name")):
        raise DataError("The event has no name: give it one, such as 'Marathon'.")
    if _blank(row.get("first")):
        raise DataError(f"{row['name']!r} has no first day: choose one.")
    first = _date(row["first"])
    return Event(
        str(row["name"]).strip(),
        first,
        first if _blank(row.get("last")) else _date(row["last"]),
        "event" if _blank(row.get("kind")) else str(row["kind"]).strip().lower(),
        None if row.get("everywhere") is True else site,
        "" if _blank(row.get("expect")) else str(row["expect"]),
    )


def _date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else date.fromisoformat(str(value)[:10])


def _blank(value: Any) -> bool:
    return value is None or value != value or not str(value).strip()
