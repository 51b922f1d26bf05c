"""An edit of a plan that nobody kept yet: what it would make, and whether it may be kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.service import minimum_cover
from dashboard.service.errors import ServiceError
from dashboard.settings import Settings
from staffing import edits
from staffing.edits import Change
from staffing.plan import ShiftPlan


@dataclass(frozen=True, eq=False)
class Attempt:
    """An edit that nobody kept yet.

    plan: as it would be. rows: the changes on the clock. low: stretches that the edit would leave
    below a role's minimum or posts (as edits.below_minimum gives them).
    """

    plan: ShiftPlan
    rows: pd.DataFrame
    low: pd.DataFrame


def attempt(plan: ShiftPlan, changes: Sequence[Change], settings: Settings) -> Attempt:
    """What an edit would make of a plan; nothing is kept. Raises StaffingError."""
    department, posts = settings.department, settings.rules.posts
    rows = edits.timed(changes, plan, department)
    if rows.empty:
        return Attempt(plan, rows, edits.below_minimum(plan, department)[:0])
    after = edits.applied(plan, rows)
    return Attempt(after, rows, edits.newly_below(plan, after, department, posts))


def checked(
    settings: Settings,
    plan: ShiftPlan,
    changes: Sequence[Change],
    reason: str,
    below_minimum: bool,
) -> Attempt:
    """The edit as it may be kept. Raises ServiceError without a reason or below minimum cover."""
    if not reason.strip():
        raise ServiceError("An edit needs a reason: say why, for those who look at it later.")
    tried = attempt(plan, changes, settings)
    if tried.rows.empty:
        raise ServiceError("This edit changes nothing: name a shift and heads to add or take away.")
    if not tried.low.empty and not below_minimum:
        raise minimum_cover.edit_refused(tried.low, plan.requirement.time_zone)
    return tried
