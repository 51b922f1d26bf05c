"""Numbers and instants → words, on the hospital's clock. No computing, no Streamlit."""

from dashboard.wording import amounts, backtests, notices, parts, plan, tables, times, today, trust

__all__ = ["amounts", "backtests", "notices", "parts", "plan", "tables", "times", "today", "trust"]
