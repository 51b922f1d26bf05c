"""Whose heads on duty a need is held against: today's roster, a version of the plan, or a new plan.

A locked version and the imported roster both say who is to be at work; the later of the two counts
where it tells, the other one elsewhere, and the plan that is proposed now where neither does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.service import plans, rosters
from dashboard.service.errors import ServiceError
from dashboard.service.question import Answer
from dashboard.settings import Settings
from staffing.plan import ShiftPlan, short_stretches
from staffing.requirement import Requirement
from staffing.role import in_words

ROSTER, PROPOSED = "roster", "proposed"
OWN_PLAN = (
    "No roster and no locked plan tells of {roles} in these hours: the plan of the stored forecast "
    "stands for it; import a roster to compare with the people who are really there."
)


@dataclass(frozen=True, eq=False)
class Source:
    """Heads on duty by one roster or plan.

    kind: "roster", "version" or "proposed". name: of the file or the version's number. since: when
    it was imported, locked or (a draft) made; None of the plan proposed now. who: by whom.
    heads: steps × roles of a need, NaN where it does not tell. shifts: role, code, start, end
    (UTC), heads. why_low: why a version was locked below minimum cover; empty where it was not.
    """

    kind: str
    name: str
    status: str
    since: pd.Timestamp | None
    who: str
    heads: pd.DataFrame
    shifts: pd.DataFrame
    why_low: str = ""


@dataclass(frozen=True, eq=False)
class Part:
    """A source, on those steps and roles of the need on which it is the one that counts."""

    source: Source
    need: Requirement
    heads: pd.DataFrame

    @property
    def roles(self) -> list[str]:
        """Roles for which it counts anywhere."""
        return [role for role in self.need.roles if self.heads[role].notna().any()]

    @property
    def days(self) -> float:
        """For how many days it counts, of the role for which it does longest."""
        steps = int(self.heads.notna().sum().max())
        return steps * (self.need.step / pd.Timedelta("1D"))

    def short(self) -> pd.DataFrame:
        """Stretches in which it is short of the need: role, start, end (UTC), heads, hours."""
        return short_stretches(self.heads - self.need.heads, self.need.step)


@dataclass(frozen=True, eq=False)
class Against:
    """All sources that count for a need, the one that counts first in front."""

    need: Requirement
    parts: tuple[Part, ...]

    @property
    def heads(self) -> pd.DataFrame:
        """Heads on duty, steps × roles; NaN where no source tells."""
        return _first_told([part.heads for part in self.parts])

    @property
    def names(self) -> pd.DataFrame:
        """Whose they are, steps × roles: roster, version N, proposed, or nothing."""
        shape = self.need.heads
        found = pd.DataFrame("", index=shape.index, columns=shape.columns)
        for part in self.parts:
            one = part.source
            name = f"version {one.name}" if one.kind == "version" else one.kind
            found = found.mask(part.heads.notna(), name)
        return found

    def short_hours(self) -> pd.Series:
        """Head-hours by role that are needed with nobody there, where it is known."""
        short = (self.need.heads - self.heads).clip(lower=0).sum()
        return short * (self.need.step / pd.Timedelta("1h"))


def against(
    settings: Settings,
    need: Requirement,
    proposed: Callable[[], ShiftPlan],
    only: str | None = None,
) -> Against:
    """What a need of a site is held against.

    proposed: the plan for the need, asked for where nothing else tells. only: "roster", "proposed"
    or the number of a version, in place of all that count. Raises ServiceError where that is not
    there or tells nothing of the need's time.
    """
    known = _known(settings, need) if only is None else [_only(settings, need, proposed, only)]
    parts: list[Part] = []
    free = pd.DataFrame(True, index=need.heads.index, columns=need.heads.columns)
    for one in known:
        parts.append(Part(one, need, one.heads.where(free)))
        free &= one.heads.isna()
    if only is None and free.to_numpy().any():
        plan = _proposed(need, proposed())
        parts.append(Part(plan, need, plan.heads.where(free)))
    return Against(need, tuple(part for part in parts if part.roles))


def on_duty(settings: Settings, need: Requirement) -> pd.DataFrame | None:
    """Heads on duty by today's roster and the locked plan, steps × roles; NaN where neither tells.

    None where there is neither.
    """
    known = _known(settings, need)
    return _first_told([one.heads for one in known]) if known else None


def standing(
    settings: Settings, answer: Answer, start: pd.Timestamp, stop: pd.Timestamp
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Who is to be at work between two instants, and a sentence on those who are only proposed.

    Role by role the later of today's roster and the locked plan that tells of all of that time,
    else the plan proposed now. Returns shifts (role, code, start, end, heads) and the sentence, if
    one is due. Raises ServiceError where nothing tells of anybody.
    """
    need, plan = answer.need, answer.plan
    if need is None:
        raise ServiceError(" ".join(answer.notes))
    known, parts, silent = _known(settings, need), [], []
    inside = (need.heads.index >= start) & (need.heads.index < stop)
    for role in need.roles:
        told = [one for one in known if inside.any() and one.heads.loc[inside, role].notna().all()]
        if told:
            parts.append(told[0].shifts[told[0].shifts["role"] == role])
        elif plan is not None:
            silent.append(role)
            parts.append(plan.shifts[plan.shifts["role"] == role])
    if not parts:
        raise ServiceError(" ".join(answer.notes))
    said = (OWN_PLAN.format(roles=in_words(silent)),) if silent else ()
    return pd.concat(parts, ignore_index=True), said


def _first_told(heads: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The first of several that tells, steps × roles; NaN where none does."""
    found = heads[0]
    for other in heads[1:]:
        found = found.where(found.notna(), other)
    return found


def _known(settings: Settings, need: Requirement) -> list[Source]:
    """Today's roster and the locked plan, as far as they tell, the later of the two in front."""
    roster, locked = _roster(settings, need), _locked(settings, need)
    if roster and locked and _later(locked[0], roster[0]):
        return [*locked, *roster]
    return [*roster, *locked]


def _proposed(need: Requirement, plan: ShiftPlan) -> Source:
    heads = _heads(need, plan.cover())
    return Source(PROPOSED, PROPOSED, PROPOSED, None, "", heads, plan.shifts)


def _later(one: Source, other: Source) -> bool:
    return one.since is not None and other.since is not None and one.since > other.since


def _only(
    settings: Settings, need: Requirement, proposed: Callable[[], ShiftPlan], only: str
) -> Source:
    if only == PROPOSED:
        return _proposed(need, proposed())
    if only == ROSTER:
        found = _roster(settings, need)
        if not found:
            raise ServiceError(
                f"No imported roster of {need.site!r} tells of the forecast's time: run edinflow "
                "import-roster FILE."
            )
        return found[0]
    if not only.isdecimal():
        raise ServiceError(
            f"A need cannot be held against {only!r}: say roster, proposed or the number of a "
            "version."
        )
    one = _version(settings, need, int(only))
    if one is None:
        raise ServiceError(
            f"Version {only} of {need.site!r} tells nothing of the forecast's time: make a new "
            "draft."
        )
    return one


def _roster(settings: Settings, need: Requirement) -> list[Source]:
    """Today's roster, where it tells of any of the time."""
    heads = rosters.on_duty(settings, need.site, need)
    shifts = rosters.rostered(settings, need.site)
    if heads is None or shifts is None or not heads.notna().to_numpy().any():
        return []
    newest = rosters.imports(settings, need.site).iloc[0]
    since = pd.Timestamp(newest["imported_at_utc"])
    return [
        Source(ROSTER, str(newest["file"]), "imported", since, str(newest["who"]), heads, shifts)
    ]


def _locked(settings: Settings, need: Requirement) -> list[Source]:
    """The version that was locked last, where it tells of any of the time."""
    table = plans.listed(settings, need.site)
    if table.empty or not (table["status"] == "locked").any():
        return []
    found = _version(settings, need, plans.counting(table))
    return [] if found is None else [found]


def _version(settings: Settings, need: Requirement, number: int | None) -> Source | None:
    """A version's heads on the steps and roles for which it was made; None where there are none."""
    found = plans.version(settings, need.site, number)
    own, plan = found.plan.requirement, found.plan
    roles = [role for role in need.roles if role in own.roles]
    inside = (need.heads.index >= own.start) & (need.heads.index < own.end)
    if not roles or not inside.any():
        return None
    shifts = plan.shifts[plan.shifts["role"].isin(roles)]
    breaks = plan.breaks[plan.breaks["role"].isin(roles)]
    cover = ShiftPlan(need, shifts, plan.proven_gap, breaks).cover()
    heads = _heads(need, cover.loc[inside, roles])
    about, locked = found.stored.about, found.status == "locked"
    since = pd.Timestamp(about["locked_at_utc" if locked else "made_at_utc"])
    who = str(about["locked_by" if locked else "who"])
    return Source(
        "version", str(found.number), found.status, since, who, heads, shifts, found.why_low
    )


def _heads(need: Requirement, cover: pd.DataFrame) -> pd.DataFrame:
    shape = need.heads
    return cover.reindex(index=shape.index, columns=shape.columns).astype(np.float64)
