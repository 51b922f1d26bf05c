"""Question → Answer: reads the stored forecast and works out staff for it. Never fits a model."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.service import planning, rosters
from dashboard.service.commands import flag
from dashboard.service.errors import ServiceError
from dashboard.service.explained import parts_as_issued
from dashboard.service.jobs import issued
from dashboard.service.jobs import now as present
from dashboard.service.question import Answer, Question
from dashboard.service.vitals import late_after
from dashboard.settings import Settings
from data import archive, history, locale
from data.arrivals import ArrivalSeries
from data.errors import DataError
from data.store import Store, fingerprint
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from staffing.errors import StaffingError
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement

if TYPE_CHECKING:
    from data.checks import QualityReport

USUAL_WEEKS = 8
THIN = pd.Timedelta(days=14)


def sites(settings: Settings) -> list[str]:
    """Names of the sites: those with data first, in the order of the settings."""
    named = [site.name for site in settings.sites]
    stored = [] if not settings.store.exists() else list(history.sites(_store(settings))["site"])
    with_data = [name for name in named if name in stored]
    with_data += [name for name in stored if name not in named]
    return with_data + [name for name in named if name not in stored]


def streams(settings: Settings, site: str) -> list[str]:
    """Names of the streams of a site, "all" first; empty without data."""
    if not _known(settings, site):
        return []
    return history.streams(_store(settings), site)


def version(settings: Settings, site: str, stream: str = "all") -> tuple[int, int]:
    """Numbers that change when the store has new data or a new forecast of the site.

    Cheap enough to be asked every few seconds: the store is opened only after its file changed.
    """
    if not settings.store.exists():
        return 0, 0
    return _version(settings.store, fingerprint(settings.store), site, stream)


def mark(settings: Settings) -> tuple[object, ...]:
    """A value that changes with every write to the store, whatever was written; cheap."""
    return fingerprint(settings.store)


@lru_cache(maxsize=256)
def _version(
    path: Path, _fingerprint: tuple[object, ...], site: str, stream: str
) -> tuple[int, int]:
    store = Store.open(path)
    with store.reading():
        return history.data_version(store, site), archive.forecast_id(store, site, stream)


def question(
    settings: Settings, site: str, stream: str = "all", service_level: float | None = None
) -> Question:
    """The question about the store as it is now. Without a level, the department's own."""
    data_version, forecast_id = version(settings, site, stream)
    return Question(
        site=site,
        stream=stream,
        service_level=settings.department.service_level if service_level is None else service_level,
        data_version=data_version,
        forecast_id=forecast_id,
        settings_hash=settings.hash,
    )


def answer(
    settings: Settings, question: Question, now: pd.Timestamp | None = None
) -> Answer | None:
    """All that is shown of a site and stream; None without data or without a forecast.

    Raises DataError where the store cannot be read.
    """
    with locale.use(settings.locale_of(question.site)):
        return _answer(settings, question, now)


def _answer(settings: Settings, question: Question, now: pd.Timestamp | None) -> Answer | None:
    if question.data_version == 0 or question.forecast_id == 0:
        return None
    now = present() if now is None else now
    store = _store(settings)
    with store.reading():
        stored = archive.latest_forecast(store, question.site, question.stream)
        if stored is None:
            return None
        everything = history.arrivals(store, question.site, question.stream)
        parts = parts_as_issued(store, stored)
        bearable = late_after(settings, store, question.site)
    forecast = issued(stored)
    notes = list(stored.notes)
    need, plan = _staff(settings, store, question, forecast, notes)
    notes += _age_notes(everything, stored, question, now, bearable, flag(settings))
    return Answer(
        question=question,
        history=everything.until(now),
        forecast=forecast,
        usual=usual(everything, forecast.index),
        need=need,
        plan=plan,
        made_at=stored.made_at_utc,
        data_until=everything.end,
        model_reason=stored.reason,
        notes=tuple(dict.fromkeys(notes)),
        parts=parts,
        late_after=bearable,
    )


def quality(settings: Settings, site: str, now: pd.Timestamp | None = None) -> "QualityReport":
    """What is wrong with the data of a site, and what to do about it."""
    from data import checks

    store = _store(settings)
    at = present() if now is None else now
    with store.reading():
        bearable = late_after(settings, store, site)
        return checks.quality(store, site, at, late_after=bearable)


def loads(settings: Settings, site: str | None = None) -> pd.DataFrame:
    """The ledger of loads, newest first."""
    return history.loads(_store(settings), site)


def usual(series: ArrivalSeries, steps: pd.DatetimeIndex) -> pd.Series:
    """Mean of the same weekday and hour over the eight weeks before the first step.

    Where data ends earlier, the eight weeks before its end. NaN for hours never observed.
    """
    zone = series.time_zone
    end = min(series.end, steps[0])
    past = series.counts[
        (series.counts.index < end) & (series.counts.index >= end - pd.Timedelta(weeks=USUAL_WEEKS))
    ]
    means = past.groupby(_hour_of_week(pd.DatetimeIndex(past.index), zone)).mean()
    values = means.reindex(_hour_of_week(steps, zone)).to_numpy()
    return pd.Series(values, index=steps, name="usual")


def _hour_of_week(index: pd.DatetimeIndex, zone: str) -> np.ndarray:
    local = index.tz_convert(zone)
    return np.asarray(local.day_of_week * 24 + local.hour)


def _staff(
    settings: Settings, store: Store, question: Question, forecast: Forecast, notes: list[str]
) -> tuple[Requirement | None, ShiftPlan | None]:
    """Need and shifts; none for a part of the patients only, nor for days without hours."""
    if forecast.stream != "all":
        return None, None
    try:
        on = planning.basis(settings, store, forecast, question.service_level)
        notes += on.notes
        near = settings.rules.changes is not None
        today = rosters.within(settings, question.site, on.need) if near else None
        return on.need, planning.page_plan(on, settings.rules, notes, today)
    except ServiceError as error:
        notes.append(str(error))
    except (ForecastError, DataError, StaffingError) as error:
        notes.append(f"Staff could not be worked out: {error}")
    return None, None


def _age_notes(
    series: ArrivalSeries,
    stored: archive.StoredForecast,
    question: Question,
    now: pd.Timestamp,
    bearable: pd.Timedelta,
    config: str,
) -> list[str]:
    notes = []
    age = now - series.end
    if age > bearable:
        length = f"{age.days} days" if age.days > 1 else f"{age / pd.Timedelta(hours=1):.0f} hours"
        notes.append(
            f"The newest arrivals are {length} old: load newer ones with edinflow ingest{config}."
        )
    if stored.index[-1] < now:
        notes.append(f"The forecast has run out: make a new one with edinflow forecast{config}.")
    elif question.data_version != stored.data_version:
        notes.append(
            "The arrivals changed after this forecast was made: "
            f"edinflow forecast{config} renews it."
        )
    if series.end - series.start < THIN:
        notes.append("Less than 14 days of arrivals are known: expect wide ranges.")
    return notes


def _known(settings: Settings, site: str) -> bool:
    return settings.store.exists() and history.data_version(_store(settings), site) > 0


def _store(settings: Settings) -> Store:
    return Store.open(settings.store)
