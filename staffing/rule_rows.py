"""The rules of a plan as rows of a programme, each under the words that a planner would use."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import locale
from staffing.programme import Programme, Rule
from staffing.requirement import Requirement
from staffing.role_block import Block
from staffing.rules import CountLimit, Rules, price_factors, shifts_of
from staffing.starts import Start
from staffing.weeks import (
    Amounts,
    per_start,
    spans,
    step_weeks,
    week_numbers,
    week_shares,
)

Floats = npt.NDArray[np.float64]


def add_rules(
    programme: Programme,
    blocks: list[Block],
    rates: list[float],
    requirement: Requirement,
    rules: Rules,
    today: pd.DataFrame | None,
    locked: pd.DataFrame | None,
) -> None:
    """Add every rule that spans shifts. rates: money of an hour of one head, by block.

    Limits are named by the week, as they are asked for.
    """
    hours = np.full(len(requirement.heads), requirement.step_minutes / 60)
    for block in blocks:
        role = block.task.role
        limit = rules.hours_of(role)
        if limit is not None:
            name = f"at most {{}} hours of {role} a week"
            _weekly(
                programme, [(block, hours)], limit, requirement, (name, "hours a week"),
                "hours_per_week",
            )  # fmt: skip
        if rules.repeats:
            _repeat(programme, block, requirement)
        if locked is not None:
            _lock(programme, block, locked)
        _posts(programme, block, requirement, rules)
        _counts(programme, block, requirement, rules)
    if rules.budget is not None:
        money = paid_hours(requirement, rules)
        each = [(block, money * rate) for block, rate in zip(blocks, rates, strict=True)]
        _weekly(
            programme, each, rules.budget, requirement, ("a budget of {} a week", "a week"),
            "budget_per_week",
        )  # fmt: skip
    if rules.changes_at_most is not None and today is not None:
        _changes(programme, blocks, today, rules.changes_at_most, requirement)


def _weekly(
    programme: Programme,
    weighted: list[tuple[Block, Floats]],
    limit: Amounts,
    requirement: Requirement,
    words: tuple[str, str],
    setting: str,
) -> None:
    """A limit in each of its stretches of what steps weigh (by block), as amounts of a whole week.

    words: the rule with a place for the amount, and its unit.
    """
    span, weeks, most = spans(limit, week_shares(requirement))
    of_step = span[step_weeks(requirement)]
    entries: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] = []
    for block, weights in weighted:
        task = block.task
        found = per_start(weights, of_step, task.first, task.first + task.length) / weeks[:, None]
        row, start = np.nonzero(found)
        entries.append((row, block.heads[start], found[row, start]))
    least, greatest = figure(float((most / weeks).min())), figure(float((most / weeks).max()))
    amount = least if least == greatest else f"{least} to {greatest}"
    named = words[0].format(amount) + _averaged(limit, requirement)
    programme.rows(
        len(most), entries, upper=most / weeks, rule=Rule(named, words[1], setting=setting)
    )


def _averaged(limit: Amounts | int, requirement: Requirement) -> str:
    """Words for a limit that holds over all weeks of a plan together, and not in each of them."""
    together = not isinstance(limit, tuple) and len(week_shares(requirement)) > 1
    return " on average" if together else ""


def figure(amount: float) -> str:
    """An amount to a tenth, rounded up so that it is enough.

    >>> figure(100.0000001), figure(68.03), figure(50_000)
    ('100', '68.1', '50,000')
    """
    enough = math.ceil(amount * 10 - 1e-3) / 10
    return locale.number(enough, digits=0 if enough == round(enough) else 1)


def paid(possible: list[Start], requirement: Requirement, rules: Rules) -> Floats:
    """Hours of one head within the horizon that each start costs, with premiums."""
    total = np.concatenate([[0.0], paid_hours(requirement, rules).cumsum()])
    return np.array([total[at.last] - total[at.first] for at in possible])


def paid_hours(requirement: Requirement, rules: Rules) -> Floats:
    """Hours of one head that each step costs, with premiums."""
    local = pd.DatetimeIndex(requirement.heads.index).tz_convert(requirement.time_zone)
    return price_factors(local, rules.premiums) * (requirement.step_minutes / 60)


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
                f"a post of {locale.counted(post.heads, post.role)} from {post.window.start} to "
                f"{post.window.end}",
                "heads",
                reluctant=True,
                setting="post",
            ),
        )


def counted_weeks(
    limit: CountLimit, possible: list[Start], requirement: Requirement
) -> npt.NDArray[np.int64]:
    """Calendar week in which each start counts towards a limit; −1 where it does not."""
    zone = requirement.time_zone
    begins = pd.DatetimeIndex([at.start for at in possible])
    local = begins.tz_convert(zone)
    counts = np.isin([at.code for at in possible], limit.codes)
    counts &= local >= requirement.start.tz_convert(zone).normalize()
    counts &= np.isin(local.day_of_week, limit.days)
    return np.where(counts, week_numbers(begins, requirement), -1)


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
                f"at most {shifts_of(limit)} a week",
                "shifts a week",
                setting="limit",
            ),
        )


def _changes(
    programme: Programme,
    blocks: list[Block],
    today: pd.DataFrame,
    at_most: int | tuple[int, ...],
    requirement: Requirement,
) -> None:
    """Shifts dropped from today's roster, and shifts that are new, are each counted.

    A shift counts in the week in which it starts; one from before the plan in its first.
    """
    span, weeks, most = spans(at_most, week_shares(requirement))
    dropped, added, stretch = [], [], []
    for block in blocks:
        now = heads_at(block, today)
        each = np.arange(len(now))
        less, more = programme.columns(len(now)), programme.columns(len(now))
        programme.rows(len(now), [(each, block.heads, 1.0), (each, less, 1.0)], lower=now)
        programme.rows(len(now), [(each, block.heads, 1.0), (each, more, -1.0)], upper=now)
        dropped.append(less)
        added.append(more)
        begins = pd.DatetimeIndex([at.start for at in block.task.possible])
        stretch.append(span[week_numbers(begins, requirement).clip(min=0)])
    over = float(weeks[0]) if len(most) == 1 and isinstance(at_most, int) else 1.0
    changes = locale.counted(math.ceil(float(most.max()) / over * 10 - 1e-3) / 10, "change")
    words = f"at most {changes} a week from today's roster"
    words += _averaged(at_most, requirement)
    for places in (np.concatenate(dropped), np.concatenate(added)):
        programme.rows(
            len(most),
            [(np.concatenate(stretch), places, 1.0)],
            upper=most,
            rule=Rule(words, "changes a week", 1 / over, setting="changes_per_week"),
        )
