"""The model lab: a model, its parameters and what it may know, tried on the past in the background.

What is asked is a value that goes to a process of its own as JSON, and to people as the line on a
terminal that does the same.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from dashboard.service import calendars
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.settings import Settings
from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting import registry
from forecasting.backtest import Trial
from forecasting.calendar import Calendar
from forecasting.campaign import Outcome, Task
from forecasting.configuration import Configuration, differences
from forecasting.ignored import Period

LAST_WEEK = "seasonal-naive"
BASELINES = (registry.BASELINE, LAST_WEEK)
MOST_ORIGINS = 104


@dataclass(frozen=True)
class Try:
    """A backtest of one model.

    model: a name or spec. origins forecasts, every_days apart, the last from the start of the local
    day `last` on, each ahead_days long. without: what the model may not know, see
    `calendars.without`. ignore: days that it does not learn from beside those of the settings, as
    2020-03-15..2020-06-30.
    """

    site: str
    stream: str
    model: str
    last: str
    origins: int = 13
    every_days: int = 28
    ahead_days: int = 28
    draws: int = 500
    seed: int = 1
    without: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.origins <= MOST_ORIGINS:
            raise ServiceError(
                f"{self.origins} forecasts were asked for: choose from 1 to {MOST_ORIGINS}."
            )
        for period in self.ignore:
            Period.parse(period)

    @property
    def json(self) -> str:
        """The value as text."""
        return json.dumps({"kind": "try", **asdict(self)})

    @classmethod
    def of_json(cls, text: str) -> "Try":
        """The value that a text holds."""
        values = {name: value for name, value in json.loads(text).items() if name != "kind"}
        lists = {name: tuple(values[name]) for name in ("without", "ignore")}
        return cls(**{**values, **lists})

    @property
    def note(self) -> str:
        """What it was asked beyond its model, in words; empty where all is as the settings say."""
        return calendars.less(self.without, self.ignore)

    @property
    def command(self) -> str:
        """The line on a terminal that does the same, and finds what the lab has kept of it."""
        every, ahead = f"{self.every_days}d", f"{self.ahead_days}d"
        words = ["edinflow", "backtest", "--site", self.site, "--model", self.model]
        # The profile is always beside it. Where the model is kept from knowing something, one that
        # is named would be, too; then the line gives the model and the profile alone.
        if not self.note and self.model != LAST_WEEK:
            words += ["--model", LAST_WEEK]
        words += [] if self.stream == "all" else ["--stream", self.stream]
        first = pd.Timestamp(self.last) - pd.Timedelta(days=(self.origins - 1) * self.every_days)
        words += [
            "--first-origin",
            f"{first:%Y-%m-%d} 00:00",
            "--last-origin",
            f"{self.last} 00:00",
        ]
        words += ["--every", every, "--horizon", ahead]
        words += ["--draws", str(self.draws), "--seed", str(self.seed)]
        words += [word for name in self.without for word in ("--without", name)]
        words += [word for period in self.ignore for word in ("--ignore", period)]
        return shlex.join(words)


def last_origin(series: ArrivalSeries, ahead_days: int) -> str:
    """The last local day from whose start a forecast so long can be scored, as 2026-03-02."""
    zone = series.time_zone
    last = clock.floor_to_step(clock.days_after(series.end, -ahead_days, zone), "day", zone)
    return f"{last.tz_convert(zone):%Y-%m-%d}"


def trial(asked: Try, series: ArrivalSeries) -> Trial:
    """Origins and lengths on the site's clock. Raises ServiceError where history does not reach."""
    zone = series.time_zone
    every, ahead = Span(asked.every_days, "d"), Span(asked.ahead_days, "d")
    last = clock.instant(asked.last, zone)
    origins = [
        clock.floor_to_step(every.after(last, zone, times=-back), series.step, zone)
        for back in range(asked.origins - 1, -1, -1)
    ]
    if last <= series.start:
        begin = f"{series.start.tz_convert(zone):%Y-%m-%d}"
        raise ServiceError(
            f"The arrivals of {asked.site!r} begin on {begin}: no forecast {asked.ahead_days} days "
            "ahead can be scored on them yet. Ask for fewer days ahead, or load an earlier time."
        )
    if origins[0] <= series.start:
        begin = f"{series.start.tz_convert(zone):%Y-%m-%d}"
        raise ServiceError(
            f"{asked.origins} forecasts every {asked.every_days} days begin before the arrivals of "
            f"{asked.site!r} do ({begin}): ask for fewer, or nearer to one another."
        )
    if last >= series.end:
        raise ServiceError(
            f"The last forecast ({asked.last}) begins after the arrivals of {asked.site!r} end: "
            "choose an earlier day."
        )
    steps = tuple(ahead.steps(origin, series.step, zone) for origin in origins)
    return Trial(tuple(origins), steps, draws=asked.draws, seed=asked.seed)


def calendar(asked: Try, settings: Settings, series: ArrivalSeries) -> Calendar:
    """What the model may know of days."""
    known = calendars.of_settings(settings, series.site, series.time_zone)
    more = tuple(Period.parse(text) for text in asked.ignore)
    known = replace(known, ignored=(*known.ignored, *more))
    return calendars.without(known, asked.without)


def tasks(asked: Try, settings: Settings, series: ArrivalSeries) -> list[Task]:
    """The model as it was asked for, and the baselines beside it as the settings say."""
    wanted = trial(asked, series)
    usual = calendars.of_settings(settings, series.site, series.time_zone)
    others = tuple(name for name in BASELINES if name != asked.model)
    own = Task(series, calendar(asked, settings, series), (asked.model,), wanted)
    return [own, Task(series, usual, others, wanted)]


def outcome(found: Outcome, asked: Try) -> str:
    """What came of a try, in a sentence."""
    report = found.report
    if asked.model not in set(report.rows["model"]):
        reasons = [why for piece, why in found.refused.items() if piece.model == asked.model]
        raise ServiceError(reasons[0] if reasons else f"{asked.model} made no forecast.")
    grain = "day" if (report.rows["grain"] == "day").any() else str(report.rows["grain"].iloc[0])
    losses = report.scores().query("grain == @grain").set_index("model")["crps"]
    error, base = float(losses[asked.model]), float(losses.get(registry.BASELINE, float("nan")))
    label = registry.label(asked.model)
    if asked.model == registry.BASELINE or base != base:
        return f"{label}: its error by the {grain} is {locale.number(error, 3)}."
    share = 100 * (1 - error / base)
    side = "below" if share >= 0 else "above"
    return (
        f"{label}: its error by the {grain} is {locale.number(error, 3)}, "
        f"{locale.number(abs(share), 1)} % {side} that of the "
        f"{registry.BASELINE}."
    )


def spec(model: str, values: Mapping[str, Any]) -> str:
    """The shortest name of a model with these values of its parameters.

    >>> spec("profile", {})
    'profile'
    """
    usual = registry.complete(Configuration(model)).values
    own = {name: value for name, value in values.items() if usual.get(name) != value}
    return Configuration.of(model, own).spec if own else model


def changes(old: Configuration, new: Configuration) -> tuple[str, ...]:
    """What the new configuration does otherwise, a phrase each."""
    return differences(registry.complete(old), registry.complete(new))
