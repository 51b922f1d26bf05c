"""Ranges of a forecast as filled bands: the wider, the paler."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.theme import Palette
from forecasting.forecast import level_name

EDGES = {"50": (0.25, 0.75), "80": (0.1, 0.9), "95": (0.025, 0.975)}
NAMES = {"50": "even chance", "80": "likely range", "95": "wide range"}
DEPTH = {"50": 0.38, "80": 0.26, "95": 0.14}


def shown(widest: str) -> list[str]:
    """Bands drawn when `widest` is chosen, widest first."""
    return [band for band in ("95", "80", "50") if int(band) <= int(widest)]


def draw(
    made: go.Figure,
    at: Sequence[float],
    quantiles: pd.DataFrame,
    widest: str,
    palette: Palette,
) -> None:
    """Fill each band between its two quantiles (columns named by level_name)."""
    for band in shown(widest):
        low, high = (quantiles[level_name(edge)].to_numpy(float) for edge in EDGES[band])
        made.add_trace(
            go.Scatter(
                x=np.concatenate([at, at[::-1]]),
                y=np.concatenate([high, low[::-1]]),
                fill="toself",
                fillcolor=palette.faded(palette.expected, DEPTH[band]),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                name=NAMES[band],
            )
        )


def levels(widest: str) -> list[float]:
    """Quantile levels that the bands need."""
    return sorted({edge for band in shown(widest) for edge in EDGES[band]} | {0.1, 0.9})
