"""When in the week patients come: weekday × hour in one hue."""

import plotly.graph_objects as go

from dashboard.charts import axis
from dashboard.service.question import Answer
from dashboard.service.rhythm import week_rhythm
from dashboard.theme import Palette
from data import locale


def hour_of_week(answer: Answer, palette: Palette) -> go.Figure | None:
    """Expected patients of the forecast's mean week; None for arrivals by the day."""
    rhythm = week_rhythm(answer.forecast)
    if rhythm is None:
        return None
    rhythm = rhythm.iloc[locale.days_of_week()]
    days = [name[:3] for name in rhythm.index]
    made = axis.figure(palette, height=300, legend=False)
    made.add_trace(
        go.Heatmap(
            x=list(rhythm.columns),
            y=days,
            z=rhythm.to_numpy(),
            zmin=0,
            colorscale=scale(palette),
            xgap=1,
            ygap=1,
            colorbar={
                "title": {"text": "patients<br>per hour", "side": "top"},
                "thickness": 12,
                "len": 0.9,
            },
            customdata=axis.day_and_hour(days, rhythm.columns),
            hovertemplate="%{customdata}<br>%{z:.1f} expected<extra></extra>",
        )
    )
    made.update_yaxes(autorange="reversed", showgrid=False, rangemode="normal")
    axis.hours_of_day(made)
    return made


def scale(palette: Palette) -> list[list[float | str]]:
    """One hue from few to many."""
    return [[position / 2, colour] for position, colour in enumerate(palette.ramp)]
