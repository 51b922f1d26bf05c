"""Numbers and instants → words, on the hospital's clock. No computing, no Streamlit."""

from dashboard.wording import (
    amounts,
    backtests,
    effects,
    events,
    imports,
    lab,
    method,
    notices,
    parts,
    plan,
    quality,
    tables,
    times,
    today,
    trust,
)

__all__ = [
    "amounts",
    "backtests",
    "effects",
    "events",
    "imports",
    "lab",
    "method",
    "notices",
    "parts",
    "plan",
    "quality",
    "tables",
    "times",
    "today",
    "trust",
]
