"""Plain text is read in one piece and must give the rows that the careful reader gives."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.feeds import delimited, plain
from data.feeds.delimited import Delimited

CELLS = st.sampled_from(["", " ", "a", "é", "7", "x y", "\t", ",", "-", "a\u2028b", "a\x0bb"])
ROWS = st.lists(st.lists(CELLS.filter(lambda cell: "," not in cell), min_size=1, max_size=3))
QUOTED = st.sampled_from(['"a,b"', '"two\nlines"', '"say ""yes"""', 'in"side'])


def table(path: Path, text: str) -> Delimited:
    path.write_bytes(text.encode())
    return Delimited(path, "utf-8", ",", ("p", "q"), False, 0, ())


def read(source: Delimited) -> list[tuple[int, list[str]]]:
    return [
        (line, row)
        for lines, rows in source.batches([0])
        for line, row in zip(lines, rows, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(ROWS, st.lists(QUOTED, max_size=2), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_pieces_are_the_rows_that_the_careful_reader_gives(
    rows: list[list[str]], quoted: list[str], line_break: str, ends: bool
) -> None:
    lines = [",".join(row) for row in rows]
    for place, cell in enumerate(quoted):
        lines.insert(min(2 * place + 1, len(lines)), f"{cell},z")
    text = line_break.join(lines) + (line_break if ends else "")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        source = table(Path(folder) / "rows.csv", text)
        patch.setattr(delimited, "HEAD_BYTES", 5)
        patch.setattr(delimited, "PIECE", 9)
        quick = read(source)
        patch.setattr(plain, "read", lambda *_: None)
        patch.setattr(delimited, "HEAD_BYTES", 10_000)
        assert quick == read(source)


def test_plain_text_is_read_in_one_piece() -> None:
    found = plain.read("a,1\nb,2\r\nc,", ",", 2)
    assert isinstance(found, pa.Table)
    assert [column.to_pylist() for column in found.columns] == [["a", "b", "c"], ["1", "2", ""]]


@pytest.mark.parametrize(
    "text", ['"a",1\n', "a,1\nb\n", "a,1\n\nb,2\n", ",1\n", "a,1\rb,2\n", "a\0,1\n", "a,1,2\n", ""]
)
def test_text_that_is_not_plain_is_left_to_the_careful_reader(text: str) -> None:
    assert plain.read(text, ",", 2) is None


def test_a_line_keeps_its_number_behind_blank_lines_and_quoted_breaks(tmp_path: Path) -> None:
    text = "a,1\n" * 3 + "\n\n" + "b,2\n" + '"c\nd",3\n' + "e,4\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "HEAD_BYTES", 6)
        patch.setattr(delimited, "PIECE", 6)
        found = read(table(tmp_path / "rows.csv", text))
    assert [(line, row[0]) for line, row in found] == [
        *((1, "a"), (2, "a"), (3, "a"), (6, "b"), (8, "c\nd"), (9, "e")),
    ]
