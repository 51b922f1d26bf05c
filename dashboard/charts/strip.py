"""The gap strip: role × hour as a table that any reader, eye or screen reader, can follow."""

from html import escape

import pandas as pd

from dashboard.theme import EVEN, SHORT, SPARE, Palette
from dashboard.wording import times, today
from data import locale

NARROW = ".strip-more{display:none;margin:0;font-size:13px}"
NARROW += "@media (max-width:1000px){.strip-more{display:block}}"
CELL = "padding:6px 0;min-width:34px;text-align:center;font-variant-numeric:tabular-nums;"


def gap_strip(gap: pd.DataFrame, time_zone: str, palette: Palette) -> str:
    """HTML of a table: a row per role, a column per hour (UTC starts), ▼ short, ▲ spare, ✓ even."""
    hours = "".join(
        f'<th scope="col" style="{CELL}font-weight:500;color:{palette.muted}">'
        f"{_hour(hour, time_zone)}</th>"
        for hour in gap.index
    )
    rows = "".join(
        f'<tr><th scope="row" style="{_first(palette)}">{escape(str(role).capitalize())}</th>'
        + "".join(_cell(value, palette) for value in gap[role])
        + "</tr>"
        for role in gap.columns
    )
    return (
        f"<style>{NARROW}</style>"
        f'<p class="strip-more" style="color:{palette.muted}">{today.SIDEWAYS}</p>'
        f'<div class="wide-table" style="overflow-x:auto" tabindex="0" role="region" '
        f'aria-label="{today.STAFF_BY_HOUR}">'
        f'<table style="border-collapse:separate;border-spacing:2px;width:100%;'
        f'font-size:14px;color:{palette.text}">'
        f'<thead><tr><th scope="col" style="{_first(palette)}font-weight:500;'
        f'color:{palette.muted}">From</th>{hours}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _hour(hour: pd.Timestamp, time_zone: str) -> str:
    said = times.clock_time(hour, time_zone)
    short = times.short_clock(hour, time_zone)
    return escape(said if "(" in said else short).replace(locale.NO_BREAK, "<br>", 1)


def _first(palette: Palette) -> str:
    return (
        "position:sticky;left:0;text-align:left;padding:6px 10px 6px 0;white-space:nowrap;"
        f"background:{palette.background};"
    )


def _cell(value: float, palette: Palette) -> str:
    if value != value:
        return f'<td title="{today.NOT_TOLD}" style="{CELL}color:{palette.muted}">?</td>'
    gap = int(value)
    if gap < 0:
        look, said = f"background:{palette.short};color:{palette.background};font-weight:700", SHORT
    elif gap > 0:
        look, said = f"background:{palette.faded(palette.muted, 0.14)}", SPARE
    else:
        look, said = f"background:{palette.faded(palette.expected, 0.14)}", EVEN
    number = str(abs(gap)) if gap else ""
    word = "short" if gap < 0 else "to spare" if gap else "as needed"
    title = f"{number} {word}".strip()
    return f'<td title="{title}" style="{CELL}border-radius:4px;{look}">{said}{number}</td>'
