"""Promotion: which configuration is live at a site, and the gate that it has to pass first."""

import getpass
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dashboard.service.errors import ServiceError
from data import configurations, locale
from data.arrivals import ArrivalSeries
from data.configurations import StoredConfiguration
from data.store import Store
from forecasting import gate, registry
from forecasting.calendar import Calendar
from forecasting.configuration import Configuration, from_toml
from forecasting.errors import ForecastError


@dataclass(frozen=True)
class Decision:
    """What the gate said of a configuration, and whether it is live now.

    reason: the gate's own and what a person said beside it, or why a person overruled it.
    scores: CRPS and others by model and grain on the gate's origins; empty: too little history.
    """

    configuration: Configuration
    overruled: bool
    reason: str
    scores: pd.DataFrame


@dataclass(frozen=True)
class Live:
    """A promoted configuration as a forecast takes it.

    models: what an order of a forecast names instead of "auto"; the profile beside it lets the
    gate judge anew each time, except where a person overruled it.
    """

    label: str
    models: tuple[str, ...]
    reason: str = ""
    problem: str = ""

    def notes(self, used: str, why: str) -> tuple[str, ...]:
        """What the reader must know; used, why: the model of the forecast and its reason."""
        if self.problem:
            return (f"{self.problem} Promote another, or go back with edinflow promote --none.",)
        if self.reason:
            return (self.reason,)
        if used != self.label:
            return (
                f"The promoted {self.label} is not used in this forecast ({why.rstrip('.')}): "
                "tune it anew, or go back with edinflow promote --none.",
            )
        return ()


def live(store: Store, site: str, stream: str) -> Live | None:
    """The promoted configuration of a site and stream; None where there is none."""
    found = configurations.live(store, site, stream)
    if found is None:
        return None
    label = f"{found.model}@{found.hash}"
    try:
        spec = _configuration(found).spec
    except ForecastError as error:
        # Promoted with another version of the program: forecasts go on without it, and say so.
        return Live(label, ("auto",), problem=f"The promoted {label} cannot be used: {error}")
    if found.overruled:
        why = f"{label}: promoted by {found.who} although the gate was against it: {found.reason}"
        return Live(label, (spec,), reason=why)
    return Live(label, (registry.BASELINE, spec))


def spec_of(store: Store, site: str, stream: str, model: str) -> str:
    """What builds the model of a live forecast: its name, or the spec of its configuration.

    Raises ServiceError for a configuration that is no longer kept.
    """
    if "@" not in model:
        return model
    found = configurations.of_hash(store, site, model.rpartition("@")[2])
    if found is None:
        raise ServiceError(
            f"The configuration {model} of the forecast of {site!r} ({stream}) is not kept: make "
            "a new one with edinflow forecast."
        )
    return _configuration(found).spec


def promote(
    store: Store,
    series: ArrivalSeries,
    calendar: Calendar,
    configuration: Configuration,
    *,
    now: pd.Timestamp,
    overrule: str | None = None,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Decision:
    """Make a configuration live for the site and stream of the series, if it passes the gate.

    The gate compares it with the profile on the last eight weekly origins. overrule: a reason,
    which is kept, to make it live even in spite of the gate. Raises ServiceError where it does not
    pass.
    """
    whole = registry.complete(configuration)
    if overrule is not None and not overrule.strip():
        raise ServiceError("Overruling the gate needs a reason: --overrule 'why you know better'.")
    choice = gate.choose(series, calendar, candidates=(whole.spec,), seed=seed, progress=progress)
    passed = choice.name == whole.spec
    scores = choice.scores
    if not scores.empty:
        scores = scores.assign(model=[registry.label(name) for name in scores["model"]])
    if not passed and overrule is None:
        raise ServiceError(
            f"{whole.label} was not promoted at {series.site!r} ({_against(whole, choice)}): tune "
            "it further, or say --overrule REASON."
        )
    said = "" if overrule is None else overrule.strip()
    reason = f"{choice.reason.rstrip('.')}; {said}" if said else choice.reason
    decision = Decision(whole, not passed, reason if passed else said, scores)
    before = configurations.live(store, series.site, series.stream)
    if before and (before.hash, before.overruled) == (whole.hash, decision.overruled):
        return decision  # it is live as it is
    configurations.save(
        store,
        site=series.site,
        stream=series.stream,
        model=whole.model,
        toml=whole.toml,
        mark=whole.hash,
        promoted_at_utc=now,
        who=person(),
        reason=decision.reason,
        overruled=decision.overruled,
        gate_scores=scores,
    )
    return decision


def restored(store: Store, site: str, mark: str) -> Configuration:
    """A configuration that was promoted at the site before. Raises ServiceError where none was.

    mark: its hash, or its label, such as harmonic@ab12cd.
    """
    found = configurations.of_hash(store, site, mark.rpartition("@")[2])
    if found is None:
        listed = configurations.decisions(store, site)
        known = ", ".join(dict.fromkeys(one for one in listed["hash"] if one)) or "none yet"
        raise ServiceError(
            f"No configuration {mark!r} was ever promoted at {site!r}; known: {known}."
        )
    return _configuration(found)


def back_to_auto(store: Store, site: str, stream: str, *, now: pd.Timestamp, reason: str) -> str:
    """Let the program choose again; returns the label of what was live. Raises ServiceError."""
    before = configurations.live(store, site, stream)
    if before is None:
        raise ServiceError(
            f"Nothing is promoted for {site!r}, {stream}: the model is chosen by itself."
        )
    configurations.save(
        store,
        site=site,
        stream=stream,
        model=None,
        toml=None,
        mark=None,
        promoted_at_utc=now,
        who=person(),
        reason=reason,
        overruled=False,
        gate_scores=pd.DataFrame(),
    )
    return f"{before.model}@{before.hash}"


def person() -> str:
    """The operating-system user, who decides until there is a sign-in."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return "unknown"


def _configuration(stored: StoredConfiguration) -> Configuration:
    read = from_toml(stored.toml, f"configuration {stored.hash}")
    return registry.complete(read)


def _against(whole: Configuration, choice: gate.Choice) -> str:
    """Why the gate is against a configuration, with the figure where there is one."""
    if whole == registry.complete(Configuration(registry.BASELINE)):
        return "it is what the gate holds the others against, so it cannot beat itself"
    if choice.scores.empty or whole.spec not in set(choice.scores["model"]):
        return choice.reason.rstrip(".")
    loss = float(gate.relative_loss(choice.scores)[whole.spec])
    return (
        f"its error was {locale.number(100 * (loss - 1), 1)} % above that of {registry.BASELINE} "
        "on the last "
        f"{gate.WEEKS} weeks"
    )
