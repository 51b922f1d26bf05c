"""The network: a row per site, which becomes a card on a narrow screen."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from dashboard.theme import Palette, Status

STYLE = """
.sites{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.sites th,.sites td{text-align:left;padding:10px 12px;border-bottom:1px solid;vertical-align:top}
.sites .mark{border-left:6px solid;padding-left:10px}
@media (max-width:900px){
.sites thead{display:none}
.sites tr{display:block;border:1px solid;border-radius:6px;margin-bottom:12px;padding:4px 0}
.sites th,.sites td{display:block;border:0;padding:4px 12px}
.sites td::before{content:attr(data-label) ": ";font-weight:600}
.sites td.bare::before{content:""}
}
"""


def sites(
    columns: Sequence[str],
    rows: Sequence[tuple[Status, Sequence[str]]],
    link: str,
    palette: Palette,
) -> str:
    """HTML of a table. rows: state and cells, the site's name first; link: words of the last."""
    colours = {"normal": palette.normal, "watch": palette.watch, "surge": palette.surge}
    head = "".join(
        f'<th scope="col" style="color:{palette.muted};font-weight:500">{escape(name)}</th>'
        for name in columns
    )
    body = "".join(
        f'<tr style="border-color:{palette.grid}">'
        f'<th scope="row" style="border-color:{palette.grid}">{escape(cells[0])}</th>'
        + "".join(
            _cell(columns[at], cell, palette, colours[state] if at == 1 else "")
            for at, cell in enumerate(cells)
            if at
        )
        + f'<td class="bare" style="border-color:{palette.grid}">'
        f'<a href="./?{escape(urlencode({"site": cells[0]}))}" target="_self" '
        f'style="color:{palette.expected}" aria-label="{escape(link)}, {escape(cells[0])}">'
        f"{escape(link)}</a></td></tr>"
        for state, cells in rows
    )
    return (
        f'<style>{STYLE}</style><table class="sites" style="color:{palette.text}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(label: str, text: str, palette: Palette, mark: str) -> str:
    inner = f'<span class="mark" style="border-color:{mark}">{escape(text)}</span>'
    return (
        f'<td data-label="{escape(label)}" style="border-color:{palette.grid}">'
        f"{inner if mark else escape(text)}</td>"
    )
