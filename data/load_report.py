"""What a load did, and what an undo did: every row and every step accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from data.clock import Step
from data.errors import DataError

# A remark on visits that seem to be there twice; nobody can tell which of two is one too many.
ALIKE = "visits are the same as another one in all that is read of them"
Shape = Literal["visits", "hourly", "daily"]


@dataclass(frozen=True)
class LoadReport:
    """One file loaded, or found to be loaded already.

    accepted + duplicate + rejected = rows_in. placed_nowhere: accepted rows that lie in no
    step, because the clock skipped or repeated their hour. covers_from, covers_to: the range
    (UTC, end excluded) for which this load is the authority. replaced_steps: steps of it that
    an earlier load had decided. mapping: our name → the file's column. not_read: columns and why.
    """

    load_id: int
    already_loaded: bool
    site: str
    file: str
    sha256: str
    shape: Shape
    step: Step
    rows_in: int
    accepted: int
    duplicate: int
    rejected: int
    placed_nowhere: int
    covers_from: pd.Timestamp
    covers_to: pd.Timestamp
    steps_observed: int
    steps_missing: int
    replaced_steps: int
    mapping: Mapping[str, str]
    date_format: str
    absent_rule: str
    not_read: tuple[tuple[str, str], ...]
    rejects_file: Path | None
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.accepted + self.duplicate + self.rejected != self.rows_in:
            raise DataError(
                f"Rows of {self.file} do not add up: {self.accepted} accepted, "
                f"{self.duplicate} duplicate, {self.rejected} rejected of {self.rows_in}."
            )


@dataclass(frozen=True)
class UndoReport:
    """One load taken back: steps that fell back to an earlier load, or to nothing."""

    load_id: int
    site: str
    file: str
    steps_restored: int
    steps_emptied: int
    notes: tuple[str, ...]
