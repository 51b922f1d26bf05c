"""Cells that a spreadsheet would run as a formula, made harmless."""

import re

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


def meant(cell: str) -> str:
    """The cell as it was before `harmless`.

    >>> meant(harmless("=1+1")), meant("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell
