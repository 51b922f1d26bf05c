"""A part of an exported file: the rows that start in a range, as another program asked for them."""

import csv
import io

import pandas as pd

from dashboard.service.csv_text import utc_text

# From an instant (UTC) up to, and not including, another.
Range = tuple[pd.Timestamp, pd.Timestamp]
START = "start_utc"


def within(content: bytes, days: Range) -> bytes:
    """Header and rows of a CSV file whose `start_utc` lies in the range, as they were written."""
    since, until = utc_text(pd.DatetimeIndex(days))
    rows = csv.reader(io.StringIO(content.decode(), newline=""))
    header = next(rows)
    place = header.index(START)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    # Instants are written year first and all in UTC, so they sort as texts do.
    writer.writerows(row for row in rows if since <= row[place] < until)
    return text.getvalue().encode()
