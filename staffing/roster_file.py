"""The text of a roster file: its encoding, its lines, and how it writes dates."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from data.errors import DataError
from data.feeds import times
from data.spreadsheet import meant
from staffing.errors import StaffingError

Lines = list[tuple[int, list[str]]]


def text_of(path: Path) -> str:
    """The text of a roster file. Raises StaffingError where there is none."""
    try:
        return decoded(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise StaffingError(f"There is no file {path}.") from None
    except OSError as error:
        raise StaffingError(f"{path.name} cannot be read: {error.strerror}.") from None


def decoded(content: bytes, name: str) -> str:
    """A file's text in one of the encodings that spreadsheets write; name: for errors.

    UTF-8, with the mark of Excel or without, UTF-16 with its mark, else Windows-1252.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = [] if b"\0" in content else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StaffingError(f"{name} is not a text file: save it as CSV UTF-8.")


def lines(text: str, name: str) -> Lines:
    """Lines that hold something, each with its number; the delimiter is that of the first."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    rows = [
        (reader.line_num, [meant(cell) for cell in row])
        for row in reader
        if any(cell.strip() for cell in row)
    ]
    if len(rows) < 2:
        raise StaffingError(f"{name} holds no shift: a header and a line for each are needed.")
    return rows


def dates(texts: Iterable[str], name: str) -> Mapping[str, pd.Timestamp | None]:
    """The local day that each text names, None where it names none.

    Year first, or day first with dots, is what it says. 03/04/2026 is read in the order of day
    and month that reads most of the file, else in the one whose days follow each other. Raises
    StaffingError where that leaves it open.
    """
    parts = {text: times.split(text) for text in dict.fromkeys(texts)}
    # a time of day belongs to a shift, not to the day on which it stands
    bare = {text: day for text, (day, clock, _) in parts.items() if clock.strip("0:") == ""}
    dotted = {day: times.read_date(day, "day-first") for day in bare.values() if "." in day}
    open_order = {day: 1 for day in bare.values() if day not in dotted}
    try:
        read = {**dotted, **times.read_dates(open_order, "auto").days}
    except DataError:
        example = next(day for day in open_order if times.read_date(day, "day-first"))
        raise StaffingError(
            f"{name}: dates such as {example!r} can be day-first or month-first, and the file does "
            "not tell which: write them as 2026-03-31."
        ) from None
    found: dict[str, pd.Timestamp | None] = dict.fromkeys(parts)
    for text, day in bare.items():
        if (named := read[day]) is not None:
            found[text] = pd.Timestamp(named)
    return found
