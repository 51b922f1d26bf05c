"""Colours: one palette for a light background, one for a dark one.

Every colour that carries meaning has a contrast of at least 3:1 against its background (WCAG 2.2,
1.4.11) and keeps its distance under three kinds of colour blindness; a sign or a word always
stands beside it, so nothing is told by colour alone.
"""

from dataclasses import dataclass
from typing import Literal

Status = Literal["normal", "watch", "surge"]
SIGNS: dict[Status, str] = {"normal": "✓", "watch": "▲", "surge": "⬤"}
SHORT, SPARE, EVEN = "▼", "▲", "✓"


@dataclass(frozen=True)
class Palette:
    """Hex colours by what they mean. `ramp`: few to many in one hue, under text."""

    background: str
    text: str
    muted: str
    grid: str
    expected: str
    need: str
    short: str
    actual: str
    normal: str
    watch: str
    surge: str
    ramp: tuple[str, str, str]

    def faded(self, colour: str, share: float) -> str:
        """The colour let through by `share` (0 clear, 1 solid), as CSS.

        >>> LIGHT.faded("#0072B2", 0.25)
        'rgba(0,114,178,0.25)'
        """
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return f"rgba({red},{green},{blue},{share:g})"


LIGHT = Palette(
    background="#FFFFFF",
    text="#0C1620",
    muted="#5B6875",
    grid="#DCE2E8",
    expected="#0072B2",
    need="#D55E00",
    short="#882255",
    actual="#000000",
    normal="#1B7F4B",
    watch="#B27300",
    surge="#B3261E",
    ramp=("#EEF5FA", "#A3CBE6", "#5BA5D4"),
)
DARK = Palette(
    background="#0F1720",
    text="#E8EEF4",
    muted="#9AA8B5",
    grid="#2B3742",
    expected="#56B4E9",
    need="#EE8866",
    short="#AAAA00",
    actual="#FFFFFF",
    normal="#4FC38A",
    watch="#E8A33D",
    surge="#FF8A80",
    ramp=("#14222E", "#1D4A68", "#2A6F9C"),
)


def palette(theme: str | None) -> Palette:
    """The palette for a page theme; light where the browser has not said."""
    return DARK if theme == "dark" else LIGHT


def scroll_shadows(colours: Palette) -> str:
    """CSS: a wide table shows a shadow at the side where more of it is hidden, and none at its end.

    The covers scroll with the table and hide the shadows, which stay, where nothing is left.
    """
    cover, shade = colours.background, colours.faded(colours.text, 0.45)
    clear = colours.faded(colours.text, 0)
    gone = colours.faded(cover, 0)
    layers = (
        f"linear-gradient(to right,{cover} 40%,{gone}) left / 44px 100% no-repeat local",
        f"linear-gradient(to left,{cover} 40%,{gone}) right / 44px 100% no-repeat local",
        f"linear-gradient(to right,{shade},{clear}) left / 14px 100% no-repeat scroll",
        f"linear-gradient(to left,{shade},{clear}) right / 14px 100% no-repeat scroll",
    )
    return f"[data-testid=stTable]>div,.wide-table{{background:{','.join(layers)}}}"


# A choice longer than so many letters stands whole under its box on a phone, which is too short.
FITS_A_PHONE = 36
WHOLE = "whole-choice-"
WIDE = f"@media (min-width:641px){{[class*=st-key-{WHOLE}]{{display:none}}}}"
# On a phone: less empty space above the page, and a row of choices that does not run out of it
# (less air in each, a second row for what is still too long); a long choice of a list takes several
# lines in it.
PHONE = """@media (max-width:640px){[data-testid=stMainBlockContainer]{padding-top:4rem}
[data-testid=stButtonGroup] [role=radiogroup]{flex-wrap:wrap}
[data-testid=stButtonGroup] [role=radio]{padding-inline:.5rem}
[data-testid=stSelectbox] input{text-overflow:ellipsis}
[role=listbox] [role=option],[role=listbox] [role=option]>*{height:auto;min-height:2.4rem;
white-space:normal}}"""


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#FFFFFF"))
    21
    """
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
