"""Every command of the README runs, and says what the README says it does."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.cli.entry import parser

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs/example/arrivals.csv"


def sessions() -> list[tuple[list[str], list[str]]]:
    """(words of the command, lines printed) for each `$ edinflow …` of a console block."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL):
        for one in block.split("$ ")[1:]:
            command, *printed = one.rstrip("\n").split("\n")
            found.append((shlex.split(command), printed))
    return found


def shape(lines: list[str]) -> list[str]:
    """Lines without the figures, dates and model names that differ from machine to machine."""
    plain = [re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2}", "DATE", line)
             for line in lines]  # fmt: skip
    return [re.sub(r"[\d,.:]*\d", "#", line.split("  Model: ")[0]) for line in plain]


def test_every_command_of_the_readme_runs_and_prints_what_it_shows(tmp_path, monkeypatch, capsys):
    shutil.copy(EXAMPLE, tmp_path / "arrivals.csv")
    monkeypatch.chdir(tmp_path)
    told = sessions()
    assert len(told) >= 5
    for words, printed in told:
        assert words[0] == "edinflow"
        if words[1] == "app":
            parser().parse_args(words[1:])  # serving is tested where servers are
            continue
        assert main(words[1:]) == 0, shlex.join(words)
        said = capsys.readouterr()
        if printed:
            assert shape((said.err + said.out).splitlines()) == shape(printed)


def test_every_scheduled_command_of_the_docs_is_one_that_there_is():
    text = (ROOT / "docs/dashboard.md").read_text(encoding="utf-8")
    lines = re.findall(r"edinflow ((?:ingest|update|forecast|alerts|score) --?[^&\n]*)", text)
    lines += re.findall(r"edinflow (ingest /[^&\n]*)", text)
    assert len(lines) >= 6
    for line in lines:
        parser().parse_args(shlex.split(line.partition("`")[0]))


def test_make_has_every_target_that_the_readme_names():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(link):
    assert (ROOT / link).exists()


def test_the_first_screen_shows_what_it_is_a_picture_and_the_two_commands():
    first = README.splitlines()[:20]
    assert any(line.startswith("![") for line in first)
    assert any("make demo" in line for line in first)
    assert any("make test" in line for line in first)
