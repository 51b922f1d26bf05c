"""Text without quotation marks: a table read in one piece, in a fifth of the time of row by row."""

import io

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv


def read(text: str, delimiter: str, width: int) -> pa.Table | None:
    """Cells of whole lines as text, columns named 0, 1, …; None where a careful reader is needed.

    That is where the text has quotation marks or odd line breaks, where a row has not `width`
    cells, and where a row begins with an empty cell (it may be blank).
    """
    if '"' in text or "\0" in text or text.count("\r") != text.count("\r\n"):
        return None
    names = [str(place) for place in range(width)]
    raw = text.encode()
    try:
        table = csv.read_csv(
            io.BytesIO(raw),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=len(raw) + 1),
            csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    whole = len(table) == text.count("\n") + (not text.endswith("\n"))
    first = pc.min(pc.binary_length(pc.utf8_trim_whitespace(table.column(0)))).as_py()
    return table if whole and first else None
