"""Value → figure. Each chart is drawn in SVG, on the local clock, with whole counts from zero."""

from dashboard.charts.cover import cover
from dashboard.charts.days import days
from dashboard.charts.explore import by_day, by_hour
from dashboard.charts.fan import fan
from dashboard.charts.need import need_heatmap
from dashboard.charts.parts import parts_of_day
from dashboard.charts.sites import sites
from dashboard.charts.strip import gap_strip
from dashboard.charts.verify import bias, coverage, origin, pit
from dashboard.charts.wall import wall
from dashboard.charts.week import hour_of_week

__all__ = [
    "bias",
    "by_day",
    "by_hour",
    "cover",
    "coverage",
    "days",
    "fan",
    "gap_strip",
    "hour_of_week",
    "need_heatmap",
    "origin",
    "parts_of_day",
    "pit",
    "sites",
    "wall",
]
