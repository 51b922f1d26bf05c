"""The store: all or nothing, shared between threads and processes, plain about damage."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data import store as store_module
from data.errors import DataError
from data.store import Store


def _site(store: Store, name: str, zone: str = "UTC") -> None:
    with store.transaction() as write:
        write.run("add_site", site=name, time_zone=zone, step="hour")


def test_what_was_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "ed.duckdb"
    _site(Store.open(path), "ward")
    assert list(Store.open(path).frame("sites")["site"]) == ["ward"]


def test_reads_that_belong_together_open_the_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "ed.duckdb")
    _site(store, "ward")
    opened = []
    connect = store_module._connect
    monkeypatch.setattr(
        store_module, "_connect", lambda *found: (opened.append(found), connect(*found))[1]
    )
    with store.reading() as read:
        again = Store.open(store.path)  # whoever has the same file reads with it
        with again.reading():
            assert list(again.frame("sites")["site"]) == ["ward"]
        assert list(store.frame("site", site="ward")["site"]) == ["ward"]
        assert list(read.frame("sites")["site"]) == ["ward"]
    assert len(opened) == 1
    _site(store, "other")
    assert list(store.frame("sites")["site"]) == ["other", "ward"]


def test_reading_ends_with_an_error_as_without(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "ed.duckdb")
    with pytest.raises(RuntimeError), store.reading():
        raise RuntimeError
    _site(store, "ward")
    assert list(store.frame("sites")["site"]) == ["ward"]


def _half(store: Store) -> None:
    with store.transaction() as write:
        write.run("add_site", site="ward", time_zone="UTC", step="hour")
        raise RuntimeError


def test_a_change_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    for store in (Store.in_memory(), Store.open(tmp_path / "ed.duckdb")):
        with pytest.raises(RuntimeError):
            _half(store)
        assert store.frame("sites").empty


def test_two_stores_in_memory_know_nothing_of_each_other() -> None:
    one, two = Store.in_memory(), Store.in_memory()
    _site(one, "ward")
    assert two.frame("sites").empty


def test_each_thread_gets_its_own_rows(tmp_path: Path) -> None:
    for store in (Store.in_memory(), Store.open(tmp_path / "ed.duckdb")):
        names = [f"ward {i}" for i in range(6)]
        for name in names:
            _site(store, name)
        wrong: list[str] = []

        def read(name: str, store: Store = store, wrong: list[str] = wrong) -> None:
            for _ in range(8):
                found = store.frame("site", site=name)["site"].tolist()
                wrong.extend([] if found == [name] else [name])

        threads = [threading.Thread(target=read, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


HOLD = (
    "import duckdb, sys, time; held = duckdb.connect(sys.argv[1]); print('held', flush=True); "
    "time.sleep(float(sys.argv[2]))"
)


@contextmanager
def held_elsewhere(path: Path, seconds: float) -> Iterator[None]:
    """Another program has the file open, for so long at most."""
    command = [sys.executable, "-c", HOLD, str(path), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.kill()


def test_a_store_held_by_another_program_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "ed.duckdb"
    store = Store.open(path)
    with held_elsewhere(path, 0.5):
        _site(store, "ward")
    assert list(store.frame("sites")["site"]) == ["ward"]


def test_a_store_that_stays_held_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ed.duckdb"
    store = Store.open(path)
    monkeypatch.setattr(store_module, "PATIENCE_SECONDS", 0.2)
    with (
        held_elsewhere(path, 30),
        pytest.raises(DataError, match="in use by another program"),
    ):
        store.frame("sites")


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello " * 1000)
    with pytest.raises(DataError, match="not an ed-inflow store"):
        Store.open(text)
    foreign = tmp_path / "other.duckdb"
    connection = duckdb.connect(str(foreign))
    connection.execute("create table mine (a integer)")
    connection.close()
    with pytest.raises(DataError, match="another program"):
        Store.open(foreign)


def test_another_file_in_the_place_of_a_store_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "ed.duckdb"
    _site(Store.open(path), "ward")
    Store.open(path)
    path.unlink()
    connection = duckdb.connect(str(path))
    connection.execute("create table mine (a integer)")
    connection.close()
    with pytest.raises(DataError, match="another program"):
        Store.open(path)


def test_a_damaged_store_is_reported_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ed.duckdb"
    _site(Store.open(path), "ward")
    content = bytearray(path.read_bytes())
    content[12288 : 12288 + 4000] = bytes(4000)
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        Store.open(path).frame("sites")


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ed.duckdb"
    Store.open(path)
    connection = duckdb.connect(str(path))
    connection.execute("insert into layout values (999, now())")
    connection.close()
    with pytest.raises(DataError, match="newer ed-inflow"):
        Store.open(path)


def test_an_older_store_is_copied_before_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ed.duckdb"
    _site(Store.open(path), "ward")
    newest = store_module.newest_version()
    later = [*store_module._migrations(), (newest + 1, "alter table sites add column beds integer")]
    monkeypatch.setattr(store_module, "_migrations", lambda: later)
    Store.open(path)
    copies = list(tmp_path.glob(f"ed.duckdb.layout-{newest}.copy"))
    assert len(copies) == 1
    connection = duckdb.connect(str(copies[0]), read_only=True)
    assert connection.execute("select site from sites").fetchall() == [("ward",)]
    connection.close()


def test_the_store_reads_no_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with (
        pytest.raises(DataError),
        Store.in_memory()._held() as connection,
    ):
        connection.execute(f"select * from read_csv('{secret}')")


def test_an_unknown_table_is_refused(store: Store) -> None:
    with pytest.raises(DataError, match="no table"), store.transaction() as write:
        write.append("patients", pd.DataFrame({"a": [1]}))
