"""Vital signs: how old data and forecasts are, which models are live, which version runs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.service.version import version
from dashboard.settings import Settings
from data import archive, clock, history, said
from data.store import Store


def late_after(settings: Settings, store: Store, site: str) -> pd.Timedelta:
    """How old the data of a site may be before it is called late. Raises DataError."""
    usual = history.usual_age(store, site)
    return settings.alerts.late_after(history.site(store, site)["step"], usual)


def vitals(settings: Settings, now: pd.Timestamp) -> dict[str, object]:
    """State of every site, for a program that watches.

    status: "ok"; "late" where a site's data is older than it may be, or it has no forecast of the
    hours to come; "empty" without arrivals. Ages in minutes. Raises DataError.
    """
    stored = Store.open(settings.store) if settings.store.exists() else None
    found = [] if stored is None else history.sites(stored).to_dict("records")
    about = [_site(settings, stored, row, now) for row in found] if stored is not None else []
    late = any(one["data_is_late"] or one["forecast_has_run_out"] for one in about)
    return {
        "status": "empty" if not about else "late" if late else "ok",
        "version": version(),
        "now_utc": _utc(now),
        "sites": about,
    }


def _site(
    settings: Settings, store: Store, row: Mapping[Any, Any], now: pd.Timestamp
) -> dict[str, object]:
    bearable = late_after(settings, store, row["site"])
    until = None if pd.isna(row["last"]) else pd.Timestamp(row["last"])
    issued = said.forecasts(store, row["site"]).to_dict("records")
    last = max(issued, key=lambda one: int(one["forecast_id"])) if issued else None
    ends = None if last is None else _ends(store, last)
    return {
        "site": row["site"],
        "time_zone": row["time_zone"],
        "data_version": int(row["data_version"]),
        "data_until_utc": None if until is None else _utc(until),
        "data_age_minutes": None if until is None else _minutes(now - until),
        "data_is_late_after_minutes": _minutes(bearable),
        "data_is_late": until is None or now - until > bearable,
        "forecast_has_run_out": ends is None or ends <= now,
        "last_forecast": None if last is None else _forecast(last, int(row["data_version"]), now),
    }


def _ends(store: Store, issued: Mapping[Any, Any]) -> pd.Timestamp:
    """End (UTC) of the last step that a forecast tells of."""
    starts = archive.quantiles(store, int(issued["forecast_id"])).index
    return clock.steps_from(starts[-1], 2, issued["step"], issued["time_zone"])[1]


def _forecast(last: Mapping[Any, Any], newest: int, now: pd.Timestamp) -> dict[str, object]:
    return {
        "made_at_utc": _utc(last["made_at_utc"]),
        "age_minutes": _minutes(now - last["made_at_utc"]),
        "begins_utc": _utc(last["origin_utc"]),
        "model": last["model"],
        "why": last["reason"],
        "knows_newest_data": int(last["data_version"]) == newest,
    }


def _utc(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _minutes(length: pd.Timedelta) -> int:
    return int(length / pd.Timedelta(minutes=1))
