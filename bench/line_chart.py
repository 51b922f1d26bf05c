"""A small line chart as SVG text, both axes logarithmic: there is no browser in a bench."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 50, 50
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f")
APART = 14


def line_chart(
    at: Sequence[float], lines: Mapping[str, Sequence[float]], *, title: str, across: str
) -> str:
    """Lines over the points `at`, each named at its right end; a dashed line grows with length.

    at and the values of each line are above 0. Names that would overlap are moved apart.
    """
    values = np.array(list(lines.values()), dtype=float)
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    first, last = np.log10(at[0]), np.log10(at[-1])

    def x(value: float) -> float:
        return float(LEFT + (np.log10(value) - first) / (last - first) * (WIDTH - LEFT - RIGHT))

    def y(value: float) -> float:
        share = (np.log10(value) - low) / (high - low)
        return float(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12" fill="#333">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="14">{escape(title)}</text>',
    ]
    for power in range(int(low), int(high) + 1):
        level = y(10.0**power)
        parts.append(
            f'<path d="M{LEFT} {level:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{level + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    for value in at:
        parts.append(
            f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 20}" '
            f'text-anchor="middle">{value:g}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>'
    )
    end = 10.0**low * at[-1] / at[0]
    parts.append(
        f'<path d="M{x(at[0]):.1f} {y(10.0**low):.1f}L{x(at[-1]):.1f} {y(end):.1f}" '
        'stroke="#777" stroke-dasharray="5 4"/>'
    )
    ends = {name: y(line[-1]) for name, line in lines.items()} | {"grows with length": y(end)}
    places = apart(ends)
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(a):.1f},{y(v):.1f}" for a, v in zip(at, line, strict=True))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(_name(name, places[name], colour))
    parts.append(_name("grows with length", places["grows with length"], "#777"))
    return "\n".join([*parts, "</svg>\n"])


def apart(ends: Mapping[str, float]) -> dict[str, float]:
    """The same heights, moved down where two names would lie less than a line apart.

    >>> apart({"a": 10.0, "b": 12.0, "c": 90.0})
    {'a': 10.0, 'b': 24.0, 'c': 90.0}
    """
    placed: dict[str, float] = {}
    lowest = -np.inf
    for name in sorted(ends, key=lambda one: ends[one]):
        lowest = max(ends[name], float(lowest) + APART)
        placed[name] = float(lowest)
    return placed


def _name(text: str, height: float, colour: str) -> str:
    return (
        f'<text x="{WIDTH - RIGHT + 8}" y="{height + 4:.1f}" fill="{colour}">{escape(text)}</text>'
    )
