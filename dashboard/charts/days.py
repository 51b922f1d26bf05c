"""Patients per day as they were: a dot a day, gaps left open."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import axis
from dashboard.theme import Palette
from data import locale

MOST = 1400


def days(totals: pd.Series, palette: Palette) -> go.Figure:
    """Totals by local day (naive midnights), the newest 1,400 of them; NaN: not observed."""
    shown = totals.iloc[-MOST:]
    made = axis.figure(palette, height=260, legend=False)
    made.add_trace(
        go.Scatter(
            x=shown.index,
            y=shown,
            mode="lines+markers",
            connectgaps=False,
            marker={"color": palette.actual, "size": 4 if len(shown) < 200 else 2},
            line={"color": palette.faded(palette.actual, 0.35), "width": 1},
            customdata=[locale.day(day, year=True) for day in shown.index],
            hovertemplate="%{customdata}<br>%{y} patients<extra></extra>",
        )
    )
    made.update_yaxes(title_text="patients per day")
    axis.date_ticks(made, pd.DatetimeIndex(shown.index))
    return made
