"""The next hours as a drawing: what came, what is expected with its likely range, and usual."""

from html import escape

import numpy as np
import pandas as pd

from dashboard.service.briefing import Briefing
from dashboard.theme import LIGHT
from dashboard.wording import times
from data import clock

WIDTH, HEIGHT = 720.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 4.0, 14.0, 28.0
BEFORE, AHEAD = 8, 24
DAYS_BEFORE, DAYS_AHEAD = 7, 14
SMALL = f'font-size="10" fill="{LIGHT.text}"'


def curve(found: Briefing, alt: str) -> str:
    """SVG of 8 hours back and 24 ahead (or 7 days back and 14 ahead); alt: its description."""
    answer = found.answer
    forecast, zone = answer.forecast, answer.forecast.time_zone
    index = _steps(found)
    seen = answer.history.counts.reindex(index).to_numpy(float)
    rows = forecast.quantiles(0.1, 0.9).reindex(index)
    low, high = rows["q10"].to_numpy(float), rows["q90"].to_numpy(float)
    mean = forecast.mean.reindex(index).to_numpy(float)
    usual = answer.usual.reindex(index).to_numpy(float)
    top = max(float(np.nanmax(np.concatenate([seen, high, usual, [4.0]]))), 1.0) * 1.08
    place = _Place(len(index), top)
    now = (found.since - index[0]) / (index[1] - index[0])
    parts = [
        _grid(place),
        _ticks(place, index, zone, forecast.step),
        _band(place, low, high),
        _line(place, usual, LIGHT.muted, 1.2, "4 3"),
        _line(place, mean, LIGHT.expected, 2.2),
        _dots(place, seen),
        f'<line x1="{place.x(now):.1f}" x2="{place.x(now):.1f}" y1="{TOP}" '
        f'y2="{HEIGHT - BOTTOM}" stroke="{LIGHT.text}" stroke-dasharray="2 3"/>',
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(alt)}" '
        f'font-family="inherit">{"".join(parts)}</svg>'
    )


class _Place:
    """Where a step and a number of patients lie on the paper."""

    def __init__(self, steps: int, top: float) -> None:
        self.steps, self.top = steps, top

    def x(self, step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / self.steps

    def y(self, patients: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * patients / self.top

    def points(self, values: np.ndarray) -> list[str]:
        """The middles of the steps whose value is known."""
        return [
            f"{self.x(step + 0.5):.1f},{self.y(value):.1f}"
            for step, value in enumerate(values)
            if value == value
        ]


def _steps(found: Briefing) -> pd.DatetimeIndex:
    forecast = found.answer.forecast
    if forecast.step == "day":
        start = clock.days_after(found.since, -DAYS_BEFORE, forecast.time_zone)
        return clock.day_starts(start, DAYS_BEFORE + DAYS_AHEAD, forecast.time_zone)
    start = found.since - pd.Timedelta(hours=BEFORE)
    return clock.steps_from(start, BEFORE + AHEAD, "hour", forecast.time_zone)


def _grid(place: _Place) -> str:
    size = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if place.top / s <= 5)
    drawn = []
    for value in range(0, int(place.top) + 1, size):
        y = place.y(value)
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{LIGHT.grid}"/>'
            f'<text x="{LEFT - 5}" y="{y + 3.5:.1f}" text-anchor="end" {SMALL}>{value}</text>'
        )
    return "".join(drawn)


def _ticks(place: _Place, index: pd.DatetimeIndex, zone: str, step: str) -> str:
    """The local clock at every second hour; an hour that it shows again, with its offset."""
    drawn, floor = [], HEIGHT - BOTTOM
    for number, moment in enumerate(index):
        local = moment.tz_convert(zone)
        before = index[max(number - 1, 0)].tz_convert(zone)
        again = step == "hour" and number > 0 and local.hour == before.hour
        if (number if step == "day" else local.hour) % 2 and not again:
            continue
        first = times.day(moment, zone) if step == "day" else times.short_clock(moment, zone)
        if again:
            first += f" {times.offset(moment, zone)[3:]}"
        x = place.x(number + (0.5 if step == "day" else 0))
        drawn.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{floor}" y2="{floor + 4}" '
            f'stroke="{LIGHT.muted}"/>'
            f'<text x="{x:.1f}" y="{floor + 14}" text-anchor="middle" {SMALL}>{first}</text>'
        )
        if step == "hour" and local.hour == 0:
            drawn.append(
                f'<text x="{x:.1f}" y="{floor + 25}" text-anchor="middle" {SMALL}>'
                f"{times.day(moment, zone)}</text>"
            )
    return "".join(drawn)


def _band(place: _Place, low: np.ndarray, high: np.ndarray) -> str:
    edge = [*place.points(high), *reversed(place.points(low))]
    return (
        f'<polygon points="{" ".join(edge)}" fill="{LIGHT.expected}" fill-opacity="0.22"/>'
        if edge
        else ""
    )


def _line(place: _Place, values: np.ndarray, colour: str, width: float, dash: str = "") -> str:
    return (
        f'<polyline points="{" ".join(place.points(values))}" fill="none" stroke="{colour}" '
        f'stroke-width="{width}" stroke-dasharray="{dash}"/>'
    )


def _dots(place: _Place, seen: np.ndarray) -> str:
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="3" fill="{LIGHT.actual}"/>'
        for x, y in (point.split(",") for point in place.points(seen))
    )
