"""Local events and school terms that a site lists in a CSV file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from data.errors import DataError
from data.feeds.delimited import sniff

LONGEST_DAYS = 366
OURS = ("name", "from", "to", "kind", "site", "expect")
# What people expect of an event: more patients, fewer, or that its days teach nothing.
EXPECTED = ("", "more", "fewer", "ignore")


@dataclass(frozen=True, order=True)
class Event:
    """Something that holds on every local day from `first` to `last`, both included.

    Days of the same name are taken to be alike. kind: "event" has nothing in common with other
    names; "holiday" is a public holiday that the country's list lacks; names of any other kind,
    such as "school" or "closed", borrow from one another. site: the site that it touches, None
    for all of them. expect: what people expect of it, one of EXPECTED; "more" and "fewer" are
    notes to compare with what is learned, "ignore" keeps its days out of learning.
    """

    name: str
    first: date
    last: date
    kind: str = "event"
    site: str | None = None
    expect: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise DataError("An event has no name: give it one, such as 'Summer holiday'.")
        if self.expect not in EXPECTED:
            raise DataError(
                f"What is expected of {self.name!r} is {self.expect!r}: write more, fewer or "
                "ignore, or leave it out."
            )
        if self.last < self.first:
            raise DataError(
                f"{self.name!r} ends on {self.last}, before it begins on {self.first}: "
                "exchange the dates."
            )
        if self.last - self.first >= timedelta(days=LONGEST_DAYS):
            raise DataError(
                f"{self.name!r} runs from {self.first} to {self.last}, more than a year: "
                "correct the dates, or list it once for each year."
            )


def at_site(events: Iterable[Event], site: str) -> tuple[Event, ...]:
    """The events that touch a site, in the order of their names, whatever order they came in."""
    return tuple(sorted({one for one in events if one.site in (None, site)}, key=_order))


def _order(event: Event) -> tuple[str, date, date, str, str, str]:
    return event.name, event.first, event.last, event.kind, event.site or "", event.expect


def read_events(path: Path) -> tuple[Event, ...]:
    """Events of a CSV file with the columns name, from, to and, where wanted, kind, site, expect.

    Dates are local and year-first, as 2026-03-31; a row without `to` lasts one day. Raises
    DataError for a file or a row that cannot be read, with its line.
    """
    table = sniff(_existing(path))
    columns = [column.lower() for column in table.columns]
    for needed in ("name", "from"):
        if not table.has_header or needed not in columns:
            raise DataError(
                f"{path.name} has no column {needed!r}: its first line must be "
                "name,from,to,kind,site,expect (the last three may be left out)."
            )
    unknown = [column for column in columns if column not in OURS]
    if unknown:
        raise DataError(
            f"{path.name} has a column {unknown[0]!r} that means nothing here: the columns are "
            f"{', '.join(OURS)}."
        )
    events = []
    for lines, rows in table.batches([0]):
        for line, cells in zip(lines, rows, strict=True):
            row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
            events.append(_event(row, f"{path.name}, line {line}"))
    return tuple(events)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise DataError(f"There is no file {path}: correct the path of the events.")
    return path


def _event(row: dict[str, str], where: str) -> Event:
    first = _date(row.get("from", ""), "from", where)
    last = _date(row["to"], "to", where) if row.get("to") else first
    try:
        return Event(
            row.get("name", ""),
            first,
            last,
            row.get("kind", "").lower() or "event",
            row.get("site") or None,
            row.get("expect", "").lower(),
        )
    except DataError as error:
        raise DataError(f"{where}: {error}") from error


def _date(text: str, column: str, where: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day that no calendar has, such as 2026-02-30, is refused below
    raise DataError(f"{where}: {column!r} is {text!r}, which is no date: write it as 2026-03-31.")
