"""History and forecast side by side, by the day or by the hour."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import axis, bands
from dashboard.service.question import Answer
from dashboard.theme import Palette
from data import clock
from data.arrivals import ArrivalSeries

HISTORY_DAYS, HISTORY_HOURS, AHEAD_HOURS = 56, 72, 168


def by_day(answer: Answer, band: str, palette: Palette) -> go.Figure:
    """Eight weeks of day totals as they were and every whole day of the forecast."""
    totals = answer.forecast.totals("day")
    return _draw(
        answer.history.daily(),
        HISTORY_DAYS,
        totals.index,
        totals.mean,
        totals.quantiles(*bands.levels(band)),
        band,
        palette,
    )


def by_hour(answer: Answer, band: str, palette: Palette) -> go.Figure:
    """Three days of hours as they were and the first seven days of the forecast."""
    forecast = answer.forecast
    return _draw(
        answer.history,
        HISTORY_HOURS,
        forecast.index[:AHEAD_HOURS],
        forecast.mean.iloc[:AHEAD_HOURS],
        forecast.quantiles(*bands.levels(band)).iloc[:AHEAD_HOURS],
        band,
        palette,
    )


def _draw(
    history: ArrivalSeries,
    before: int,
    ahead: pd.DatetimeIndex,
    mean: pd.Series,
    quantiles: pd.DataFrame,
    band: str,
    palette: Palette,
) -> go.Figure:
    zone, step = history.time_zone, history.step
    past = history.counts[history.counts.index < (ahead[0] if len(ahead) else history.end)]
    past = past.iloc[-before:]
    stop = ahead[-1] if len(ahead) else past.index[-1]
    first = past.index[0] if len(past) else ahead[0]
    index = clock.steps_between(first, stop + pd.Timedelta(seconds=1), step, zone)
    made = axis.figure(palette, height=400)
    middle = [place + 0.5 for place in index.get_indexer(ahead)]
    bands.draw(made, middle, quantiles, band, palette)
    made.add_trace(
        go.Scatter(
            x=middle,
            y=mean,
            mode="lines",
            line={"color": palette.expected, "width": 2.5},
            name="expected",
            customdata=np.column_stack(
                [axis.labels(ahead, zone, step), quantiles["q10"], quantiles["q90"]]
            )
            if len(ahead)
            else None,
            hovertemplate="%{customdata[0]}<br>expected %{y:.0f}, likely "
            "%{customdata[1]}–%{customdata[2]}<extra></extra>",
        )
    )
    made.add_trace(
        go.Scatter(
            x=index.get_indexer(past.index) + 0.5,
            y=past,
            mode="lines+markers",
            marker={"color": palette.actual, "size": 5},
            line={"color": palette.faded(palette.actual, 0.35), "width": 1},
            connectgaps=False,
            name="arrived",
            customdata=axis.labels(pd.DatetimeIndex(past.index), zone, step),
            hovertemplate="%{customdata}<br>%{y} arrived<extra></extra>",
        )
    )
    if step == "day":
        axis.day_ticks(made, index, zone)
    else:
        axis.time_ticks(made, index, zone, every=24)
    made.update_yaxes(title_text=f"patients per {step}")
    if len(ahead):
        axis.now_line(made, axis.place(index, ahead[0]), "forecast", palette)
    return made
