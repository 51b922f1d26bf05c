"""Staff needed, day by day and hour by hour."""

import plotly.graph_objects as go

from dashboard.charts import axis
from dashboard.charts.week import scale
from dashboard.service.rhythm import hourly_need
from dashboard.theme import Palette
from dashboard.wording import times
from staffing.requirement import Requirement


def need_heatmap(need: Requirement, role: str, palette: Palette) -> go.Figure:
    """Days × hours of the local clock; each cell the most heads needed at once in that hour.

    The hour that comes twice shows the larger of the two; the hour that does not come is empty.
    """
    table = hourly_need(need, role)
    days = [times.day(day, need.time_zone) for day in table.index]
    layout = axis.layout(palette, height=70 + 19 * len(table), legend=False)
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(table))),
        "ticktext": days,
        "autorange": "reversed",
        "showgrid": False,
        "rangemode": "normal",
        "tickfont": {"size": 11, "color": palette.text},
    }
    layout["xaxis"]["side"] = "top"
    cells = {
        "type": "heatmap",
        "x": list(table.columns),
        "y": list(range(len(table))),
        "z": table.to_numpy(float),
        "zmin": 0,
        "colorscale": scale(palette),
        "texttemplate": "%{z}",
        "textfont": {"size": 10, "color": palette.text},
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "customdata": axis.day_and_hour(days, table.columns),
        "hovertemplate": "%{customdata}<br>%{z} needed<extra></extra>",
        "hoverongaps": False,
    }
    made = go.Figure(data=[cells], layout=layout)
    axis.hours_of_day(made)
    return made
