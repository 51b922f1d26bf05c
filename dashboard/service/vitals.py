"""Vital signs: how old data and forecasts are, which models are live, which version runs."""

import pandas as pd

from dashboard.service.version import version
from dashboard.settings import Settings
from data import history, said
from data.checks import LATE_AFTER
from data.store import Store


def vitals(settings: Settings, now: pd.Timestamp) -> dict[str, object]:
    """State of every site, for a program that watches.

    status: "ok"; "late" where a site's data is older than 36 hours or its forecast has none of the
    hours to come; "empty" without arrivals. Ages in minutes. Raises DataError.
    """
    stored = Store.open(settings.store) if settings.store.exists() else None
    found = [] if stored is None else history.sites(stored).to_dict("records")
    about = [_site(stored, row, now) for row in found] if stored is not None else []
    late = any(one["data_is_late"] or one["last_forecast"] is None for one in about)
    return {
        "status": "empty" if not about else "late" if late else "ok",
        "version": version(),
        "now_utc": _utc(now),
        "sites": about,
    }


def _site(store: Store, row: dict[str, object], now: pd.Timestamp) -> dict[str, object]:
    name, until = str(row["site"]), row["last"]
    known = isinstance(until, pd.Timestamp) and until == until
    issued = said.forecasts(store, name)
    last = None if issued.empty else issued.loc[issued["forecast_id"].idxmax()]
    return {
        "site": name,
        "time_zone": row["time_zone"],
        "data_version": int(str(row["data_version"])),
        "data_until_utc": _utc(until) if known else None,
        "data_age_minutes": _minutes(now, until) if known else None,
        "data_is_late": not known or now - until > LATE_AFTER,
        "last_forecast": None
        if last is None
        else {
            "made_at_utc": _utc(last["made_at_utc"]),
            "age_minutes": _minutes(now, last["made_at_utc"]),
            "begins_utc": _utc(last["origin_utc"]),
            "model": last["model"],
            "why": last["reason"],
            "knows_newest_data": int(last["data_version"]) == int(str(row["data_version"])),
        },
    }


def _utc(moment: object) -> str:
    return f"{pd.Timestamp(str(moment)):%Y-%m-%dT%H:%M:%SZ}"


def _minutes(now: pd.Timestamp, moment: object) -> int:
    return int((now - pd.Timestamp(str(moment))) // pd.Timedelta(minutes=1))
