"""Staff needed, day by day and hour by hour, and the shifts against it."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts import axis
from dashboard.charts.week import scale
from dashboard.service.rhythm import hourly_need
from dashboard.theme import SHORT, SPARE, Palette
from dashboard.wording import times
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement


def need_heatmap(need: Requirement, role: str, palette: Palette) -> go.Figure:
    """Days × hours of the local clock; each cell the most heads needed at once in that hour.

    The hour that comes twice shows the larger of the two; the hour that does not come is empty.
    """
    table = hourly_need(need, role)
    days = [times.day(day, need.time_zone) for day in table.index]
    made = axis.figure(palette, height=70 + 19 * len(table), legend=False)
    made.add_trace(
        go.Heatmap(
            x=list(table.columns),
            y=list(range(len(table))),
            z=table.to_numpy(float),
            zmin=0,
            colorscale=scale(palette),
            texttemplate="%{z}",
            textfont={"size": 10, "color": palette.text},
            xgap=1,
            ygap=1,
            showscale=False,
            customdata=np.array([[day] * table.shape[1] for day in days]),
            hovertemplate="%{customdata} %{x:02d}:00<br>%{z} needed<extra></extra>",
            hoverongaps=False,
        )
    )
    made.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(table))),
        ticktext=days,
        autorange="reversed",
        showgrid=False,
        rangemode="normal",
        tickfont={"size": 11, "color": palette.text},
    )
    made.update_xaxes(
        side="top",
        tickmode="array",
        tickvals=list(range(0, 24, 3)),
        ticktext=[f"{hour:02d}" for hour in range(0, 24, 3)],
    )
    return made


def cover(
    plan: ShiftPlan, role: str, start: pd.Timestamp, stop: pd.Timestamp, palette: Palette
) -> go.Figure:
    """Need as a line over cover as a filled step, and the difference as signed bars below."""
    need = plan.requirement
    index = pd.DatetimeIndex(need.heads.index)
    index = index[(index >= start) & (index < stop)]
    needed = need.heads.loc[index, role].to_numpy()
    there = plan.cover().loc[index, role].to_numpy()
    made = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.72, 0.28], vertical_spacing=0.06
    )
    made.update_layout(axis.figure(palette, height=430).layout)
    edges = np.arange(len(index) + 1)
    step = {"mode": "lines", "hoverinfo": "skip"}
    made.add_trace(
        go.Scatter(
            x=edges,
            y=np.append(there, there[-1:]),
            line={"shape": "hv", "width": 1, "color": palette.expected},
            fill="tozeroy",
            fillcolor=palette.faded(palette.expected, 0.22),
            name="on duty",
            **step,
        ),
        row=1,
        col=1,
    )
    made.add_trace(
        go.Scatter(
            x=edges,
            y=np.append(needed, needed[-1:]),
            line={"shape": "hv", "width": 2, "color": palette.need},
            name="needed",
            **step,
        ),
        row=1,
        col=1,
    )
    _gap_bars(made, axis.labels(index, need.time_zone, "hour"), needed, there, palette)
    base = axis.figure(palette, height=430)
    made.update_xaxes(base.layout.xaxis)
    made.update_yaxes(base.layout.yaxis)
    axis.time_ticks(made, index, need.time_zone, every=24)
    made.update_xaxes(showticklabels=False, row=1, col=1)
    made.update_yaxes(title_text=f"{role}s", row=1, col=1)
    made.update_yaxes(title_text="difference", zeroline=True, zerolinecolor=palette.muted, row=2)
    return made


def _gap_bars(
    made: go.Figure,
    labels: list[str],
    needed: np.ndarray,
    there: np.ndarray,
    palette: Palette,
) -> None:
    gap = there - needed
    for name, sign, colour, part in (
        ("to spare", SPARE, palette.faded(palette.muted, 0.55), gap > 0),
        ("short", SHORT, palette.short, gap < 0),
    ):
        begins = part & (np.append(0, gap[:-1]) != gap)
        made.add_trace(
            go.Bar(
                x=np.flatnonzero(part) + 0.5,
                y=gap[part],
                width=1,
                marker={"color": colour, "line": {"width": 0}},
                name=f"{sign} {name}",
                text=[
                    f"{sign}{abs(value)}" if first and sign == SHORT else ""
                    for value, first in zip(gap[part], begins[part], strict=True)
                ],
                textposition="outside",
                textfont={"color": palette.text, "size": 11},
                cliponaxis=False,
                customdata=np.column_stack([np.array(labels)[part], needed[part], there[part]])
                if part.any()
                else None,
                hovertemplate="%{customdata[0]}<br>%{customdata[1]} needed, "
                "%{customdata[2]} on duty<extra></extra>",
            ),
            row=2,
            col=1,
        )
