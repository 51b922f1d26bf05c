"""The same day: whom to call, whose shift to move, whom to send home, against what is coming now.

A head more is worth its step where the chance that all heads are busy is above 1 − service level:
that is the fractile at which the department says an hour short and an hour idle weigh alike. So a
change is worth the sum over its steps of that chance less 1 − service level (newsvendor, as in
staffing.shortage), in staff hours. Moves come first, as they cost nothing, then calls, then those
who can go home. Nobody is taken from where the need, the minimum or a post then lacks a head.
"""

from dataclasses import replace

import pandas as pd

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.requirement import Requirement
from staffing.rules import Post
from staffing.same_day_options import SameDayChange, Search
from staffing.shortage import Shortage

__all__ = ["SameDayChange", "same_day_changes"]
LEAST_WORTH = 0.5
# More at once would be another roster, and nobody reads it at the desk.
MOST_OF_A_KIND = 3


def same_day_changes(
    need: Requirement,
    worth: Shortage,
    department: Department,
    roster: pd.DataFrame,
    role: str,
    now: pd.Timestamp,
    until: pd.Timestamp,
    posts: tuple[Post, ...] = (),
    most: int = MOST_OF_A_KIND,
) -> list[SameDayChange]:
    """Changes of one role's roster that are worth most, at most so many of each kind.

    need, worth: of the live forecast, over the same steps. roster: role, code, start, end (UTC),
    heads. posts: heads that must be there in some windows. Changes begin before `until`, and an
    hour's notice is kept: whoever is called or moved begins an hour from now at the earliest.
    """
    if not need.start <= now < until <= need.end:
        raise StaffingError(
            f"From {now} to {until} is not within the forecast, {need.start} to {need.end}: make a "
            "new one with edinflow update."
        )
    search = Search(need, worth, department, role, now, until, posts)
    shifts = roster[roster["role"] == role].reset_index(drop=True)
    others = roster[roster["role"] != role]
    done: list[SameDayChange] = []
    for options in (search.moves, search.calls, search.leaves):
        for _ in range(most):
            best = max(options(shifts), key=lambda option: option.worth, default=None)
            if best is None or best.worth < LEAST_WORTH:
                break
            found = best.make()
            shifts = found.roster
            if found.action == "move":
                search.moved.add((found.code, found.start, found.end))
            done.append(replace(found, roster=pd.concat([others, shifts], ignore_index=True)))
    return done
