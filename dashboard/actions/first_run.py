"""What a page without arrivals may do: load an invented department, make a first forecast."""

from dashboard import cache
from dashboard.service import lab_worker
from dashboard.service.first_run import INVENTED, Demo, Forecasting

__all__ = ["INVENTED", "demo", "forecast"]


def demo() -> int:
    """Invent a department in the background; returns the job's number."""
    return lab_worker.start(cache.settings(), Demo(), "Invent a department")


def forecast(site: str, stream: str = "all") -> int:
    """Make a forecast in the background; returns the job's number."""
    return lab_worker.start(cache.settings(), Forecasting(site, stream), f"Forecast {site}")
