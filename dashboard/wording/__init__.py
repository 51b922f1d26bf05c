"""Numbers and instants → words, on the hospital's clock. No computing, no Streamlit."""

from dashboard.wording import (
    alerts,
    amounts,
    board,
    edits,
    notices,
    parts,
    plan,
    same_day,
    sheet,
    tables,
    times,
    today,
    trust,
    versions,
)

__all__ = [
    "alerts",
    "amounts",
    "board",
    "edits",
    "notices",
    "parts",
    "plan",
    "same_day",
    "sheet",
    "tables",
    "times",
    "today",
    "trust",
    "versions",
]
