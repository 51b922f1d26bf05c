"""Fits that are at hand: learned once, used again until the arrivals change.

In the memory of the process, and of a store also on the shelf beside it, so that a command finds
what the one before it has learned.
"""

import hashlib
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.service.shelf import Label, Shelf
from data import clock
from data.arrivals import ArrivalSeries
from forecasting import careful, gate, live, registry
from forecasting.calendar import Calendar
from forecasting.fingerprint import fingerprint, program
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

    @property
    def shelf(self) -> Shelf | None:
        """Where fits outlive the process; None for a file."""
        return Shelf.of(Path(self.store)) if self.store else None

    @cached_property
    def place(self) -> str:
        """Fingerprint of what a fit depends on beside its arrivals and the order."""
        about = self.store, self.site, self.stream, self.calendar, self.settings_hash
        return fingerprint(*about, program())

    @property
    def order(self) -> str:
        """Fingerprint of the order."""
        return fingerprint(self.models, self.seed)


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
            kept = self._kept.get(subject)
            if kept is not None and kept[0] == mark:
                self._kept.move_to_end(subject)
                return kept[1]
        found = _shelved(subject)
        same = [at for at in found if (at[0].order, at[0].mark) == (subject.order, mark)]
        fit = _taken(subject, *same[0]) if same else None
        if fit is not None:
            self._keep(subject, mark, fit)
        return fit

    def recent(
        self, subject: Subject, name: str, since: pd.Timestamp, until: pd.Timestamp
    ) -> Fit | None:
        """The newest fit of that model which learned until `since` or later, but not past `until`.

        Orders may differ: a fit made for "auto" serves whoever wants the model that it chose.
        """
        with self._lock:
            kept = [fit for one, (_, fit) in self._kept.items() if one.place == subject.place]
        found = [one for one in kept if one.name == name and since <= one.learned_until <= until]
        shelved = [
            (label, path)
            for label, path in _shelved(subject)
            if label.name == name and since <= pd.Timestamp(label.learned_until) <= until
        ]
        if shelved:
            newest = _taken(subject, *max(shelved, key=lambda at: at[0].learned_until))
            found += [newest] if newest else []
        return max(found, key=lambda fit: fit.learned_until, default=None)

    def put(self, subject: Subject, series: ArrivalSeries, fit: Fit) -> None:
        """Keep a fit of these arrivals instead of an older one of the same subject."""
        mark = _mark(series)
        self._keep(subject, mark, fit)
        if subject.shelf is not None:
            until = fit.learned_until.isoformat()
            label = Label(subject.place, subject.order, mark, fit.name, fit.reason, until)
            subject.shelf.put(label, fit.packed)

    def _keep(self, subject: Subject, mark: str, fit: Fit) -> None:
        with self._lock:
            self._kept[subject] = (mark, fit)
            self._kept.move_to_end(subject)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget what is in memory."""
        with self._lock:
            self._kept.clear()


KEPT = Fits()


def _shelved(subject: Subject) -> list[tuple[Label, Path]]:
    return subject.shelf.labels(subject.place) if subject.shelf else []


def _taken(subject: Subject, label: Label, path: Path) -> Fit | None:
    packed = subject.shelf.packed(path) if subject.shelf else None
    if packed is None:
        return None
    return Fit(label.name, label.reason, pd.Timestamp(label.learned_until), packed)


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
    meant = [gate.CANDIDATES if name == "auto" else (name,) for name in models]
    names = dict.fromkeys(name for some in meant for name in some)
    return tuple(name for name in names if name != registry.BASELINE)


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
