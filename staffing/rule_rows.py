"""The rules of a plan as rows of a programme, each under the words that a planner would use."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.programme import Programme, Rule
from staffing.requirement import Requirement
from staffing.role_block import Block
from staffing.rules import CountLimit, Rules, price_factors
from staffing.starts import Start

Floats = npt.NDArray[np.float64]


def add_rules(
    programme: Programme,
    blocks: list[Block],
    costs: list[Floats],
    requirement: Requirement,
    rules: Rules,
    today: pd.DataFrame | None,
    locked: pd.DataFrame | None,
) -> None:
    """Add every rule that spans shifts. costs: money of one head of each start, by block.

    Limits over the horizon are named by the week, as they are asked for.
    """
    hours = requirement.step_minutes / 60
    weeks = requirement.weeks
    for block in blocks:
        role, size = block.task.role, len(block.heads)
        limit = rules.hours_of(role)
        if limit is not None:
            programme.rows(
                1,
                [(np.zeros(size), block.heads, block.task.length * hours)],
                upper=limit,
                rule=Rule(
                    f"at most {figure(limit / weeks)} hours of {role} a week",
                    "hours a week",
                    1 / weeks,
                    setting="hours_per_week",
                ),
            )
        if rules.repeats:
            _repeat(programme, block, requirement)
        if locked is not None:
            _lock(programme, block, locked)
        _posts(programme, block, requirement, rules)
        _counts(programme, block, requirement, rules)
    if rules.budget is not None:
        entries: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] = [
            (np.zeros(len(block.heads)), block.heads, cost)
            for block, cost in zip(blocks, costs, strict=True)
        ]
        words = f"a budget of {figure(rules.budget / weeks)} a week"
        rule = Rule(words, "a week", 1 / weeks, setting="budget_per_week")
        programme.rows(1, entries, upper=rules.budget, rule=rule)
    if rules.changes_at_most is not None and today is not None:
        _changes(programme, blocks, today, rules.changes_at_most, weeks)


def figure(amount: float) -> str:
    """An amount to a tenth, rounded up so that it is enough.

    >>> figure(100.0000001), figure(68.03), figure(50_000)
    ('100', '68.1', '50,000')
    """
    return f"{math.ceil(amount * 10 - 1e-3) / 10:,.10g}"


def paid(possible: list[Start], requirement: Requirement, rules: Rules) -> Floats:
    """Hours of one head within the horizon that each start costs, with premiums."""
    local = pd.DatetimeIndex(requirement.heads.index).tz_convert(requirement.time_zone)
    weight = price_factors(local, rules.premiums)
    total = np.concatenate([[0.0], weight.cumsum()]) * requirement.step_minutes / 60
    return np.array([total[at.last] - total[at.first] for at in possible])


def heads_at(block: Block, shifts: pd.DataFrame) -> Floats:
    """Heads that a roster has at each start of a block, by times, whatever its codes."""
    own = shifts[shifts["role"] == block.task.role]
    there = own.groupby(["start", "end"])["heads"].sum()
    at = {key: float(heads) for key, heads in there.items()}
    taken: set[tuple[pd.Timestamp, pd.Timestamp]] = set()
    found = np.zeros(len(block.heads))
    for number, start in enumerate(block.task.possible):
        key = (start.start, start.end)
        if key not in taken:
            found[number] = at.get(key, 0.0)
            taken.add(key)
    return found


def _repeat(programme: Programme, block: Block, requirement: Requirement) -> None:
    """Shifts that began before the horizon are those of its last night, one horizon earlier."""
    zone = requirement.time_zone
    possible = block.task.possible
    days = round((requirement.end - requirement.start) / pd.Timedelta("1D"))
    place = {
        (at.code, at.start.tz_convert(zone).tz_localize(None)): n for n, at in enumerate(possible)
    }
    pairs = []
    for number, at in enumerate(possible):
        wall = at.start.tz_convert(zone).tz_localize(None)
        if at.start < requirement.start:
            other = place.get((at.code, wall + pd.Timedelta(days=days)))
            if other is not None:
                pairs.append((number, other))
    if pairs:
        early, late = (np.array(side) for side in zip(*pairs, strict=True))
        each = np.arange(len(pairs))
        programme.rows(
            len(pairs),
            [(each, block.heads[early], 1.0), (each, block.heads[late], -1.0)],
            lower=0.0,
            upper=0.0,
        )


def _lock(programme: Programme, block: Block, locked: pd.DataFrame) -> None:
    heads = heads_at(block, locked)
    kept = np.flatnonzero(heads)
    programme.rows(
        len(kept),
        [(np.arange(len(kept)), block.heads[kept], 1.0)],
        lower=heads[kept],
        rule=Rule(f"the locked shifts of {block.task.role}", "heads", summed=True),
    )


def _posts(programme: Programme, block: Block, requirement: Requirement, rules: Rules) -> None:
    local = pd.DatetimeIndex(requirement.heads.index).tz_convert(requirement.time_zone)
    for post in rules.posts:
        if post.role != block.task.role:
            continue
        held = np.flatnonzero(post.window.holds(local))
        programme.rows(
            len(held),
            [(np.arange(len(held)), block.cover[held], 1.0)],
            lower=post.heads,
            rule=Rule(
                f"a post of {post.heads} {post.role} from {post.window.start} to {post.window.end}",
                "heads",
                reluctant=True,
                setting="post",
            ),
        )


def counted_weeks(
    limit: CountLimit, possible: list[Start], requirement: Requirement
) -> npt.NDArray[np.int64]:
    """Week of the plan in which each start counts towards a limit; −1 where it does not."""
    zone = requirement.time_zone
    first = requirement.start.tz_convert(zone).tz_localize(None).normalize()
    days = [at.start.tz_convert(zone).tz_localize(None).normalize() for at in possible]
    week = np.array([(day - first).days // 7 for day in days], dtype=np.int64)
    counts = np.isin([at.code for at in possible], limit.codes) & (week >= 0)
    counts &= np.isin([day.day_of_week for day in days], limit.days)
    return np.where(counts, week, -1)


def _counts(programme: Programme, block: Block, requirement: Requirement, rules: Rules) -> None:
    for limit in rules.counts:
        if limit.role != block.task.role:
            continue
        week = counted_weeks(limit, block.task.possible, requirement)
        chosen = week >= 0
        weeks = np.unique(week[chosen])
        row = np.searchsorted(weeks, week[chosen])
        programme.rows(
            len(weeks),
            [(row, block.heads[chosen], 1.0)],
            upper=limit.at_most,
            rule=Rule(
                f"at most {limit.at_most} shifts {'/'.join(limit.codes)} of {limit.role} a week",
                "shifts a week",
                setting="limit",
            ),
        )


def _changes(
    programme: Programme, blocks: list[Block], today: pd.DataFrame, at_most: int, weeks: float
) -> None:
    """Shifts dropped from today's roster, and shifts that are new, are each counted."""
    dropped, added = [], []
    for block in blocks:
        now = heads_at(block, today)
        each = np.arange(len(now))
        less, more = programme.columns(len(now)), programme.columns(len(now))
        programme.rows(len(now), [(each, block.heads, 1.0), (each, less, 1.0)], lower=now)
        programme.rows(len(now), [(each, block.heads, 1.0), (each, more, -1.0)], upper=now)
        dropped.append(less)
        added.append(more)
    for places in (np.concatenate(dropped), np.concatenate(added)):
        programme.rows(
            1,
            [(np.zeros(len(places)), places, 1.0)],
            upper=at_most,
            rule=Rule(
                f"at most {figure(at_most / weeks)} changes a week from today's roster",
                "changes a week",
                1 / weeks,
                setting="changes_per_week",
            ),
        )
