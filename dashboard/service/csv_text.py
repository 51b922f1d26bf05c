"""CSV text that other programs and spreadsheets read: one writer, one way to write a time.

UTF-8, comma, RFC 4180 quoting, lines that end with a line feed. A cell that a spreadsheet would
run as a formula is made harmless.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

import pandas as pd

_FORMULA = "=+-@\t\r\n\0＝＋－＠"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]\d\d:\d\d")


def harmless(cell: str) -> str:
    """The cell, with a leading ' where a spreadsheet would take it for a formula.

    Numbers and offsets from UTC stay as they are.

    >>> harmless("=1+1"), harmless("-3.5"), harmless("  @SUM(A1)"), harmless("-06:00")
    ("'=1+1", '-3.5', "'  @SUM(A1)", '-06:00')
    """
    bare = cell.lstrip(" \u00a0\u3000")
    risky = bare[:1] != "" and bare[0] in _FORMULA
    return f"'{cell}" if risky and not _NUMBER.fullmatch(bare.strip()) else cell


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV bytes, every cell harmless."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
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
