"""Store: one DuckDB file, held only for as long as a query or a transaction takes.

Its connection is never handed out: callers get frames. A file that another process holds is
asked for again, with growing pauses, so that a scheduled load and open browsers can share it.
"""

import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.errors import DataError

SQL = Path(__file__).parent / "sql"
PATIENCE_SECONDS = 30.0
SAFE: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    "threads": "2",
}
HELD_ELSEWHERE = ("Could not set lock", "Conflicting lock", "used by another process")
TABLES = frozenset(
    {"loads", "steps", "counts", "stays", "forecasts", "forecast_quantiles", "forecast_draws"}
    | {"forecast_parts"}
    | {"backtest_runs", "backtest_rows"}
    | {"forecast_totals"}
    | {"model_configurations"}
    | {"jobs", "backtest_notes", "saved_configurations"}
    | {"rosters", "roster_spans", "roster_shifts"}
    | {"plan_versions", "plan_locks", "plan_needs", "plan_shifts", "plan_breaks"}
    | {"plan_edits", "plan_changes"}
    | {"surge_chances", "decisions"}
)

_locks: dict[Path, threading.RLock] = {}
# Files that were found sound and up to date: as they were then, and the layout looked for.
_sound: dict[Path, tuple[object, ...]] = {}
_locks_guard = threading.Lock()
# Opening a file takes as long as ten queries. Only a thread that holds the file's lock looks here.
_open_for_reading: dict[Path, duckdb.DuckDBPyConnection] = {}


@cache
def statement(name: str) -> str:
    """Text of data/sql/<name>.sql."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Transaction:
    """The inside of `Store.transaction`: reads see what it wrote; all of it is kept or none."""

    _connection: duckdb.DuckDBPyConnection

    def frame(self, query: str, **values: Any) -> pd.DataFrame:
        """Rows of data/sql/<query>.sql with its $names bound to `values`."""
        return _rows(self._connection, query, values)

    def run(self, query: str, **values: Any) -> None:
        """Execute data/sql/<query>.sql, a statement that returns nothing."""
        self._connection.execute(statement(query), values)

    def append(self, table: str, rows: pd.DataFrame) -> None:
        """Add rows to a table, matching columns by name."""
        if table not in TABLES:
            raise DataError(f"The store has no table {table!r}.")
        if len(rows):
            self._connection.register("batch", rows)
            self._connection.execute(f"insert into {table} by name select * from batch")
            self._connection.unregister("batch")


@dataclass(frozen=True, eq=False)
class Store:
    """Where counts, the ledger of loads and the forecasts as issued are kept.

    path: the DuckDB file, or None for a store in memory. Safe to share between threads.
    """

    path: Path | None
    _memory: duckdb.DuckDBPyConnection | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the store, making the file and its folder if need be, and bring it up to date.

        Before an existing file is changed to a newer layout, a copy is put beside it.
        Raises DataError for a file that is damaged, foreign, or of a newer program.
        """
        resolved = Path(path).resolve()
        try:
            resolved.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"Cannot make the folder {resolved.parent} for the store: {error.strerror}."
            ) from error
        with _locks_guard:
            lock = _locks.setdefault(resolved, threading.RLock())
        store = cls(resolved, None, lock)
        as_found = (newest_version(), *fingerprint(resolved))
        if _sound.get(resolved) == as_found:
            return store  # nothing was written since it was last looked at
        existed = resolved.exists()
        with store._held(read_only=existed) as connection:
            version = _version(connection, resolved)
        if version == newest_version():
            _sound[resolved] = as_found
        else:
            if existed:
                copy = resolved.with_name(f"{resolved.name}.layout-{version}.copy")
                with lock:
                    shutil.copy2(resolved, copy)
            with store._held() as connection:
                _migrate(connection, _version(connection, resolved))
        return store

    @classmethod
    def in_memory(cls) -> "Store":
        """Open a store that vanishes with the object: for tests and for commands without a file."""
        connection = duckdb.connect(":memory:", config=SAFE)
        _harden(connection)
        _migrate(connection, 0)
        return cls(None, connection)

    def frame(self, query: str, **values: Any) -> pd.DataFrame:
        """Rows of data/sql/<query>.sql with its $names bound to `values`; times are in UTC."""
        with self._held(read_only=True) as connection:
            return _rows(connection, query, values)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read several frames that belong together, with the file held once; nothing is written.

        Whatever else this thread reads of the store meanwhile, reads through the same opening.
        """
        with self._held(read_only=True) as connection:
            if self.path is None or self.path in _open_for_reading:
                yield Transaction(connection)
                return
            _open_for_reading[self.path] = connection
            try:
                yield Transaction(connection)
            finally:
                del _open_for_reading[self.path]

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: everything done inside is kept together, or, when it raises, not at all."""
        with self._held() as connection:
            connection.begin()
            try:
                yield Transaction(connection)
                connection.commit()
            except BaseException:
                try:
                    connection.rollback()
                except duckdb.Error as error:  # the disk is full: nothing was kept either way
                    raise DataError(
                        f"The store {self.path} could not be written: {_first_line(error)}; "
                        "nothing of this change was kept."
                    ) from error
                raise

    @contextmanager
    def _held(self, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            if self._memory is not None:
                connection = self._memory.cursor()
            else:
                assert self.path is not None
                opened = _open_for_reading.get(self.path) if read_only else None
                connection = opened.cursor() if opened else _connect(self.path, read_only)
            try:
                yield connection
            except duckdb.Error as error:
                raise DataError(_sentence(self.path, error)) from error
            finally:
                connection.close()


def fingerprint(path: Path) -> tuple[object, ...]:
    """What changes with every write to a store: which file it is, its size and time, its log's."""
    marks: list[object] = []
    for file in (path, path.with_name(f"{path.name}.wal")):
        try:
            about = file.stat()
        except FileNotFoundError:
            marks.append(None)
        else:
            marks.append((about.st_ino, about.st_size, about.st_mtime_ns))
    return tuple(marks)


def newest_version() -> int:
    """Layout number that this program writes."""
    return max(number for number, _ in _migrations())


def _migrations() -> list[tuple[int, str]]:
    files = sorted((SQL / "migrations").glob("*.sql"))
    return [(int(file.name[:4]), file.read_text(encoding="utf-8")) for file in files]


def _version(connection: duckdb.DuckDBPyConnection, path: Path | None) -> int:
    tables = {row[0] for row in connection.execute("show tables").fetchall()}
    if "layout" not in tables:
        if tables:
            raise DataError(f"{path} is a database of another program: choose another file.")
        return 0
    row = connection.execute("select coalesce(max(version), 0) from layout").fetchone()
    version = int(row[0]) if row else 0
    if version > newest_version():
        raise DataError(
            f"The store {path} has layout {version}, made by a newer ed-inflow; this one knows "
            f"up to {newest_version()}: update ed-inflow."
        )
    return version


def _migrate(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    connection.begin()
    connection.execute(
        "create table if not exists layout (version integer primary key, applied_at timestamptz)"
    )
    for number, text in _migrations():
        if number > version:
            connection.execute(text)
            connection.execute("insert into layout values (?, now())", [number])
    connection.commit()
    connection.execute("checkpoint")


def _connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = 0.01
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=SAFE)
        except duckdb.Error as error:
            if not any(words in str(error) for words in HELD_ELSEWHERE):
                raise DataError(_sentence(path, error)) from error
            if time.monotonic() > deadline:
                raise DataError(
                    f"The store {path} is in use by another program for more than "
                    f"{PATIENCE_SECONDS:.0f} seconds: close it, or try again."
                ) from error
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 1.7, 0.5)
        else:
            _harden(connection)
            return connection


def _harden(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute("set lock_configuration = true")


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any]
) -> pd.DataFrame:
    return connection.execute(statement(query), values).df()


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")


def _sentence(path: Path | None, error: duckdb.Error) -> str:
    where = f"The store {path}" if path else "The store in memory"
    text = str(error)
    if "not a valid DuckDB" in text:
        return f"{path} is not an ed-inflow store (not a database file): choose another file."
    if "Corrupt" in text or "checksum" in text or isinstance(error, duckdb.FatalException):
        return f"{where} is damaged: put back a copy of it, or load the files into a new store."
    return f"{where} could not be used: {_first_line(error)}."
