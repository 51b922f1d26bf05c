"""Question → Answer: all that a page or a command depends on, and all that it shows."""

from dataclasses import dataclass

import pandas as pd

from dashboard.settings_alerts import LATE_AFTER
from data.arrivals import ArrivalSeries
from forecasting.explain import Parts
from forecasting.forecast import Forecast
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement


@dataclass(frozen=True)
class Question:
    """What is asked. Hashable: it is the cache key and the URL.

    data_version and forecast_id change whenever the store has something new for the site, and
    settings_hash whenever edinflow.toml does, so an answer to an old question is never shown.
    """

    site: str
    stream: str = "all"
    service_level: float = 0.8
    data_version: int = 0
    forecast_id: int = 0
    settings_hash: str = ""


@dataclass(frozen=True, eq=False)
class Answer:
    """What is shown; each part computed once, from the stored forecast.

    history: arrivals up to now, complete steps. forecast: the stored one, as issued.
    usual: expected patients per step of the forecast for that hour of that weekday over the last
    eight weeks (NaN where it was never observed). need and plan are None for a forecast by the
    day, and for a stream that is only a part of the patients. made_at: when the forecast was
    issued. data_until: end of the last observed step. model_reason: one sentence on why this
    model is live. notes: sentences that the reader must see (fallback, thin history, stale data).
    parts: what the expected patients are made of; None where the model cannot tell. late_after:
    how old the data may be before it is called late.
    """

    question: Question
    history: ArrivalSeries
    forecast: Forecast
    usual: pd.Series
    need: Requirement | None
    plan: ShiftPlan | None
    made_at: pd.Timestamp
    data_until: pd.Timestamp
    model_reason: str
    notes: tuple[str, ...]
    parts: Parts | None = None
    late_after: pd.Timedelta = LATE_AFTER["hour"]
