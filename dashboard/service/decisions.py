"""Decisions on warnings: taken, checked and kept; and whether overriding the forecast helped."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from data import decisions, history
from data.store import Store, fingerprint
from forecasting import surge
from forecasting.value_added import ValueAdded, value_added

Kind = Literal["surge", "short"]
Action = Literal["acknowledge", "snooze", "act", "override"]
LONGEST_REASON, LONGEST_NAME = 500, 80
MOST_PATIENTS = 100_000


@dataclass(frozen=True)
class Subject:
    """What a decision is about: a shift that may become a surge, or a role that is short.

    role: "" for a surge. start, stop: UTC. expected, chance, above: patients of the shift as the
    forecast had them when it was decided; heads: how many are short.
    """

    site: str
    kind: Kind
    role: str
    start: pd.Timestamp
    stop: pd.Timestamp
    forecast_id: int
    expected: float | None = None
    chance: float | None = None
    above: int | None = None
    heads: int | None = None


@dataclass(frozen=True)
class Decision:
    """What somebody decided, when; until: end of a snooze; number: that of an override."""

    decision_id: int
    subject: Subject
    action: Action
    until: pd.Timestamp | None
    number: float | None
    reason: str
    who: str
    decided_at: pd.Timestamp

    def about(self, subject: Subject) -> bool:
        """Whether it speaks of this warning: same kind and role, and their times overlap.

        So it still does when a newer forecast moves a shortage by half an hour.
        """
        own = self.subject
        same = (own.site, own.kind, own.role) == (subject.site, subject.kind, subject.role)
        return same and own.start < subject.stop and subject.start < own.stop


def decide(
    settings: Settings,
    subject: Subject,
    action: Action,
    *,
    who: str,
    now: pd.Timestamp,
    reason: str = "",
    number: float | None = None,
    until: pd.Timestamp | None = None,
) -> int:
    """Keep a decision on a warning and return its number. Raises ServiceError for half a one.

    reason: needed for an override and for what was done (act). number: of an override, in
    patients, or in heads for a role that is short. until: end of a snooze.
    """
    reason, who = " ".join(reason.split()), " ".join(who.split())
    _check(action, subject.kind, reason, who, number, until, now)
    return decisions.record(
        Store.open(settings.store),
        site=subject.site,
        kind=subject.kind,
        role=subject.role,
        start_utc=subject.start,
        stop_utc=subject.stop,
        forecast_id=subject.forecast_id,
        expected=subject.expected,
        chance=subject.chance,
        above=subject.above,
        heads=subject.heads,
        action=action,
        until_utc=until,
        number=number,
        reason=reason,
        who=who,
        decided_at_utc=now,
    )


def _check(
    action: str,
    kind: Kind,
    reason: str,
    who: str,
    number: float | None,
    until: pd.Timestamp | None,
    now: pd.Timestamp,
) -> None:
    if action not in get_args(Action):
        raise ServiceError(f"{action!r} is no decision: use {', '.join(get_args(Action))}.")
    if not who or len(who) > LONGEST_NAME:
        raise ServiceError(f"Who decides? Give a name of 1 to {LONGEST_NAME} letters.")
    if len(reason) > LONGEST_REASON:
        raise ServiceError(f"The reason has {len(reason)} letters: at most {LONGEST_REASON}.")
    if action in ("act", "override") and not reason:
        what = "what is done" if action == "act" else "why the forecast is overridden"
        raise ServiceError(f"Say {what}: it is kept with the decision.")
    if action == "override" and (number is None or not 0 <= number <= MOST_PATIENTS):
        raise ServiceError(
            f"An override needs its number, from 0 to {MOST_PATIENTS}; it was {number}."
        )
    if number is not None and kind == "short" and number % 1:
        raise ServiceError(f"Heads short are {number:g}: give a whole number, as 2.")
    if action == "snooze" and (until is None or not until > now):  # NaT is never later
        raise ServiceError(f"A snooze needs a time in the future to end at; it was {until}.")
    if number is not None and action != "override":
        raise ServiceError(f"A number ({number:g}) belongs to an override, not to {action!r}.")
    if until is not None and action != "snooze":
        raise ServiceError(f"A time to end at ({until}) belongs to a snooze, not to {action!r}.")


def listed(
    settings: Settings, site: str | None = None, since: pd.Timestamp | None = None
) -> tuple[Decision, ...]:
    """Decisions, oldest first; since: only those on warnings that end after it.

    Cheap while the store rests: it is read again only after its file has changed.
    """
    if not settings.store.exists():
        return ()
    every = _listed(settings.store, fingerprint(settings.store), site)
    return every if since is None else tuple(one for one in every if one.subject.stop > since)


@lru_cache(maxsize=64)
def _listed(path: Path, _fingerprint: tuple[object, ...], site: str | None) -> tuple[Decision, ...]:
    rows = decisions.listed(Store.open(path), site)
    return tuple(_decision(row) for row in rows.to_dict("records"))


def value(settings: Settings, site: str) -> ValueAdded | None:
    """Whether overriding the forecast of shifts helped; None where no such shift is over.

    The last override of each shift counts, against what the forecast expected at that moment.
    """
    series = history.arrivals(Store.open(settings.store), site)
    last: dict[pd.Timestamp, Decision] = {}
    for one in listed(settings, site):
        if one.action == "override" and one.subject.kind == "surge":
            last[one.subject.start] = one
    rows = pd.DataFrame(
        [
            {
                "start_utc": one.subject.start,
                "stop_utc": one.subject.stop,
                "expected": one.subject.expected,
                "number": one.number,
            }
            for _, one in sorted(last.items())
        ],
        columns=["start_utc", "stop_utc", "expected", "number"],
    )
    rows["actual"] = surge.outcomes(series, rows)
    known = rows[rows["actual"].notna() & rows["expected"].notna()]
    forecast, override, actual = (
        known[name].to_numpy(float) for name in ("expected", "number", "actual")
    )
    return value_added(forecast, override, actual)


def _decision(row: Mapping[Hashable, Any]) -> Decision:
    known = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    return Decision(
        decision_id=int(row["decision_id"]),
        subject=Subject(
            site=row["site"],
            kind=row["kind"],
            role=row["role"],
            start=row["start_utc"],
            stop=row["stop_utc"],
            forecast_id=int(row["forecast_id"]),
            expected=known["expected"],
            chance=known["chance"],
            above=None if known["above"] is None else int(row["above"]),
            heads=None if known["heads"] is None else int(row["heads"]),
        ),
        action=row["action"],
        until=known["until_utc"],
        number=known["number"],
        reason=row["reason"],
        who=row["who"],
        decided_at=row["decided_at_utc"],
    )


def newest(settings: Settings, site: str) -> int:
    """Number of a site's newest decision, 0 where there is none; cheap as `listed`."""
    taken = listed(settings, site)
    return taken[-1].decision_id if taken else 0
