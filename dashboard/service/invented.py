"""Visits of an invented emergency department up to now, for the demo."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ZONE = "America/Chicago"
DAYS = 3 * 365


def visits_until(now: "pd.Timestamp", days: int = DAYS) -> "tuple[pd.DataFrame, pd.Timestamp]":
    """Invented visits up to the local hour (naive) that runs now, and that hour."""
    import pandas as pd

    from data import clock, synthetic

    hour = clock.floor_to_step(now, "hour", ZONE).tz_convert(ZONE).tz_localize(None)
    start = hour.normalize() - pd.Timedelta(days=days)
    visits = synthetic.visits(start=f"{start:%Y-%m-%d}", days=days + 1, time_zone=ZONE)
    visits = visits[visits["arrived_at"] < hour]
    still_here = visits["departed_at"] >= hour
    return visits.assign(departed_at=visits["departed_at"].mask(still_here)), hour
