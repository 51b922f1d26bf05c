"""A table held in memory while it is checked: never on disk, gone when the load is over."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from data.errors import DataError
from data.feeds import times
from data.feeds.delimited import Delimited
from data.store import statement

RAW = {
    "time": "time",
    "hour": "hour",
    "count": "count_text",
    "acuity": "acuity_text",
    "mode": "mode_text",
    "age": "age_text",
    "departure": "departure",
    "admitted": "admitted_text",
}
TEXTS = frozenset(RAW.values()) - {"time", "hour", "departure"} | {
    *("day_text", "clock_text", "zone_text", "leave_day", "leave_clock", "leave_zone")
}
MEMORY = "1GB"
ROWS_AT_ONCE = 150_000


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of short-lived lists hold no cycles: looking for some takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Staging:
    """One file's rows on their way to counts, in a database in memory that cannot spill."""

    def __init__(self, allowed: Path | None = None) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": MEMORY,
                "threads": 2,
                "temp_directory": "",
                "preserve_insertion_order": False,
                # Packing rows that are on their way took 1.6 of the 19 seconds of two million.
                "checkpoint_threshold": "1TB",
            },
        )
        self._connection.execute("set global TimeZone = 'UTC'")
        self._connection.execute("set autoinstall_known_extensions = false")
        self._connection.execute("set autoload_known_extensions = false")
        self._connection.execute("set python_enable_replacements = false")
        if allowed is not None:
            path = str(allowed).replace("'", "''")
            self._connection.execute(f"set allowed_paths = ['{path}']")
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")
        self.run("tables")

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def run(self, name: str, **values: Any) -> None:
        """Execute data/sql/staging/<name>.sql."""
        self._connection.execute(statement(f"staging/{name}"), values)

    def frame(self, name: str, **values: Any) -> pd.DataFrame:
        """Rows of data/sql/staging/<name>.sql."""
        return self._connection.execute(statement(f"staging/{name}"), values).df()

    def texts(self, column: str) -> dict[str, int]:
        """Rows by distinct text of a column of `parts`, in order of first appearance."""
        if column not in TEXTS:
            raise DataError(f"The table being loaded has no {column!r}.")
        found = self._connection.execute(
            f"select {column}, count(*) from parts where {column} is not null "
            f"group by {column} order by min(line)"
        ).fetchall()
        return {str(text): int(rows) for text, rows in found}

    def teach(self, name: str, rows: Mapping[str, list[Any]], kinds: Mapping[str, str]) -> None:
        """Make a small table of what texts mean. kinds: column → SQL type."""
        columns = ", ".join(f"{column} {kind}" for column, kind in kinds.items())
        self._connection.execute(f"create table {name} ({columns})")
        if rows[next(iter(kinds))]:
            self._insert(name, pa.table({column: rows[column] for column in kinds}))

    def teach_words(self, name: str, meanings: Mapping[str, str | None]) -> None:
        """Make a table of what words mean; the few meanings are an enumeration, which is fast."""
        values = sorted({value for value in meanings.values() if value is not None}) or [""]
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        self._connection.execute(f"create type {name}_kind as enum ({listed})")
        rows: dict[str, list[Any]] = {
            "text": list(meanings),
            "value": list(meanings.values()),
        }
        self.teach(name, rows, {"text": "varchar", "value": f"{name}_kind"})

    def place(self, places: pd.DataFrame) -> None:
        """Make the table of where labels lie in time."""
        self._connection.register("batch", places)
        self._connection.execute("create table places as select * from batch")
        self._connection.unregister("batch")

    @_no_collection()
    def fill_from_text(
        self,
        source: Delimited,
        mapping: Mapping[str, str],
        tick: Callable[[float], None],
        count: str | None = None,
    ) -> tuple[int, Counter[str]]:
        """Take in the mapped columns of a text file and return how many rows it had.

        count: a column of whose cells only the number of rows by text is returned.
        """
        counted: Counter[str] = Counter()
        at = None if count is None else source.columns.index(count)
        places = {role: source.columns.index(column) for role, column in mapping.items()}
        width = len(source.columns)
        size = max(source.path.stat().st_size, 1)
        at_byte, rows = [0], 0
        waiting: list[pa.Table] = []
        for lines, cells in source.pieces(at_byte):
            rows += len(cells)
            if isinstance(cells, pa.Table):
                by_column: Sequence[Any] = cells.columns
            else:
                if set(map(len, cells)) != {width}:
                    lines, cells = self._well_shaped(lines, cells, width)
                # rows may end in empty cells beyond the header
                by_column = tuple(zip(*cells, strict=False))
            waiting.append(_as_table(lines, by_column, places))
            if at is not None and lines:
                counted.update(_by_text(by_column[at]))
            if sum(map(len, waiting)) >= ROWS_AT_ONCE:
                self._take_in(waiting, mapping)
                waiting = []
                tick(min(at_byte[0] / size, 1.0))
        self._take_in(waiting, mapping)
        return rows, counted

    def _well_shaped(
        self, lines: Sequence[int], batch: list[list[str]], width: int
    ) -> tuple[list[int], list[list[str]]]:
        """Keep the rows with a cell for each column of the header; refuse the others."""
        good: list[int] = []
        for i, cells in enumerate(batch):
            if len(cells) < width or any(cells[width:]):
                self._refuse_shape(lines[i], len(cells), width)
            else:
                good.append(i)
        return [lines[i] for i in good], [batch[i] for i in good]

    def fill_from_parquet(self, path: Path, mapping: Mapping[str, str]) -> int:
        """Take in the mapped columns of a Parquet file and return how many rows it had."""
        cells = ", ".join(
            f"cast({_quoted(mapping[role])} as varchar) as {name}"
            if role in mapping
            else f"null::varchar as {name}"
            for role, name in RAW.items()
        )
        where = str(path).replace("'", "''")
        self._connection.execute(
            f"create temp view raw as select file_row_number + 1 as line, {cells} "
            f"from read_parquet('{where}', file_row_number = true)"
        )
        self._cut(mapping)
        row = self._connection.execute("select count(*) from parts").fetchone()
        return int(row[0]) if row else 0

    def parquet_head(self, path: Path, rows: int) -> tuple[tuple[str, ...], list[list[str]]]:
        """Columns of a Parquet file and its first rows as text."""
        result = self._connection.execute(
            "select columns(*)::varchar from read_parquet($path) limit $rows",
            {"path": str(path), "rows": rows},
        )
        columns = tuple(str(column[0]) for column in result.description or ())
        return columns, [["" if c is None else c for c in row] for row in result.fetchall()]

    def parquet_texts(self, path: Path, column: str) -> Counter[str]:
        """Rows of a Parquet file by the text of one column."""
        found = self._connection.execute(
            f"select {_quoted(column)}::varchar, count(*) from read_parquet($path) group by 1",
            {"path": str(path)},
        ).fetchall()
        return Counter({text: int(rows) for text, rows in found if text is not None})

    def _take_in(self, waiting: list[pa.Table], mapping: Mapping[str, str]) -> None:
        if waiting:
            self._connection.register("raw", pa.concat_tables(waiting))
            self._cut(mapping)
            self._connection.unregister("raw")

    def _cut(self, mapping: Mapping[str, str]) -> None:
        self.run("parts", hours="hour" in mapping, stamp=times.STAMP, compact=times.COMPACT)

    def drop(self, name: str) -> None:
        """Forget a table that the next one has replaced, to give its memory back."""
        self._connection.execute(f"drop table {_quoted(name)}")

    def _refuse_shape(self, line: int, cells: int, width: int) -> None:
        self._connection.execute(
            "insert into rejects values (?, '', ?, ?)",
            [line, f"{cells} cells", f"the row has {cells} cells where the header has {width}"],
        )

    def _insert(self, table: str, rows: pa.Table) -> None:
        self._connection.register("batch", rows)
        self._connection.execute(f"insert into {table} by name select * from batch")
        self._connection.unregister("batch")


def _as_table(lines: Sequence[int], cells: Sequence[Any], places: Mapping[str, int]) -> pa.Table:
    """Cells (a sequence of texts per column of the file) under our names, with their lines."""
    columns = {"line": pa.array(lines, pa.int64())}
    for role, name in RAW.items():
        if role not in places or not lines:
            columns[name] = pa.nulls(len(lines), pa.string())
        else:
            column = cells[places[role]]
            is_arrow = isinstance(column, pa.ChunkedArray)
            columns[name] = column if is_arrow else pa.array(column, pa.string())
    return pa.table(columns)


def _by_text(column: Any) -> dict[str, int]:
    """Rows by text of a column, which is an Arrow array or a sequence of texts."""
    if not isinstance(column, pa.ChunkedArray):
        return Counter(column)
    found = column.value_counts()
    return {
        str(value): int(rows)
        for value, rows in zip(*(part.to_pylist() for part in found.flatten()), strict=True)
        if value is not None
    }


@contextmanager
def staging(path: Path) -> Iterator[Staging]:
    """Open a staging for one file; what the engine cannot do is said in a sentence."""
    room = Staging(path)
    try:
        yield room
    except duckdb.OutOfMemoryException as error:
        raise DataError(
            f"{path.name} is too large to load in one piece ({MEMORY} of memory): split it by year."
        ) from error
    except duckdb.Error as error:
        kind = type(error).__name__  # never its text: it may quote cells
        raise DataError(
            f"{path.name} cannot be read as a table ({kind}): it may be damaged."
        ) from error
    finally:
        room.close()


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
