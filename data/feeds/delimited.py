"""Delimited text as hospitals export it: its encoding, its delimiter, its rows and their lines."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import IO

import pyarrow as pa

from data import locale
from data.errors import DataError
from data.feeds import plain, times

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 1_000_000
SAMPLE_ROWS = 1000
HEAD_BYTES = 65_536
READ_BYTES = 65_536
NEW_LINE = "\n"
BATCH_ROWS = 20_000
PIECE = 4_000_000


@dataclass(frozen=True)
class Delimited:
    """A readable text file: how it is written, its header and a sample of its rows.

    skipped: lines above the header (a title, an export date) that were passed over.
    """

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    has_header: bool
    skipped: int
    sample: tuple[tuple[str, ...], ...]

    def batches(self, at_byte: list[int]) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """Line numbers and cells of the rows that are not blank, many at a time.

        at_byte[0] is kept at the place reached in the file on disk, for a progress bar.
        """
        for lines, rows in self.pieces(at_byte):
            if isinstance(rows, pa.Table):
                cells = zip(*(column.to_pylist() for column in rows.columns), strict=True)
                rows = [list(row) for row in cells]
            yield lines, rows

    def pieces(
        self, at_byte: list[int]
    ) -> Iterator[tuple[Sequence[int], pa.Table | list[list[str]]]]:
        """The rows of `batches`, those of plain text as a table: a column per cell of the header.

        Text is plain up to the first quotation mark, where each row has a cell per column.
        """
        reached, skip = 0, self.skipped + self.has_header
        with self.path.open("rb") as raw, _text(raw, self.encoding, self.path) as text:
            try:
                whole = _whole_lines(text)
                for piece in whole:
                    at_byte[0] = raw.tell()
                    width = len(self.columns)
                    table = None if skip else plain.read(piece, self.delimiter, width)
                    if table is not None:
                        yield range(reached + 1, reached + 1 + len(table)), table
                        reached += len(table)
                        continue
                    # a quoted cell may go on in the next piece
                    rest = chain([piece], whole) if '"' in piece else [piece]
                    for lines, rows, line in self._careful(rest, reached):
                        skipping, skip, reached = skip, max(skip - len(rows), 0), line
                        at_byte[0] = raw.tell()
                        yield lines[skipping:], rows[skipping:]
            except (EOFError, zlib.error, OSError, UnicodeError) as error:
                raise _broken(self.path, error) from error

    def _careful(
        self, pieces: Iterable[str], start: int
    ) -> Iterator[tuple[list[int], list[list[str]], int]]:
        """Lines and cells of rows that may be quoted, and the line reached, from `start` on."""
        lines_of_text = chain.from_iterable(io.StringIO(piece, newline="") for piece in pieces)
        reader = csv.reader(lines_of_text, delimiter=self.delimiter)
        try:
            while True:
                before = reader.line_num
                batch = list(islice(reader, BATCH_ROWS))
                if not batch:
                    return
                lines, rows = _numbered(batch, start + before, start + reader.line_num)
                if reader.line_num - before > len(batch):
                    self._check_quotes(lines, rows)
                yield lines, rows, start + reader.line_num
        except csv.Error as error:
            raise DataError(
                f"{self.path.name} cannot be read at line {start + reader.line_num}: {error}; "
                "is a quotation mark not closed there?"
            ) from error

    def _check_quotes(self, lines: list[int], rows: list[list[str]]) -> None:
        """Refuse a file in which a quotation mark that was never closed swallowed whole rows."""
        for line, cells in zip(lines, rows, strict=True):
            for inner in (part for cell in cells if "\n" in cell for part in cell.split("\n")):
                pieces = inner.strip("\r").split(self.delimiter)
                if len(pieces) == len(self.columns) and any(map(_is_data, pieces)):
                    raise DataError(
                        f"A quotation mark is not closed in {self.path.name}, in the row that "
                        f"begins at line {line - sum(cell.count(NEW_LINE) for cell in cells)}: "
                        "it swallows the rows that follow; correct it."
                    )


def _whole_lines(text: IO[str]) -> Iterator[str]:
    """The text in pieces that end where a line ends; the first is short: it has the header."""
    size, kept = HEAD_BYTES, ""
    while block := text.read(size):
        kept += block
        end = kept.rfind("\n") + 1
        if end:
            yield kept[:end]
            kept = kept[end:]
        size = PIECE
    if kept:
        yield kept


def _numbered(batch: list[list[str]], before: int, after: int) -> tuple[list[int], list[list[str]]]:
    """Line on which each row ends; rows without any text are left out."""
    if after - before == len(batch):
        lines = list(range(before + 1, after + 1))
    else:  # some cells hold line breaks
        spans = (1 + sum(cell.count("\n") for cell in cells) for cells in batch)
        lines = [before + end for end in accumulate(spans)]
    if all(batch) and all(cells[0].strip() for cells in batch):
        return lines, batch
    kept = [i for i, cells in enumerate(batch) if any(cell.strip() for cell in cells)]
    return [lines[i] for i in kept], [batch[i] for i in kept]


def sniff(path: Path) -> Delimited:
    """Find out how a text file is written. Raises DataError for an empty or a binary file."""
    encoding = _encoding(path)
    with path.open("rb") as raw:
        try:
            with _text(raw, encoding, path) as text:
                lines = list(islice(text, SAMPLE_ROWS + 20))
        except (EOFError, zlib.error, OSError, UnicodeError) as error:
            raise _broken(path, error) from error
    if not any(line.strip() for line in lines):
        raise DataError(f"{path.name} is empty: there is nothing to load.")
    delimiter, table = _table(lines, path)
    width = _usual_width(table)
    skipped = next((i for i, cells in enumerate(table) if len(cells) == width), 0)
    skipped = skipped if skipped < min(len(table), 20) else 0
    first = table[skipped]
    has_header = not any(_is_data(cell) for cell in first)
    columns = (
        tuple(c.strip() for c in first)
        if has_header
        else tuple(f"column {i + 1}" for i in range(len(first)))
    )
    while has_header and len(columns) > 1 and not columns[-1]:
        columns = columns[:-1]
    return Delimited(
        path,
        encoding,
        delimiter,
        columns,
        has_header,
        skipped,
        tuple(tuple(cells) for cells in table[skipped + has_header :]),
    )


def _broken(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path.name} breaks off or is damaged ({type(error).__name__}): fetch it again."
    )


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    magic = raw.read(2)
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw  # type: ignore[return-value]


def _encoding(path: Path) -> str:
    with path.open("rb") as raw:
        try:
            head = _unpacked(raw).read(HEAD_BYTES)
        except (EOFError, zlib.error, OSError) as error:
            raise _broken(path, error) from error
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\x00" in head or head[:4] in (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise DataError(f"{path.name} is not a text file: save it as CSV or Parquet and load that.")
    try:
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


class _ShortLines(io.BufferedIOBase):
    """Bytes of a file, refused as soon as one line grows beyond all measure."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path, self._without_break = stream, path, 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        block = self._stream.read(READ_BYTES if size < 0 else max(size, READ_BYTES))
        last = block.rfind(b"\n")
        self._without_break = (
            len(block) - last - 1 if last >= 0 else self._without_break + len(block)
        )
        if self._without_break > LONGEST_LINE:
            raise DataError(
                f"{self._path.name} has a line of more than {locale.number(LONGEST_LINE)} "
                "characters: "
                "this is not a table of arrivals."
            )
        return block


def _text(raw: IO[bytes], encoding: str, path: Path) -> io.TextIOWrapper:
    # a later byte that is no UTF-8 becomes a sign that no number or date holds: its row is refused
    return io.TextIOWrapper(
        _ShortLines(_unpacked(raw), path),  # type: ignore[arg-type]
        encoding=encoding,
        errors="replace",
        newline="",
    )


def _table(lines: list[str], path: Path) -> tuple[str, list[list[str]]]:
    best: tuple[tuple[float, int], str, list[list[str]]] | None = None
    for delimiter in DELIMITERS:
        try:
            table = [
                cells
                for cells in csv.reader(lines, delimiter=delimiter)
                if any(cell.strip() for cell in cells)
            ]
        except csv.Error:
            continue
        width = _usual_width(table)
        agree = sum(len(cells) == width for cells in table) / max(len(table), 1)
        rank = (agree if width > 1 else -1.0, width)
        if best is None or rank > best[0]:
            best = (rank, delimiter, table)
    if best is None or not best[2]:
        raise DataError(
            f"{path.name} is not a table that can be read: a cell has more than "
            f"{locale.number(csv.field_size_limit())} characters; is a quotation mark not closed?"
        )
    return best[1], best[2]


def _usual_width(table: list[list[str]]) -> int:
    widths = [len(cells) for cells in table]
    return max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0


def _is_data(cell: str) -> bool:
    day, _, _ = times.split(cell)
    return times.read_date(day, "day-first") is not None or (
        times.read_date(day, "month-first") is not None
    )
