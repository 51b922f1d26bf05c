"""CSV text that other programs and spreadsheets read: one writer, one way to write a time.

UTF-8, RFC 4180 quoting; a comma, and lines that end with a line feed, unless told otherwise. A
cell that a spreadsheet would run as a formula is made harmless.
"""

import csv
import io
from collections.abc import Iterable, Sequence

import pandas as pd

from data.spreadsheet import harmless


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    line_end: str = "\n",
) -> bytes:
    """Rows as CSV bytes, every cell harmless."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow([harmless(name) for name in columns])
    for row in rows:
        writer.writerow(
            [harmless(cell) if isinstance(cell, str) else cell for cell in row],
        )
    return text.getvalue().encode()


def local_text(index: pd.DatetimeIndex, time_zone: str) -> list[str]:
    """Wall-clock times of the site, `2018-03-04 00:00`."""
    return list(index.tz_convert(time_zone).strftime("%Y-%m-%d %H:%M"))


def offset_text(index: pd.DatetimeIndex, time_zone: str) -> list[str]:
    """Offsets from UTC, `-06:00`, which tell the two autumn hours apart."""
    offsets = index.tz_convert(time_zone).strftime("%z")
    return [f"{offset[:3]}:{offset[3:5]}" for offset in offsets]


def utc_text(index: pd.DatetimeIndex) -> list[str]:
    """Instants in UTC, `2018-03-04T06:00:00Z`."""
    return list(index.strftime("%Y-%m-%dT%H:%M:%SZ"))
