"""The time axis and the frame that every figure shares.

x counts steps from the figure's first one, so the hour that the clock shows twice in autumn has
two places and no hour is drawn twice as wide; the ticks carry the local clock. Step i covers
x from i to i + 1.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.theme import Palette
from dashboard.wording import times
from data import locale

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}


def figure(palette: Palette, height: int, legend: bool = True) -> go.Figure:
    """An empty figure on a clear background, so that it lies on the page's own."""
    return go.Figure(layout=layout(palette, height, legend))


def layout(palette: Palette, height: int, legend: bool = True) -> dict[str, Any]:
    """What an empty figure is laid out like, for charts that are put together in one piece."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 56 if legend else 12, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": palette.text, "size": 13},
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.07,
            "yanchor": "bottom",
            "font": {"color": palette.text, "size": 12},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "separators": locale.style().point + locale.style().group,
        "hoverlabel": {"font": {"size": 13}},
        "dragmode": False,
        "bargap": 0,
        "xaxis": _axis(palette, showgrid=False, automargin=True),
        "yaxis": _axis(palette, rangemode="tozero", automargin=True),
    }


def _axis(palette: Palette, **more: Any) -> dict[str, Any]:
    return {
        "gridcolor": palette.grid,
        "linecolor": palette.muted,
        "tickfont": {"color": palette.text, "size": 12},
        "title": {"font": {"color": palette.text, "size": 12}},
        "zeroline": False,
        "fixedrange": True,
        **more,
    }


def place(index: pd.DatetimeIndex, moment: pd.Timestamp) -> float:
    """Position of an instant on the axis of complete steps `index` (UTC)."""
    step = index[1] - index[0] if len(index) > 1 else pd.Timedelta(hours=1)
    return float((moment - index[0]) / step)


def time_ticks(made: go.Figure, index: pd.DatetimeIndex, time_zone: str, every: int) -> None:
    """Ticks on each `every`th local hour; the day stands under its midnight and the first tick."""
    made.update_xaxes(hour_ticks(index, time_zone, every))


def hour_ticks(index: pd.DatetimeIndex, time_zone: str, every: int) -> dict[str, Any]:
    """What `time_ticks` says of an axis."""
    local = index.tz_convert(time_zone)
    wall = local.tz_localize(None)
    marked = (local.hour % every == 0) & (local.minute == 0) & ~wall.duplicated()
    places: list[int] = []
    texts: list[str] = []
    positions = [int(found) for found in marked.nonzero()[0]]
    midnights = [position for position in positions if local[position].hour == 0]
    for position in positions:
        places.append(position)
        at = local[position]
        # As short as on a roster: "6 AM" and "12 PM" run into each other on a phone.
        first_line = locale.roster_hour(at.hour) if every < 24 else locale.weekday(at.weekday())
        # The first tick names its day only where the next midnight leaves room for it.
        roomy = not texts and (not midnights or midnights[0] - position > 2 * every)
        named = at.hour == 0 or roomy
        day = locale.date(at) if every >= 24 else f"{locale.weekday(at.weekday())} {at.day}"
        texts.append(f"{first_line}<br>{day}" if named else first_line)
    return {
        "tickmode": "array",
        "tickvals": places,
        "ticktext": texts,
        "tickangle": 0,
        "range": [0, len(index)],
        "ticks": "outside",
        "ticklen": 4,
    }


def day_and_hour(days: Sequence[str], hours: Iterable[Any]) -> np.ndarray:
    """What hovering over a cell says of when it is: days × hours."""
    clock = [locale.clock(int(hour)) for hour in hours]
    return np.array([[f"{day} {hour}" for hour in clock] for day in days])


def hours_of_day(made: go.Figure) -> None:
    """Ticks on some hours, where x is the hour of the local day; fewer where they are longer."""
    hours = list(range(0, 24, 6 if locale.style().half_days else 3))
    made.update_xaxes(tickmode="array", tickvals=hours, ticktext=list(map(locale.hour, hours)))


def labels(index: pd.DatetimeIndex, time_zone: str, step: str) -> list[str]:
    """What hovering over a step says of when it is."""
    if step == "day":
        return [times.day(moment, time_zone) for moment in index]
    local = index.tz_convert(time_zone)
    wall = local.tz_localize(None)
    twice = wall.duplicated(keep=False)
    return [
        locale.moment(at) + (f" ({times.offset(moment, time_zone)})" if doubled else "")
        for at, moment, doubled in zip(local, index, twice, strict=True)
    ]


def now_line(made: go.Figure, at: float, text: str, palette: Palette) -> None:
    """A line at the present moment, named."""
    made.add_vline(x=at, line={"color": palette.text, "width": 1.5, "dash": "dot"})
    made.add_annotation(
        x=at,
        y=1,
        yref="paper",
        text=text,
        showarrow=False,
        xanchor="center",
        yanchor="bottom",
        font={"color": palette.text, "size": 12},
    )


def day_ticks(made: go.Figure, index: pd.DatetimeIndex, time_zone: str) -> None:
    """Ticks on the days on which weeks begin, at the middle of the day's step."""
    local = index.tz_convert(time_zone)
    first = locale.days_of_week()[0]
    begins = [i for i in range(len(index)) if local[i].day_of_week == first]
    thinned = begins[:: max(1, round(len(begins) / 8))]
    made.update_xaxes(
        tickmode="array",
        tickvals=[i + 0.5 for i in thinned],
        ticktext=[f"{locale.weekday(first)}<br>{locale.date(local[i])}" for i in thinned],
        tickangle=0,
        range=[0, len(index)],
        ticks="outside",
        ticklen=4,
    )


def date_ticks(made: go.Figure, days: pd.DatetimeIndex) -> None:
    """Where x is a date (naive midnights, in order): at most seven, the year where it begins."""
    firsts = days[days.day == 1] if len(days) > 120 else days
    shown = firsts[:: max(1, -(-len(firsts) // 7))]
    texts = []
    for place, day in enumerate(shown):
        begins = place == 0 or day.year != shown[place - 1].year
        texts.append(f"{locale.date(day)}<br>{day.year}" if begins else locale.date(day))
    made.update_xaxes(tickmode="array", tickvals=list(shown), ticktext=texts, tickangle=0)
