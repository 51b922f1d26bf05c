"""Drift of a plan: the need of today's forecast against the need that the plan was made for."""

from dataclasses import dataclass, replace

import pandas as pd

from dashboard.service import answers
from dashboard.service.errors import ServiceError
from dashboard.service.plan_version import Version
from dashboard.settings import Settings
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement


@dataclass(frozen=True, eq=False)
class Drift:
    """What has become of a plan since it was made.

    then, now: the same shifts against the need then and the need now, on the steps and roles that
    both needs hold.
    """

    version: int
    then: ShiftPlan
    now: ShiftPlan

    def steps(self) -> pd.DataFrame:
        """A row per role and step: role, start (UTC), then, now (heads needed), rostered, gap."""
        before, after = self.then.long_frame(), self.now.long_frame()
        return pd.DataFrame(
            {
                "role": after["role"],
                "start": after["start"],
                "then": before["required"],
                "now": after["required"],
                "rostered": after["rostered"],
                "gap": after["gap"],
            }
        )

    def stretches(self) -> pd.DataFrame:
        """Unbroken stretches that are short now, or have heads to spare that they had not then.

        Short ones first, those with most new in them before others: role, kind ("short" or "over"),
        start, end (UTC), heads (most at once), hours, new_hours (of them, those that were not so
        when it was made), then (heads short or over when it was made, at most in the same stretch).
        """
        before, after = self.then.gap(), self.now.gap()
        step = self.now.requirement.step
        rows = []
        for role in self.now.requirement.roles:
            was, is_now = before[role], after[role]
            for kind, size, earlier in (
                ("short", (-is_now).clip(lower=0), (-was).clip(lower=0)),
                ("over", is_now.clip(lower=0), was.clip(lower=0)),
            ):
                there = size > 0 if kind == "short" else size > earlier
                stretch = there.ne(there.shift()).cumsum()[there]
                for _, part in size[there].groupby(stretch):
                    end, had = part.index[-1] + step, earlier[part.index]
                    hours, new_hours = (
                        float(heads.sum()) * (step / pd.Timedelta("1h"))
                        for heads in (part, (part - had).clip(lower=0))
                    )
                    there_most = (int(part.max()), hours, new_hours, int(had.max()))
                    rows.append((role, kind, part.index[0], end, *there_most))
        columns = ["role", "kind", "start", "end", "heads", "hours", "new_hours", "then"]
        ordered = pd.DataFrame(rows, columns=columns).sort_values(
            ["kind", "new_hours", "hours"], ascending=[False, False, False], kind="stable"
        )
        return ordered.reset_index(drop=True)


def drift(settings: Settings, found: Version) -> Drift:
    """How a version stands against the need of the newest forecast, at its own service level.

    Raises ServiceError where there is no forecast, or none of the version's hours is ahead of it.
    """
    old = found.plan.requirement
    question = answers.question(settings, found.site, service_level=old.service_level)
    answer = answers.answer(settings, question)
    if answer is None or answer.need is None:
        raise ServiceError(
            f"There is no need of {found.site!r} to compare with: run edinflow forecast."
        )
    new = answer.need
    if new.step_minutes != old.step_minutes:
        raise ServiceError(
            f"Version {found.number} runs in steps of {old.step_minutes} minutes and the need now "
            f"in {new.step_minutes}: make a new draft."
        )
    roles = [role for role in old.roles if role in new.roles]
    steps = pd.DatetimeIndex(old.heads.index.intersection(new.heads.index))
    if len(steps) == 0 or not roles:
        raise ServiceError(
            f"Version {found.number} of {found.site!r} and the newest forecast have no hours in "
            "common: make a new draft."
        )
    shifts = found.plan.shifts[found.plan.shifts["role"].isin(roles)]
    breaks = found.plan.breaks[found.plan.breaks["role"].isin(roles)]
    then, now = (
        ShiftPlan(_part(need, steps, roles), shifts, found.plan.proven_gap, breaks)
        for need in (old, new)
    )
    return Drift(found.number, then, now)


def _part(need: Requirement, steps: pd.DatetimeIndex, roles: list[str]) -> Requirement:
    heads, low, high = (frame.loc[steps, roles] for frame in (need.heads, need.low, need.high))
    return replace(need, heads=heads, low=low, high=high)
