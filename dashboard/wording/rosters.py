"""What is said of rosters that were taken in."""

from collections.abc import Sequence

import pandas as pd

from dashboard.service.rosters import Imported
from dashboard.wording import times
from dashboard.wording.markdown import plain
from data import locale
from staffing.role import in_words

DAYS_NAMED, CODES_NAMED = 3, 12


def taken(file: str, found: Imported, now: pd.Timestamp) -> str:
    """After a roster was taken in, with what in it may be a mistake."""
    told = sorted(day for role in found.known_roles for day in found.days(role))
    zone = found.time_zone
    first, last = (locale.date(day.tz_convert(zone), year=True) for day in (told[0], told[-1]))
    said = f"{file} is today’s roster now, for {in_words(found.known_roles)}, {first} to {last}."
    return " ".join([said, read_as(found), *doubts(found, now)])


def read_as(found: Imported) -> str:
    """For which hours each shift code was taken: another hospital's A may be an evening."""
    shifts, zone = found.roster.shifts, found.time_zone
    hours = [times.span(*ends, zone) for ends in zip(shifts["start"], shifts["end"], strict=True)]
    # the hours of most days: those of a night in which the clock changes are others
    usual = pd.Series(hours, shifts["code"].to_numpy(), dtype=str).groupby(level=0)
    codes = [f"{code} as {told.mode().iloc[0]}" for code, told in usual]
    more = len(codes) - CODES_NAMED
    named = codes[:CODES_NAMED] + ([locale.counted(more, "more code")] if more > 0 else [])
    return f"Read {in_words(named)}; where a code means other hours, say so in [department] codes."


def doubts(found: Imported, now: pd.Timestamp) -> list[str]:
    """What of a roster may be a mistake: days that it lacks, days without anybody, an old file."""
    zone, said = found.time_zone, []
    if lacking := found.left_out():
        said.append(
            f"▲ No line names {_some_days(lacking, zone)}: for that time it says nothing, and an "
            "earlier roster stands if there is one."
        )
    for role in found.known_roles:
        if empty := found.nobody(role):
            said.append(f"▲ Nobody at work as {role} on {_some_days(empty, zone)}.")
    if found.roster.spans["end"].max() <= now:
        said.append("▲ All its days are over: is it the right file?")
    return said


def _some_days(days: Sequence[pd.Timestamp], zone: str) -> str:
    """The first few of some days, and how many more there are."""
    named = [times.day(day, zone) for day in days[:DAYS_NAMED]]
    more = len(days) - len(named)
    return in_words([*named, locale.counted(more, "more day")] if more else named)


def known(imports: pd.DataFrame, zone: str) -> str:
    """Which roster counts."""
    if imports.empty:
        return "No roster was imported yet: the gap is that of the plan alone."
    newest = imports.iloc[0]
    return (
        f"Newest import: {plain(newest['file'])}, "
        f"{times.moment(newest['imported_at_utc'], zone)} by {plain(newest['who'])}."
    )
