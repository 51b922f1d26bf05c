"""Records that a hospital cannot make again are never written over by a result."""

import argparse
import os
from collections.abc import Iterator

import pytest

from dashboard.cli import main, outputs
from dashboard.cli.entry import parser
from data.store import Store
from tests.dashboard.test_cli import ZONE, hourly

HERE = ("--time-zone", ZONE, "--horizon", "2d", "--model", "profile")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mercy.csv").write_text(hourly(21).to_csv(index=False))
    (tmp_path / "events.csv").write_text("name,from,to\nFair,2026-01-20,2026-01-21\n")
    (tmp_path / "edinflow.toml").write_text('store = "kept.duckdb"\n')
    Store.open(tmp_path / "kept.duckdb")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("forecast --input mercy.csv --out ./mercy.csv", "mercy.csv is what --input reads"),
        ("forecast --input mercy.csv --draws-out mercy.csv", "--draws-out: mercy.csv is what"),
        ("forecast --input mercy.csv --events events.csv --out events.csv", "--events reads"),
        ("forecast --input mercy.csv --out edinflow.toml", "holds the settings"),
        ("forecast --input mercy.csv --out kept.duckdb", "is a store"),
        ("forecast --input mercy.csv --out a --draws-out a", "is what --out writes"),
        ("plan --input mercy.csv --out p.csv --shifts-out p.csv", "is what --out writes"),
        ("ingest mercy.csv --rejects mercy.csv", "is what this command reads"),
        ("tune --input mercy.csv --save mercy.csv", "is what --input reads"),
    ],
)
def test_a_result_never_takes_the_place_of_what_is_read(folder, capsys, line, said):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert main(line.split()) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.endswith("name another file.\n")
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after == before


def test_a_result_may_take_the_place_of_the_last_one(folder, capsys):
    line = ("forecast", "--input", "mercy.csv", *HERE, "--out", "out.csv")
    assert main(line) == 0
    first = (folder / "out.csv").read_bytes()
    assert main(line) == 0
    assert (folder / "out.csv").read_bytes() == first


def test_a_device_is_not_replaced_by_a_file(folder, capsys):
    os.mkfifo(folder / "pipe")
    assert main(["forecast", "--input", "mercy.csv", *HERE, "--out", "pipe"]) == 1
    assert "pipe: it is no ordinary file" in capsys.readouterr().err
    assert not (folder / "pipe").is_file()


def options(of: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for one in of._actions:
        if isinstance(one, argparse._SubParsersAction):
            for verb in one.choices.values():
                yield from options(verb)
        else:
            yield one


def test_every_option_that_names_a_file_is_known_to_be_read_or_written():
    """A new one that stood in neither list would be written over, or write over another."""
    files = {one.dest for one in options(parser()) if "FILE" in str(one.metavar)}
    assert len(files) > 10
    # The settings are looked at by themselves; --keep is a store that is opened, not replaced.
    assert files - {"config", "keep"} <= {*outputs.READ, *outputs.WRITTEN}
    assert not set(outputs.READ) & set(outputs.WRITTEN)
