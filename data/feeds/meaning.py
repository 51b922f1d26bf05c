"""Work out what the texts of a staged file mean: its dates, clocks, counts and categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from data import locale
from data.clock import Step
from data.errors import DataError
from data.feeds import times, words
from data.feeds.staging import Staging

MOST_PER_HOUR = 10_000
MOST_PER_DAY = 100_000
STRAY_DAYS = 366
STRAY_SHARE = 0.01
MOST_TEXTS = 5_000


@dataclass(frozen=True)
class Learnt:
    """What was found out: the step, how dates are written, and what the user must know."""

    step: Step
    date_format: str
    not_read: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def learn(
    room: Staging,
    mapping: Mapping[str, str],
    date_order: Literal["auto", "day-first", "month-first"],
    known_step: Step | None,
) -> Learnt:
    """Fill the staging's tables of meanings: days, clocks, zones, numbers and categories."""
    notes: list[str] = []
    dates = _learn_days(room, date_order)
    if dates.note:
        notes.append(dates.note)
    step = _learn_clocks(room, mapping, known_step, notes)
    most = MOST_PER_DAY if step == "day" else MOST_PER_HOUR
    numbers = {t: words.read_count(t, most) for t in room.texts("count_text")}
    room.teach(
        "numbers",
        {
            "text": list(numbers),
            "patients": [n.patients for n in numbers.values()],
            "reason": [n.reason for n in numbers.values()],
        },
        {"text": "varchar", "patients": "integer", "reason": "varchar"},
    )
    not_read = _learn_categories(room, mapping, notes)
    return Learnt(step, dates.order, tuple(not_read), tuple(notes))


def _learn_days(
    room: Staging, date_order: Literal["auto", "day-first", "month-first"]
) -> times.Dates:
    texts = room.texts("day_text")
    dates = times.read_dates(texts, date_order)
    if not any(day is not None for day in dates.days.values()):
        raise DataError(
            "No row holds a date that can be read: write dates as 2026-01-31 07:45, or name the "
            "right column with --columns time=COLUMN."
        )
    stray = _stray_days({d: texts[t] for t, d in dates.days.items() if d is not None})
    found = dict(dates.days)
    for text in room.texts("leave_day"):
        if text not in found:
            order: times.Order = "month-first" if "month-day" in dates.order else "day-first"
            found[text] = times.read_date(text, order)
    why = "more than a year away from all the others: a typing error?"
    room.teach(
        "days",
        {
            "text": list(found),
            "day": list(found.values()),
            "reason": [why if d in stray else None for d in found.values()],
        },
        {"text": "varchar", "day": "date", "reason": "varchar"},
    )
    return dates


def _stray_days(rows: Mapping[date, int]) -> set[date]:
    """Days of small groups that lie more than a year from the next day of the file."""
    days = sorted(rows)
    groups: list[list[date]] = [[days[0]]]
    for sooner, later in pairwise(days):
        if (later - sooner).days > STRAY_DAYS:
            groups.append([])
        groups[-1].append(later)
    sizes = [sum(rows[day] for day in group) for group in groups]
    largest = max(sizes)
    return {
        day
        for group, size in zip(groups, sizes, strict=True)
        if size < STRAY_SHARE * largest
        for day in group
    }


def _learn_clocks(
    room: Staging, mapping: Mapping[str, str], known_step: Step | None, notes: list[str]
) -> Step:
    texts = room.texts("clock_text")
    if "hour" in mapping:
        clocks, hour_ending = times.read_hours(list(texts))
        if hour_ending:
            notes.append("Hours run from 1 to 24, so each was read as the hour that ends then.")
    else:
        clocks = {t: times.read_clock(t) for t in texts if t}
    leave = {t: times.read_clock(t) for t in room.texts("leave_clock") if t}
    for name, found in (("clocks", clocks), ("leave_clocks", leave)):
        room.teach(
            name,
            {"text": list(found), "seconds": list(found.values())},
            {"text": "varchar", "seconds": "integer"},
        )
    zones = times.read_offsets(list({**room.texts("zone_text"), **room.texts("leave_zone")}))
    room.teach(
        "zones",
        {"text": list(zones), "minutes": list(zones.values())},
        {"text": "varchar", "minutes": "integer"},
    )
    told = {seconds for seconds in clocks.values() if seconds is not None}
    if "hour" in mapping:
        return "hour"
    only_midnights = "count" in mapping and told == {0} and known_step != "hour"
    return "day" if not told or only_midnights else "hour"


def _learn_categories(
    room: Staging, mapping: Mapping[str, str], notes: list[str]
) -> list[tuple[str, str]]:
    not_read: list[tuple[str, str]] = []
    acuity = room.texts("acuity_text")
    levels: dict[str, str | None] = {
        t: None if (a := words.read_acuity(t)) is None else str(a) for t in acuity
    }
    unknown = sum(
        n for t, n in acuity.items() if levels[t] is None and words.plain(t) not in words.EMPTY
    )
    if unknown:
        notes.append(
            f"{locale.counted(unknown, 'row')} {'has' if unknown == 1 else 'have'} an acuity "
            "outside 1 to 5: it counts as unknown."
        )
    room.teach_words("acuities", levels)
    room.teach_words("admissions", {t: words.read_admitted(t) for t in room.texts("admitted_text")})
    for name, role, column in (("modes", "mode", "mode_text"), ("ages", "age", "age_text")):
        texts = room.texts(column)
        known = {
            t: words.read_mode(t, mapping[role]) if role == "mode" else words.read_age(t)
            for t in texts
        }
        settled = words.kinds(texts, known) if len(texts) <= MOST_TEXTS else None
        if settled is None:
            not_read.append((mapping[role], "holds too many different texts to be a category"))
        room.teach_words(name, settled or {})
    return not_read
