"""Tuning: a small search over a model's declared parameters, on earlier origins only.

The last year is cut off before anything else happens, so that what is shown for it later was
never used to choose. Of the origins that remain, every other one chooses; on the rest the winner
must beat the defaults once more, as the best of many trials looks good partly by luck.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting import backtest, registry
from forecasting.calendar import Calendar
from forecasting.configuration import Configuration, differences, parse
from forecasting.coordinate_search import Search
from forecasting.errors import ForecastError
from forecasting.forecast import Grain
from forecasting.gate import relative_loss
from forecasting.parameters import Words

UNSEEN_DAYS = 365
# The gate judges on the last eight weeks; what it judges by must not have chosen.
FEWEST_UNSEEN_DAYS = 56
LEARN_DAYS = 365
AHEAD_DAYS = 28
FEWEST_ORIGINS, MOST_ORIGINS = 13, 26
DRAWS = 500
# A gain smaller than this is no gain: so much the draws alone change from one seed to another.
NOISE = 0.001


@dataclass(frozen=True)
class Tried:
    """A configuration that was tried: what it changed, its loss, and how long that took.

    loss: mean of CRPS relative to the profile by the hour and by the day, infinite where the
    model could not be fitted; refused then says why.
    """

    configuration: Configuration
    change: str
    loss: float
    seconds: float
    refused: str = ""


@dataclass(frozen=True)
class TuneReport:
    """What a search found.

    tried: every trial in order, the defaults first. unseen_from: instant (UTC) from which on
    nothing was used. choosing, checking: origins (UTC) that chose, and those held back.
    checked: losses of (defaults, winner) on those held back. stopped: why the search ended.
    """

    tried: tuple[Tried, ...]
    unseen_from: pd.Timestamp
    choosing: tuple[pd.Timestamp, ...]
    checking: tuple[pd.Timestamp, ...]
    checked: tuple[float, float]
    stopped: str

    @property
    def default(self) -> Configuration:
        """The model as it is without tuning."""
        return self.tried[0].configuration

    @property
    def winner(self) -> Tried:
        """The trial with the smallest loss; the defaults where none was better."""
        return min(self.tried, key=lambda one: one.loss)

    @property
    def gain_found(self) -> float:
        """Share by which the winner's loss was smaller on the origins that chose it."""
        return 1 - self.winner.loss / self.tried[0].loss

    @property
    def gain_confirmed(self) -> float:
        """Share by which the winner's loss was smaller on the origins held back."""
        return 1 - self.checked[1] / self.checked[0]

    @property
    def configuration(self) -> Configuration:
        """What to use: the winner if it beat the defaults again, otherwise the defaults."""
        confirmed = self.gain_found > NOISE and self.gain_confirmed > NOISE
        return self.winner.configuration if confirmed else self.default

    @property
    def verdict(self) -> str:
        """One sentence on what was found and whether it held."""
        trials = f"{len(self.tried)} trials"
        if self.gain_found <= NOISE:
            return f"The defaults are kept: none of {trials} was better by more than chance."
        found, again = _in_words(self.gain_found), _in_words(self.gain_confirmed)
        held_back = f"on the {len(self.checking)} forecasts held back"
        if self.configuration == self.default:
            return (
                f"The defaults are kept: the best of {trials} was {found} where it was chosen, "
                f"but {again} {held_back}."
            )
        changes = ", ".join(differences(self.default, self.configuration))
        return (
            f"{self.configuration.label} is {found} than the defaults where it was chosen and "
            f"{again} {held_back}: {changes}."
        )


def _in_words(gain: float) -> str:
    if round(100 * gain, 1) == 0:
        return "no better"
    return f"{locale.number(100 * abs(gain), 1)} % {'better' if gain > 0 else 'worse'}"


def tune(
    series: ArrivalSeries,
    calendar: Calendar,
    model: str,
    *,
    trials: int = 20,
    seconds: float = float("inf"),
    unseen_days: int = UNSEEN_DAYS,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> TuneReport:
    """Search the parameters of a model for smaller loss than that of its defaults.

    model: a name or a spec to start from. Of the series, the last `unseen_days` are cut off first.
    Every candidate forecasts 28 days from the same origins with the same seed, fitted anew at
    each. One parameter is moved at a time, up or else down; what helps is kept, and where nothing
    helps the steps are halved. trials: how many configurations at most, defaults included. No
    trial begins later than `seconds` after the start.
    Raises ForecastError where the history is too short or the model has nothing to tune.
    """
    begun = time.monotonic()
    start = registry.complete(parse(model))
    known = [one for one in registry.parameters(start.model) if not isinstance(one.kind, Words)]
    if not known:
        raise ForecastError(f"The model {start.model!r} has no parameter that could be tuned.")
    history, origins = _earlier(series, unseen_days)
    judge = _Judge(history, calendar, seed, origins[::2])
    tried: list[Tried] = []
    stopped = f"after {trials} trials"
    search = Search(known, start)
    for configuration, change in search.candidates():
        if len(tried) == trials:
            break
        if tried and time.monotonic() - begun > seconds:
            stopped = f"when {seconds / 60:.0f} minutes were over"
            break
        tried.append(judge.tried(configuration, change))
        search.learn(configuration, tried[-1].loss)
        if progress is not None:
            progress(len(tried) / (trials + 2))
    else:
        stopped = "because no further step helped"
    best = min(tried, key=lambda one: one.loss).configuration
    check = _Judge(history, calendar, seed, origins[1::2])
    checked = check.loss(start), check.loss(best)
    if progress is not None:
        progress(1.0)
    return TuneReport(
        tried=tuple(tried),
        unseen_from=history.end,
        choosing=tuple(origins[::2]),
        checking=tuple(origins[1::2]),
        checked=checked,
        stopped=stopped,
    )


def _earlier(series: ArrivalSeries, unseen_days: int) -> tuple[ArrivalSeries, list[pd.Timestamp]]:
    """The series without its last days, and origins in it, newest first."""
    if unseen_days < FEWEST_UNSEEN_DAYS:
        raise ForecastError(
            f"At least the last {FEWEST_UNSEEN_DAYS} days must stay unseen, not {unseen_days}: "
            "on them the gate judges."
        )
    zone = series.time_zone
    cut = clock.floor_to_step(clock.days_after(series.end, -unseen_days, zone), "day", zone)
    days = (cut - series.start) / pd.Timedelta(days=1)
    count = min(int((days - LEARN_DAYS) // AHEAD_DAYS), MOST_ORIGINS)
    if count < FEWEST_ORIGINS:
        needed = unseen_days + LEARN_DAYS + FEWEST_ORIGINS * AHEAD_DAYS + 1
        raise ForecastError(
            f"Tuning needs {needed} days of history ({unseen_days} that stay unseen, a year to "
            f"learn from, {FEWEST_ORIGINS} forecasts of {AHEAD_DAYS} days) and {series.site!r} has "
            f"{(series.end - series.start).days}: use the defaults until then."
        )
    back = [-AHEAD_DAYS * number for number in range(1, count + 1)]
    return series.until(cut), [clock.days_after(cut, days, zone) for days in back]


class _Judge:
    """Losses of configurations on one set of origins, the same for all."""

    def __init__(
        self,
        history: ArrivalSeries,
        calendar: Calendar,
        seed: int,
        origins: list[pd.Timestamp],
    ) -> None:
        self._ask = history, calendar, origins, seed
        self._baseline = self._scores(registry.BASELINE)

    def loss(self, configuration: Configuration) -> float:
        """Mean over grains of CRPS relative to the profile."""
        return float(self._relative(configuration.spec))

    def tried(self, configuration: Configuration, change: str) -> Tried:
        """The loss with the time it took; infinite where the model cannot be fitted so."""
        begun = time.monotonic()
        try:
            loss, refused = self.loss(configuration), ""
        except ForecastError as error:
            if not change:
                raise  # the defaults themselves cannot be fitted: there is nothing to tune
            loss, refused = float("inf"), str(error)
        return Tried(configuration, change, loss, time.monotonic() - begun, refused)

    def _relative(self, name: str) -> float:
        table = pd.concat([self._baseline, self._scores(name)], ignore_index=True)
        return float(relative_loss(table)[name])

    def _scores(self, name: str) -> pd.DataFrame:
        history, calendar, origins, seed = self._ask
        steps = [_steps(history, origin) for origin in origins]
        grains: list[Grain] = ["hour", "day"] if history.step == "hour" else ["day"]
        report = backtest.run(
            history, calendar, [name], origins, steps, draws=DRAWS, seed=seed, grains=grains
        )
        table = report.scores()
        if table.empty:
            raise ForecastError(
                f"Nothing was observed at {history.site!r} where forecasts would be compared: "
                "load that time, or use the defaults."
            )
        return table


def _steps(series: ArrivalSeries, origin: pd.Timestamp) -> int:
    stop = clock.days_after(origin, AHEAD_DAYS, series.time_zone)
    return len(clock.steps_between(origin, stop, series.step, series.time_zone))
