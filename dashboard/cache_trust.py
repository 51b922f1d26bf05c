"""What the pages Data quality and Method & trust remember, by data, forecast and day."""

import pandas as pd
import streamlit as st

from dashboard import cache, cache_lab
from dashboard.service.trust import Trust, trust
from data import said
from data.store import Store
from forecasting import registry
from forecasting.configuration import parse
from forecasting.parameters import Parameter
from forecasting.registry import ModelInfo


def of_site(site: str) -> Trust:
    """What the ranges of a site held, and whether it drifts."""
    return _trust(site, str(cache.settings().store), cache.store_mark(), cache.now().floor("D"))


@st.cache_data(max_entries=8, show_spinner="Looking at the last forecasts…")
def _trust(site: str, path: str, mark: tuple[object, ...], today: pd.Timestamp) -> Trust:
    del path, mark, today
    return trust(Store.open(cache.settings().store), site)


@st.cache_data(max_entries=16, show_spinner=False)
def _forecasts(site: str, path: str, mark: tuple[object, ...]) -> pd.DataFrame:
    del path, mark
    return said.forecasts(Store.open(cache.settings().store), site)


def live_model(site: str) -> tuple[str, str, ModelInfo | None, tuple[Parameter, ...]]:
    """Name of the model of the newest forecast, why it, what it is; empty without a forecast."""
    issued = _forecasts(site, str(cache.settings().store), cache.store_mark())
    if issued.empty:
        return "", "", None, ()
    last = issued.sort_values("forecast_id").iloc[-1]
    name = parse(str(last["model"]).partition("@")[0]).model
    if name not in registry.MODELS:
        return str(last["model"]), str(last["reason"]), None, ()
    return (
        str(last["model"]),
        str(last["reason"]),
        registry.info(name),
        cache_lab.parameters(name),
    )


def groups_said(site: str) -> tuple[str, pd.Timestamp] | None:
    """What the newest finished comparison of groups said, and when; None where there is none."""
    for row, state in cache_lab.work(site, ("groups",)):
        if state == "done":
            return str(row["result"]), pd.Timestamp(str(row["ended_at_utc"]))
    return None
