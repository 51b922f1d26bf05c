"""Were past forecasts right? Coverage by horizon, PIT, bias by hour of the week, one origin."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import axis, bands
from dashboard.theme import Palette
from data import locale

LINES = {"95": ("expected", "circle"), "80": ("need", "square"), "50": ("short", "diamond")}
SHOWN_SIGN = 0.5


def coverage(table: pd.DataFrame, palette: Palette) -> go.Figure:
    """How often each range held by days ahead, beside how often it should (dashed)."""
    made = axis.figure(palette, height=320)
    ahead = list(dict.fromkeys(table["ahead"]))
    for name, (colour_name, symbol) in LINES.items():
        part = table[table["range"] == name]
        if part.empty:
            continue
        colour = getattr(palette, colour_name)
        error = (200 * part["error"]).to_numpy(dtype=float)
        made.add_trace(
            go.Scatter(
                x=part["ahead"],
                y=100 * part["held"],
                error_y={
                    "array": np.minimum(error, 100 - 100 * part["held"].to_numpy(dtype=float)),
                    "arrayminus": error,
                    "color": palette.faded(colour, 0.5),
                    "thickness": 1.5,
                    "width": 0,
                },
                mode="lines+markers",
                line={"color": colour, "width": 2},
                marker={"size": 8, "symbol": symbol},
                name=f"{name} % range",
                hovertemplate=f"{name} % range, %{{x}} days ahead<br>held %{{y:.0f}} %"
                "<extra></extra>",
            )
        )
        made.add_trace(
            go.Scatter(
                x=ahead,
                y=[float(name)] * len(ahead),
                mode="lines",
                line={"color": colour, "width": 1.5, "dash": "dash"},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    made.update_xaxes(type="category", title_text="days ahead", categoryarray=ahead)
    made.update_yaxes(range=[0, 104], title_text="held, % of totals", dtick=20)
    return made


def pit(shares: pd.Series, palette: Palette) -> go.Figure:
    """Ten bars; the dashed line is where all of them should end."""
    made = axis.figure(palette, height=320, legend=False)
    made.add_trace(
        go.Bar(
            x=shares.index + 0.05,
            y=100 * shares,
            width=0.094,
            marker={"color": palette.faded(palette.expected, 0.7), "line": {"width": 0}},
            hovertemplate="%{y:.0f} % of outcomes<extra></extra>",
        )
    )
    made.add_hline(y=10, line={"color": palette.text, "width": 1.5, "dash": "dash"})
    made.update_xaxes(
        tickmode="array",
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        ticktext=["0", "25", "50", "75", "100"],
        title_text="place of what came in what was said, %",
    )
    made.update_yaxes(title_text="outcomes, %", range=[0, max(22.0, 108 * float(shares.max()))])
    return made


def bias(table: pd.DataFrame, palette: Palette) -> go.Figure:
    """Weekday × hour; too many in one hue, too few in another, larger ones with their sign."""
    table = table.iloc[locale.days_of_week()]
    days = [locale.weekday(int(day)) for day in table.index]
    values = table.to_numpy(dtype=float)
    most = max(float(np.nanmax(np.abs(values))), 0.1)
    made = axis.figure(palette, height=300, legend=False)
    made.add_trace(
        go.Heatmap(
            x=list(table.columns),
            y=days,
            z=values,
            zmin=-most,
            zmax=most,
            colorscale=[
                [0, palette.faded(palette.short, 0.75)],
                [0.5, palette.faded(palette.muted, 0.06)],
                [1, palette.faded(palette.expected, 0.75)],
            ],
            xgap=1,
            ygap=1,
            text=[
                ["" if not abs(v) >= SHOWN_SIGN * most else "+" if v > 0 else "−" for v in row]
                for row in values
            ],
            texttemplate="%{text}",
            textfont={"color": palette.text, "size": 13},
            colorbar={
                "title": {"text": "too many", "side": "top"},
                "thickness": 12,
                "len": 0.9,
                "tickformat": "+.1f",
            },
            customdata=axis.day_and_hour(days, table.columns),
            hovertemplate="%{customdata}<br>%{z:+.1f} patients<extra></extra>",
        )
    )
    made.update_yaxes(autorange="reversed", showgrid=False, rangemode="normal")
    axis.hours_of_day(made)
    return made


def origin(rows: pd.DataFrame, time_zone: str, step: str, palette: Palette) -> go.Figure:
    """One past forecast with its bands, and what came as dots."""
    index = pd.DatetimeIndex(rows["start_utc"])
    middle = np.arange(len(index)) + 0.5
    labels = axis.labels(index, time_zone, step)
    made = axis.figure(palette, height=360)
    widest = "95" if {"q025", "q25"} <= set(rows.columns) else "80"
    bands.draw(made, middle.tolist(), rows, widest, palette)
    made.add_trace(
        go.Scatter(
            x=middle,
            y=rows["mean"],
            mode="lines",
            line={"color": palette.expected, "width": 2.5},
            name="expected",
            customdata=np.column_stack([labels, rows["q10"], rows["q90"]]),
            hovertemplate="%{customdata[0]}<br>expected %{y:.1f}, likely "
            "%{customdata[1]}–%{customdata[2]}<extra></extra>",
        )
    )
    made.add_trace(
        go.Scatter(
            x=middle,
            y=rows["actual"],
            mode="markers",
            marker={"color": palette.actual, "size": 6 if len(index) < 100 else 4},
            name="came",
            customdata=labels,
            hovertemplate="%{customdata}<br>%{y:.0f} came<extra></extra>",
        )
    )
    if step == "day":
        axis.day_ticks(made, index, time_zone)
    else:
        axis.time_ticks(made, index, time_zone, every=24)
    made.update_yaxes(title_text=f"patients per {step}")
    return made
