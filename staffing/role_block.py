"""One role's shifts as columns and rows of a programme: cover, breaks, need or shortage."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.programme import Programme, Rule, Solution
from staffing.rules import BreakRule
from staffing.starts import Start

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
SHORT_STEP = 100.0
TIE = 1e-4


@dataclass(frozen=True, eq=False)
class Task:
    """What one role has to staff.

    needed, minimum: heads per step. chance: P(at least j busy), steps × j, where the plan follows
    what each head is worth; None where it covers the need. hard: the need must be covered at
    every step that a shift reaches. price: of each start, per head. short_price: of one head
    short for a step. called_for:
    heads that a post or a given roster holds at once. origin: start of the first step.
    """

    role: str
    possible: list[Start]
    needed: Wholes
    minimum: Wholes
    price: Floats
    short_price: float
    chance: Floats | None = None
    hard: bool = False
    breaks: BreakRule | None = None
    step_minutes: int = 30
    called_for: int = 0
    origin: pd.Timestamp = field(default_factory=lambda: pd.Timestamp(0, tz="UTC"))

    @property
    def first(self) -> Wholes:
        """First step that each start covers."""
        return np.array([at.first for at in self.possible], dtype=np.int64)

    @property
    def length(self) -> Wholes:
        """Steps that each start covers."""
        return np.array([at.covered for at in self.possible], dtype=np.int64)

    def reached(self) -> npt.NDArray[np.bool_]:
        """Steps that some start covers."""
        change = np.zeros(len(self.needed) + 1, dtype=np.int64)
        np.add.at(change, self.first, 1)
        np.add.at(change, self.first + self.length, -1)
        return change.cumsum()[:-1] > 0


@dataclass(eq=False)
class Block:
    """Where the columns of a role lie in a programme."""

    task: Task
    heads: Wholes
    cover: Wholes
    break_start: Wholes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    break_step: Wholes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    break_heads: Wholes = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def counts(self, found: Solution) -> Wholes:
        """Heads of each start."""
        return np.rint(found.values[self.heads]).astype(np.int64)

    def rests(self, found: Solution) -> list[tuple[int, int, int]]:
        """Start, first step of the break, heads who take it then."""
        taken = np.rint(found.values[self.break_heads]).astype(np.int64)
        return [
            (int(self.break_start[at]), int(self.break_step[at]), int(taken[at]))
            for at in np.flatnonzero(taken)
        ]


def add_block(programme: Programme, task: Task, most: npt.ArrayLike | None = None) -> Block:
    """Add a role: heads per start, cover per step, the need or the worth of each head, breaks.

    With every shift an unbroken run of steps, and a break of one step, only the heads need be
    whole: given whole heads, who rests when is a transport problem, whose corners are whole.
    """
    steps, size = len(task.needed), len(task.possible)
    top = int(task.needed.max(initial=0)) if task.chance is None else task.chance.shape[1]
    top = max(top, int(task.minimum.max(initial=0)), task.called_for)
    limit = np.full(size, 2 * top + 2) if most is None else most
    heads = programme.columns(size, upper=limit, cost=task.price, whole=True)
    cover = programme.columns(steps)
    length = task.length
    column = np.repeat(np.arange(size), length)
    before = np.repeat(length.cumsum() - length, length)
    row = np.arange(length.sum()) - before + np.repeat(task.first, length)
    entries: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] = [
        (row, heads[column], 1.0),
        (np.arange(steps), cover, -1.0),
    ]
    block = Block(task, heads, cover)
    if task.breaks is not None:
        entries += _breaks(programme, block, task.breaks)
    programme.rows(steps, entries, lower=0.0, upper=0.0)
    floor = np.where(task.reached(), task.minimum, 0)
    held = np.flatnonzero(floor)
    programme.rows(
        len(held),
        [(np.arange(len(held)), cover[held], 1.0)],
        lower=floor[held],
        rule=Rule(
            f"the minimum of {task.role} at all times", "heads", reluctant=True, setting="minimum"
        ),
    )
    if task.chance is not None:
        _worth(programme, cover, task.chance, task.short_price)
        programme.constant(task.short_price * float(task.chance.sum()))
    else:
        wanted = np.where(task.reached(), task.needed, 0)
        short = programme.columns(steps, upper=0.0 if task.hard else np.inf, cost=task.short_price)
        each = np.arange(steps)
        programme.rows(steps, [(each, cover, 1.0), (each, short, 1.0)], lower=wanted)
    return block


def _worth(programme: Programme, cover: Wholes, chance: Floats, price: float) -> None:
    """Each head on duty earns what it is worth, the first most: a concave sum, piecewise linear."""
    steps, reach = chance.shape
    sure = np.minimum((chance > 0.995).sum(axis=1), reach)
    useful = (chance > 0.003) & (np.arange(reach) >= sure[:, None])
    base = programme.columns(steps, upper=sure, cost=-price)
    at, level = np.nonzero(useful)
    more = programme.columns(len(at), upper=1.0, cost=-price * chance[at, level])
    each = np.arange(steps)
    programme.rows(steps, [(each, base, 1.0), (at, more, 1.0), (each, cover, -1.0)], upper=0.0)


def _breaks(
    programme: Programme, block: Block, rule: BreakRule
) -> list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]]:
    """Columns for who rests when; what they take from the cover of each step."""
    task = block.task
    step = pd.Timedelta(minutes=task.step_minutes)
    width = -(-rule.minutes // task.step_minutes)
    owner: list[Wholes] = []
    moment: list[Wholes] = []
    resting: list[int] = []
    steps = len(task.needed)
    for number, at in enumerate(task.possible):
        whole = round((at.end - at.start) / step)
        if whole * task.step_minutes < rule.from_hours * 60:
            continue
        earliest = -(-round(rule.after_hours * 60) // task.step_minutes)
        latest = whole - round(rule.before_end_hours * 60) // task.step_minutes - width
        places = round((at.start - task.origin) / step) + np.arange(earliest, latest + 1)
        owner.append(np.full(len(places), number))
        moment.append(places)
        resting.append(number)
    if not owner:
        return []
    block.break_start, block.break_step = np.concatenate(owner), np.concatenate(moment)
    block.break_heads = programme.columns(len(block.break_start), whole=width > 1)
    programme.rows(
        len(resting),
        [
            (np.searchsorted(resting, block.break_start), block.break_heads, 1.0),
            (np.arange(len(resting)), block.heads[resting], -1.0),
        ],
        lower=0.0,
        upper=0.0,
    )
    entries: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] = []
    for later in range(width):
        place = block.break_step + later
        inside = (place >= 0) & (place < steps)
        entries.append((place[inside], block.break_heads[inside], -1.0))
    return entries
