"""Today's fan: what came, what is expected and how sure that is, against a usual week."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import axis, bands
from dashboard.service.briefing import Briefing
from dashboard.theme import Palette
from dashboard.wording import times
from data import clock, locale

BEFORE = {"hour": 12, "day": 14}
DAYS_AHEAD = 28


def fan(briefing: Briefing, palette: Palette, widest: str = "80", hours: int = 48) -> go.Figure:
    """Twelve hours back, some ahead (or 14 days back, 28 ahead): actuals, bands, usual, shifts."""
    answer = briefing.answer
    forecast, zone = answer.forecast, answer.forecast.time_zone
    index = _steps(briefing, hours)
    made = axis.figure(palette, height=360)
    if forecast.step == "hour":
        _shifts(made, briefing, index, palette)
    seen = answer.history.counts.reindex(index)
    ahead = forecast.index.intersection(index)
    middle = [axis_place + 0.5 for axis_place in index.get_indexer(ahead)]
    rows = forecast.index.get_indexer(ahead)
    quantiles = forecast.quantiles(*bands.levels(widest)).iloc[rows]
    bands.draw(made, middle, quantiles, widest, palette)
    usual = answer.usual.reindex(ahead).to_numpy(float)
    made.add_trace(
        go.Scatter(
            x=middle,
            y=usual,
            mode="lines",
            line={"color": palette.muted, "width": 1.5, "dash": "dash"},
            name="usual",
            hoverinfo="skip",
        )
    )
    made.add_trace(
        go.Scatter(
            x=middle,
            y=forecast.mean.iloc[rows],
            mode="lines",
            line={"color": palette.expected, "width": 2.5},
            name="expected",
            customdata=np.column_stack(
                [
                    axis.labels(ahead, zone, forecast.step),
                    quantiles["q10"],
                    quantiles["q90"],
                    [f"{value:.0f}" if value == value else "not known" for value in usual],
                ]
            ),
            hovertemplate="%{customdata[0]}<br>expected %{y:.0f}, likely "
            "%{customdata[1]}–%{customdata[2]}<br>usual %{customdata[3]}<extra></extra>",
        )
    )
    made.add_trace(
        go.Scatter(
            x=np.arange(len(index)) + 0.5,
            y=seen,
            mode="markers",
            marker={"color": palette.actual, "size": 7},
            name="arrived",
            customdata=axis.labels(index, zone, forecast.step),
            hovertemplate="%{customdata}<br>%{y} arrived<extra></extra>",
        )
    )
    _frame(made, briefing, index, palette)
    return made


def _steps(briefing: Briefing, hours: int) -> pd.DatetimeIndex:
    forecast = briefing.answer.forecast
    step = forecast.step
    if step == "day":
        start = clock.day_starts(
            briefing.since - pd.Timedelta(days=BEFORE[step]), 1, forecast.time_zone
        )[0]
    else:
        start = briefing.since - pd.Timedelta(hours=BEFORE[step])
    ahead = DAYS_AHEAD if step == "day" else hours
    index = clock.steps_from(start, BEFORE[step] + ahead, step, forecast.time_zone)
    return index[index <= forecast.index[-1]]


def _shifts(made: go.Figure, briefing: Briefing, index: pd.DatetimeIndex, palette: Palette) -> None:
    zone = briefing.answer.forecast.time_zone
    shades, names = [], []
    for number, (start, stop) in enumerate(briefing.shifts):
        low = max(axis.place(index, start), 0.0)
        high = min(axis.place(index, stop), float(len(index)))
        if high <= low:
            continue
        if number % 2 == 0:
            shades.append(
                {
                    "type": "rect",
                    "x0": low,
                    "x1": high,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "fillcolor": palette.faded(palette.muted, 0.1),
                    "line": {"width": 0},
                    "layer": "below",
                }
            )
        if high - low >= len(index) / 10:
            names.append(
                {
                    "x": low,
                    "xanchor": "left",
                    "y": 1,
                    "yref": "paper",
                    "yanchor": "top",
                    "showarrow": False,
                    "text": "–".join(_hour(end, zone) for end in (start, stop)),
                    "font": {"color": palette.muted, "size": 11},
                }
            )
    made.update_layout(shapes=shades, annotations=names)  # at once: each change costs Plotly 10 ms


def _hour(moment: pd.Timestamp, zone: str) -> str:
    """An end of a shift, as short as on a roster: its name is to fit on a phone."""
    local = moment.tz_convert(zone)
    return locale.roster_hour(local.hour, local.minute)


def _frame(made: go.Figure, briefing: Briefing, index: pd.DatetimeIndex, palette: Palette) -> None:
    forecast = briefing.answer.forecast
    zone = forecast.time_zone
    if forecast.step == "day":
        axis.day_ticks(made, index, zone)
    else:
        axis.time_ticks(made, index, zone, every=6)
    made.update_yaxes(title_text=f"patients per {forecast.step}", range=[0, _top(made)])
    if briefing.outdated:
        axis.now_line(made, axis.place(index, forecast.origin), "end of the data", palette)
    else:
        text = f"now {times.clock_time(briefing.now, zone)}"
        axis.now_line(made, axis.place(index, briefing.now), text, palette)


def _top(made: go.Figure) -> float:
    """Room for the shift names above the highest value."""
    highest = max(np.nanmax(np.append(np.asarray(trace.y, float), 1)) for trace in made.data)
    return float(highest) * 1.14
