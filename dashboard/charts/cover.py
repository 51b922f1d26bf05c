"""The shifts against the need: cover, need, today's roster, and the difference below.

The figure is put together as one dictionary: it is drawn anew with each edit of a plan, and
building it up trace by trace took ten times as long.
"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import axis
from dashboard.theme import SHORT, SPARE, Palette
from staffing.plan import ShiftPlan


def cover(
    plan: ShiftPlan,
    role: str,
    start: pd.Timestamp,
    stop: pd.Timestamp,
    palette: Palette,
    today: pd.DataFrame | None = None,
) -> go.Figure:
    """Need as a line over cover as a filled step, and the difference as signed bars below.

    today: heads on duty by today's roster, steps × roles, NaN where it is not known; a dotted line.
    """
    need = plan.requirement
    index = pd.DatetimeIndex(need.heads.index)
    index = index[(index >= start) & (index < stop)]
    needed = need.heads.loc[index, role].to_numpy()
    there = plan.cover().loc[index, role].to_numpy()
    fill = {"fill": "tozeroy", "fillcolor": palette.faded(palette.expected, 0.22)}
    traces = [
        _step(there, "on duty", {"width": 1, "color": palette.expected}) | fill,
        _step(needed, "needed", {"width": 2, "color": palette.need}),
    ]
    if today is not None:
        rostered = today[role].reindex(index).to_numpy()
        dots = {"width": 1.5, "dash": "dot", "color": palette.text}
        traces.append(_step(rostered, "today's roster", dots))
    labels = np.array(axis.labels(index, need.time_zone, "hour"))
    traces += _gap_bars(labels, needed, there, palette)
    layout = axis.layout(palette, height=430)
    x = layout["xaxis"] | axis.hour_ticks(index, need.time_zone, every=24)
    y = layout["yaxis"]
    layout |= {
        "xaxis": {**x, "anchor": "y", "matches": "x2", "showticklabels": False},
        "xaxis2": {**x, "anchor": "y2"},
        "yaxis": {**y, "domain": [0.32, 1], "title": {**y["title"], "text": f"{role}s"}},
        "yaxis2": {
            **y,
            "domain": [0, 0.26],
            "anchor": "x2",
            "title": {**y["title"], "text": "difference"},
            "zeroline": True,
            "zerolinecolor": palette.muted,
        },
    }
    return go.Figure(data=traces, layout=layout)


def _step(heads: np.ndarray, name: str, line: dict[str, Any]) -> dict[str, Any]:
    """Heads that hold through each step."""
    return {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "x": np.arange(len(heads) + 1),
        "y": np.append(heads, heads[-1:]),
        "line": {"shape": "hv", **line},
        "connectgaps": False,
        "name": name,
    }


def _gap_bars(
    labels: np.ndarray, needed: np.ndarray, there: np.ndarray, palette: Palette
) -> list[dict[str, Any]]:
    gap = there - needed
    bars = []
    for name, sign, colour, part in (
        ("to spare", SPARE, palette.faded(palette.muted, 0.55), gap > 0),
        ("short", SHORT, palette.short, gap < 0),
    ):
        begins = part & (np.append(0, gap[:-1]) != gap)
        bars.append(
            {
                "type": "bar",
                "xaxis": "x2",
                "yaxis": "y2",
                "x": np.flatnonzero(part) + 0.5,
                "y": gap[part],
                "width": 1,
                "marker": {"color": colour, "line": {"width": 0}},
                "name": f"{sign} {name}",
                "text": [
                    f"{sign}{abs(value)}" if first and sign == SHORT else ""
                    for value, first in zip(gap[part], begins[part], strict=True)
                ],
                "textposition": "outside",
                "textfont": {"color": palette.text, "size": 11},
                "cliponaxis": False,
                "customdata": np.column_stack([labels[part], needed[part], there[part]]),
                "hovertemplate": "%{customdata[0]}<br>%{customdata[1]} needed, "
                "%{customdata[2]} on duty<extra></extra>",
            }
        )
    return bars
