"""Rules as a department states them, by the week, and as a plan of any length keeps them."""

import math
from dataclasses import dataclass, replace

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.requirement import Requirement
from staffing.rules import BreakRule, CountLimit, Post, Premium, Rules
from staffing.weeks import Amounts, week_shares


@dataclass(frozen=True)
class WeeklyRules:
    """What every plan of a department has to keep.

    hours: (role, head-hours on duty a week at most). budget: cost a week at most, with premiums.
    changes: shifts a week that may be dropped from today's roster, and as many that may be new.
    on_average: whether these three hold over the whole plan only, a busy week taking from a calm
    one; else each calendar week keeps them. The rest as in staffing.rules.Rules.
    """

    hours: tuple[tuple[str, float], ...] = ()
    budget: float | None = None
    patterns_at_most: int | None = None
    changes: float | None = None
    on_average: bool = False
    breaks: BreakRule | None = None
    posts: tuple[Post, ...] = ()
    counts: tuple[CountLimit, ...] = ()
    premiums: tuple[Premium, ...] = ()
    short_cost: float | None = None
    gap: float = 0.005
    seconds: float = 20.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "hours", tuple((role, float(h)) for role, h in self.hours))
        if self.changes is not None and not (math.isfinite(self.changes) and self.changes >= 0):
            raise StaffingError(f"Changes a week are {self.changes:g}: give 0 or more.")
        if self.changes is not None and not self.on_average and self.changes % 1:
            raise StaffingError(
                f"Changes a week are {self.changes:g}: give a whole number, as each week keeps it, "
                "or let it hold on average over the plan."
            )
        self._of((1.0,))

    @property
    def empty(self) -> bool:
        """Whether there is no rule at all: the need is covered with the fewest hours."""
        plain = replace(self, gap=0.005, seconds=20.0, premiums=(), on_average=False)
        return plain == NO_WEEKLY_RULES

    def over(self, requirement: Requirement) -> Rules:
        """The rules of a plan over a requirement, for each calendar week that it touches.

        Of a part of a week hours and cost count as that part, and changes likewise, rounded up.
        """
        return self._of(tuple(float(share) for share in week_shares(requirement)))

    def check(self, department: Department) -> None:
        """Refuse rules that speak of roles or codes the department does not have."""
        for role, _ in self.hours:
            department.role(role)
        for post in self.posts:
            department.role(post.role)
        codes = [pattern.code for pattern in department.patterns]
        for limit in self.counts:
            department.role(limit.role)
            for code in limit.codes:
                if code not in codes:
                    raise StaffingError(
                        f"A limit on shifts names the code {code!r}: known are {', '.join(codes)}."
                    )
        if self.budget is not None and not any(role.cost_per_hour for role in department.roles):
            raise StaffingError(
                "There is a budget, but no role has a cost: give cost_per_hour to the roles."
            )
        if self.short_cost is not None and not any(r.cost_per_hour for r in department.roles):
            raise StaffingError(
                "There is a short_cost, but no role has a cost: give cost_per_hour to the roles."
            )

    def _of(self, shares: tuple[float, ...]) -> Rules:
        def each(amount: float) -> Amounts:
            weekly = tuple(amount * share for share in shares)
            return sum(weekly) if self.on_average else weekly

        def whole(amount: float) -> int | tuple[int, ...]:
            if self.on_average:
                return int(amount * sum(shares) + 1e-9)
            return tuple(math.ceil(amount * min(share, 1.0) - 1e-9) for share in shares)

        return Rules(
            hours=tuple((role, each(hours)) for role, hours in self.hours),
            budget=None if self.budget is None else each(self.budget),
            patterns_at_most=self.patterns_at_most,
            changes_at_most=None if self.changes is None else whole(self.changes),
            breaks=self.breaks,
            posts=self.posts,
            counts=self.counts,
            premiums=self.premiums,
            short_cost=self.short_cost,
            gap=self.gap,
            seconds=self.seconds,
        )


NO_WEEKLY_RULES = WeeklyRules()
