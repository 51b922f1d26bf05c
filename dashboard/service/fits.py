"""Fits that are at hand: learned once, used again until the arrivals change."""

import hashlib
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import careful, gate, live, registry
from forecasting.calendar import Calendar
from forecasting.forecast import Forecast
from forecasting.live import Feed
from forecasting.model import Fitted

MOST = 64


@dataclass(frozen=True, eq=False)
class Fit:
    """A model that has learned, packed; and why it was chosen.

    learned_until: end (UTC) of the last step that it saw.
    """

    name: str
    reason: str
    learned_until: pd.Timestamp
    packed: bytes

    @cached_property
    def fitted(self) -> Fitted:
        """The model, unpacked when first asked for: its libraries are imported then."""
        model: Fitted = pickle.loads(self.packed)
        return model


@dataclass(frozen=True, eq=False)
class Learned:
    """A fit and the first forecast drawn from it."""

    fit: Fit
    forecast: Forecast


@dataclass(frozen=True)
class Subject:
    """What was learned of: a stream of a site of a store, and what else the fit depends on.

    store: text that tells one store from another, "" for a file. models, seed: of the order.
    settings_hash: of all that a user can decide.
    """

    store: str
    site: str
    stream: str
    models: tuple[str, ...]
    seed: int
    calendar: Calendar
    settings_hash: str = ""


class Fits:
    """The newest fit of each subject; the one longest unused goes first. Safe between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Subject, tuple[str, Fit]] = OrderedDict()

    def get(self, subject: Subject, series: ArrivalSeries) -> Fit | None:
        """The fit of exactly these arrivals; None where there is none."""
        mark = _mark(series)
        with self._lock:
            found = self._kept.get(subject)
            if found is None or found[0] != mark:
                return None
            self._kept.move_to_end(subject)
            return found[1]

    def recent(self, subject: Subject, name: str, since: pd.Timestamp) -> Fit | None:
        """The fit of that model which learned until `since` or later, on whatever arrivals.

        Orders may differ: a fit made for "auto" serves whoever wants the model that it chose.
        """
        with self._lock:
            found = [
                fit
                for one, (_, fit) in self._kept.items()
                if (one.store, one.site, one.stream, one.calendar, one.settings_hash)
                == (subject.store, subject.site, subject.stream, subject.calendar,
                    subject.settings_hash)
                and fit.name == name and fit.learned_until >= since
            ]  # fmt: skip
        return max(found, key=lambda fit: fit.learned_until, default=None)

    def put(self, subject: Subject, series: ArrivalSeries, fit: Fit) -> None:
        """Keep a fit of these arrivals instead of an older one of the same subject."""
        with self._lock:
            self._kept[subject] = (_mark(series), fit)
            self._kept.move_to_end(subject)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


KEPT = Fits()


def lesson(series: ArrivalSeries, feed: Feed | None) -> ArrivalSeries:
    """What a model learns from: complete steps up to the last observed one.

    The same arrivals give the same lesson at whatever instant they are asked about.
    """
    settled = feed.settled(series) if feed else series
    if settled.observed == 0:
        settled = series
    seen = settled.counts.index[settled.counts.notna()]
    end = clock.steps_from(seen[-1], 2, series.step, series.time_zone)[1]
    return settled.until(end)


def learn(
    series: ArrivalSeries,
    calendar: Calendar,
    models: tuple[str, ...],
    seed: int,
    steps: int,
    draws: int,
    feed: Feed | None,
    progress: Callable[[float], None],
) -> Learned:
    """Choose among the models, fit, and forecast from the end of the series on.

    models: one name, or "auto"; several names: the best of them behind the baseline gate.
    """
    past = lesson(series, feed)
    name, reason = _choose(past, calendar, models, seed, lambda share: progress(0.7 * share))
    progress(0.7)
    fitted = careful.build(name).fit(past, calendar)
    progress(0.9)
    made = live.update(fitted, series, steps, draws, np.random.default_rng(seed), feed)
    progress(1.0)
    return Learned(Fit(name, reason, past.end, pickle.dumps(fitted)), made)


def candidates(models: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the models that an order sets against the baseline."""
    if "auto" in models:
        return gate.CANDIDATES
    return tuple(name for name in models if name != registry.BASELINE)


def _choose(
    series: ArrivalSeries,
    calendar: Calendar,
    models: tuple[str, ...],
    seed: int,
    progress: Callable[[float], None],
) -> tuple[str, str]:
    """Name of the model to use and one sentence on why."""
    if len(models) == 1 and models[0] != "auto":
        return models[0], f"{registry.label(models[0])}: the model that was asked for."
    choice = gate.choose(
        series, calendar, candidates=candidates(models), seed=seed, progress=progress
    )
    return choice.name, choice.reason


def _mark(series: ArrivalSeries) -> str:
    """Fingerprint of arrivals: their time, and every count."""
    about = f"{series.time_zone} {series.step} {series.start.isoformat()}".encode()
    return hashlib.sha256(about + series.counts.to_numpy().tobytes()).hexdigest()
