"""A file that holds several hospitals: found before their patients are added up to one.

What the cells say is never quoted: only how many names there are is said.
"""

import re
from collections import Counter
from collections.abc import Sequence

from data.errors import DataError
from data.feeds import columns, words

# A provider may be a physician, and a Klinik or clinica a ward: these are no sign of several.
_NAME = re.compile(
    r"^(hospital|site|facility|campus|trust|krankenhaus|standort|spital|"
    r"sykehus|sjukhus|sygehus|sairaala|hopital|etablissement|ziekenhuis|ospedale)"
    r"( (name|code))?$"
)
FEW = 0.01  # of the rows: a name that rare is taken for a slip of the pen


def column_of(names: Sequence[str], taken: Sequence[str] = ()) -> str | None:
    """The column that says which hospital a row is of; None where there is none.

    taken: columns that hold something else.

    >>> column_of(["arrived_at", "Hospital_Name"])
    'Hospital_Name'
    >>> column_of(["arrived_at", "Provider Name", "Klinik"])
    """
    return next((c for c in names if c not in taken and _NAME.search(columns.spelled(c))), None)


def check(file: str, column: str, rows: Counter[str]) -> None:
    """Raise DataError where a column names more than one hospital. rows: by text of its cells."""
    found: Counter[str] = Counter()
    for text, number in rows.items():
        name = words.plain(text)
        if name not in words.EMPTY:
            found[name] += number
    named = sum(1 for number in found.values() if number >= FEW * found.total())
    if named > 1:
        raise DataError(
            f"The column {column!r} of {file} names {named} hospitals, and a load is of one: load "
            "one file for each; if they are all one department, take the column away."
        )
