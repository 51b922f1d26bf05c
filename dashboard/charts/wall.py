"""The wallboard: a few facts in letters that are read from across the room."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from dashboard.theme import Palette, Status
from dashboard.wording.board import LEAVE, Fact

# Sizes follow the screen's width. On a 43-inch screen, 952 mm wide, the smallest letters are 22 mm
# and their capitals 16 mm high: 14 minutes of arc at 4 m, where 5 are the least that normal sight
# tells apart. Phones and laptops keep a size that fits them.
STYLE = """
[data-testid=stSidebar],[data-testid=stSidebarCollapsedControl],[data-testid=stHeader],
[data-testid=stExpandSidebarButton]{display:none!important}
[data-testid=stMainBlockContainer]{padding:1.2vw 2vw!important;max-width:none!important}
.wall{font-variant-numeric:tabular-nums;line-height:1.15}
.wall-top{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;
gap:.2em 1.5em;font-size:clamp(1.05rem,2.3vw,4rem)}
.wall h1{font-size:clamp(1.5rem,3vw,5rem);margin:0;padding:0;font-weight:700}
.wall-state{font-size:clamp(1.7rem,4.4vw,8rem);font-weight:800;border-left:.35em solid;
padding:.12em .4em;margin:.25em 0 .35em}
.wall-late{font-size:clamp(1.2rem,2.6vw,5rem);font-weight:700;border:.16em dashed;
padding:.25em .5em;margin:.3em 0}
.wall-facts{display:grid;gap:1.2vw;
grid-template-columns:repeat(auto-fit,minmax(min(100%,max(40vw,19rem)),1fr))}
.wall-fact{border:2px solid;border-radius:10px;padding:max(.7vw,.5rem) max(1.4vw,.8rem)}
.wall-fact>div{font-size:clamp(1.05rem,2.4vw,4.5rem)}
.wall-fact>.value{font-size:clamp(1.9rem,5.6vw,10rem);font-weight:800}
.wall-leave{font-size:1rem;margin-top:1vw}
"""


def wall(
    site: str,
    clock: str,
    as_of: str,
    late: str,
    state: tuple[Status, str],
    facts: Sequence[Fact],
    palette: Palette,
) -> str:
    """HTML of the wallboard. late: the banner of a late feed, "" for none."""
    colour = {"normal": palette.normal, "watch": palette.watch, "surge": palette.surge}[state[0]]
    banner = (
        f'<div class="wall-late" role="alert" style="border-color:{palette.surge}">'
        f"{escape(late)}</div>"
        if late
        else ""
    )
    cards = "".join(
        f'<div class="wall-fact" style="border-color:{palette.grid}">'
        f'<div style="color:{palette.muted}">{escape(fact.label)}</div>'
        f'<div class="value">{escape(fact.value)}</div><div>{escape(fact.note)}</div></div>'
        for fact in facts
    )
    return (
        f'<style>{STYLE}</style><div class="wall" style="color:{palette.text}">'
        f'<div class="wall-top"><h1>{escape(site)}</h1><span>{escape(clock)}</span>'
        f"<span>{escape(as_of)}</span></div>{banner}"
        f'<div class="wall-state" style="color:{colour}">{escape(state[1])}</div>'
        f'<div class="wall-facts">{cards}</div>'
        f'<p class="wall-leave"><a href="./?{escape(urlencode({"site": site}))}" target="_self" '
        f'style="color:{palette.muted}">{LEAVE}</a></p></div>'
    )
