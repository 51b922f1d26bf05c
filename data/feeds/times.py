"""How people write dates and hours, and what they mean by them.

Cells are read by their distinct texts: a file of millions of visits has few thousand of those.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from data.errors import DataError

Order = Literal["day-first", "month-first"]
ORDER_NAMES: dict[Order, str] = {
    "day-first": "day-month-year",
    "month-first": "month-day-year",
}

# date, clock, offset; an hour label such as "00:00 - 00:59" counts by its first half.
# Understood alike by Python and by DuckDB (RE2).
STAMP = (
    r"^(.*?)(?:[T ,]+(\d{1,2}(?:[:.h]\d{2}){1,2}(?:[.,]\d{1,9})?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"|\d{1,2} ?[AaPp]\.?[Mm]\.?)(?: ?(?:Uhr|h))?(?: ?(Z|UTC|[+-]\d{2}(?::?\d{2})?))?"
    r"(?: ?(?:-|–|to|bis) ?\d{1,2}[:.]\d{2}(?::\d{2})?)?)?$"
)
COMPACT = r"^(\d{8})[T ]?(\d{4}(?:\d{2})?)(Z)?$"

_STAMP = re.compile(STAMP)
_COMPACT = re.compile(COMPACT)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.h](\d{2}))?(?:[.,]\d+)? ?(?:([AaPp])\.?[Mm]\.?)?"
)
_HOUR_RANGE = re.compile(r" *(?:-|–|to|bis) *\d{1,2}(?:[:.h]\d{2})?h?$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene janv gen",
            "feb fev fév febr",
            "mar mär mrz maa mars",
            "apr abr avr",
            "may mai mag mei maj",
            "jun juin giu",
            "jul juil lug",
            "aug ago aoû aou",
            "sep set sept",
            "oct okt out ott",
            "nov",
            "dec dez dic déc des",
        ),
        start=1,
    )
    for name in names.split()
}
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


def split(text: str) -> tuple[str, str, str]:
    """Date, clock and offset parts of a cell; what is not there is empty.

    >>> split("31/01/2026 14:05")
    ('31/01/2026', '14:05', '')
    >>> split("2026-01-31T14:05:00.5+01:00")
    ('2026-01-31', '14:05:00.5', '+01:00')
    >>> split("2026-01-31 00:00 - 00:59")
    ('2026-01-31', '00:00', '')
    """
    found = _COMPACT.match(text.strip()) or _STAMP.match(text.strip())
    if found is None:
        return text.strip(), "", ""
    return found.group(1), found.group(2) or "", found.group(3) or ""


def read_date(text: str, order: Order) -> date | None:
    """Day that a text names; None when it names none (also 31 April, or a year like 0202).

    >>> read_date("03/04/2026", "day-first"), read_date("3 Apr 2026", "month-first")
    (datetime.date(2026, 4, 3), datetime.date(2026, 4, 3))
    """
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (
            int(part) for part in (found[1] or found[5], found[3] or found[6], found[4] or found[7])
        )
    elif found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day, month = (first, second) if order == "day-first" else (second, first)
        year += 2000 if len(found[4]) == 2 else 0
    else:
        return _worded_date(text, order)
    return _day(year, month, day)


def _worded_date(text: str, order: Order) -> date | None:
    words = re.findall(r"[^\W\d_]+", text)
    if not words or len(text) > 40:
        return None
    month = next((_month(word) for word in words if _month(word)), None)
    if month is None:  # a weekday before a plain date
        rest = re.sub(r"^[^\W\d_]+\.?,? *", "", text)
        return read_date(rest, order) if rest != text and rest[:1].isdigit() else None
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 2:
        return None
    year, day = numbers if len(numbers[0]) == 4 else reversed(numbers)
    return _day(int(year) + (2000 if len(year) == 2 else 0), month, int(day))


def _month(word: str) -> int | None:
    word = word.lower()
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])


def _day(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(1 << 17)  # every second of a day, for arrivals and departures
def read_clock(text: str) -> int | None:
    """Seconds after midnight; 24:00 is the end of the day.

    >>> read_clock("14:05"), read_clock("2:05 PM"), read_clock("24:00"), read_clock("25:00")
    (50700, 50700, 86400, None)
    """
    text = text.strip()
    if text.isdecimal() and len(text) in (4, 6):
        text = ":".join(text[i : i + 2] for i in range(0, len(text), 2))
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and minute + second > 0):
        return None
    return hour * 3600 + minute * 60 + second


def read_hour_label(text: str) -> int | None:
    """Seconds after midnight of a cell in a column of hours: a number, a clock, or a range.

    >>> [read_hour_label(text) for text in ("7", "07.0", "07:00 - 07:59", "7-8", "7 AM", "0730")]
    [25200, 25200, 25200, 25200, 25200, 27000]
    """
    text = _HOUR_RANGE.sub("", text.strip())
    if plain := re.fullmatch(r"(\d{1,2})(?:[.,]0+)? ?[hH]?", text):
        return int(plain[1]) * 3600 if int(plain[1]) <= 24 else None
    if re.fullmatch(r"\d{3}", text):
        text = "0" + text
    return read_clock(text)


def read_hours(texts: Sequence[str]) -> tuple[dict[str, int | None], bool]:
    """Seconds by label; True when the labels run 1 to 24 and so name the end of each hour."""
    found = {text: read_hour_label(text) for text in texts}
    seconds = {value for value in found.values() if value is not None}
    if 86400 in seconds and 0 not in seconds:
        return {t: None if s is None else s - 3600 for t, s in found.items()}, True
    return found, False


def read_offsets(texts: Sequence[str]) -> dict[str, int | None]:
    """Minutes east of UTC by text; None where it is the second half of an hour label.

    A site has few offsets; two dozen of them are labels such as 00:00-01:00.
    """
    labels = len({text for text in texts if text}) > 4
    return {text: None if labels else _offset(text) for text in texts}


def _offset(text: str) -> int | None:
    if text in ("Z", "UTC"):
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[2:]) if digits.isdigit() else 59
    if not text or minutes % 15 or int(digits[:2]) > 14:
        return None
    return (int(digits[:2]) * 60 + minutes) * (-1 if text[0] == "-" else 1)


@dataclass(frozen=True)
class Dates:
    """Days by text, the order that they were read in, and a sentence when that was a choice."""

    days: Mapping[str, date | None]
    order: str
    note: str | None


def read_dates(
    texts: Mapping[str, int], order: Literal["auto", "day-first", "month-first"]
) -> Dates:
    """Read all dates of a column in the order of day and month that makes most rows readable.

    texts: rows by distinct text, in order of first appearance in the file. Where both orders read
    as many rows, the one whose days follow each other in the file is taken, and the note says
    so. Raises DataError when that leaves it open.
    """
    if order != "auto":
        return Dates({t: read_date(t, order) for t in texts}, _order_name(texts, order), None)
    read: dict[Order, dict[str, date | None]] = {
        one: {text: read_date(text, one) for text in texts} for one in ("day-first", "month-first")
    }
    day_first, month_first = read["day-first"], read["month-first"]
    rows = {
        one: sum(n for t, n in texts.items() if days[t] is not None) for one, days in read.items()
    }
    if rows["day-first"] != rows["month-first"]:
        best: Order = "day-first" if rows["day-first"] > rows["month-first"] else "month-first"
        return Dates(read[best], _order_name(texts, best), None)
    if all(day_first[t] == month_first[t] for t in texts):
        return Dates(day_first, _order_name(texts, "day-first"), None)
    disorder = {one: _disorder(list(days.values())) for one, days in read.items()}
    if disorder["day-first"] == disorder["month-first"]:
        example = next(t for t in texts if day_first[t] != month_first[t])
        raise DataError(
            f"Dates such as {example!r} can be day-first or month-first and the file does not "
            "tell which: say --date-order day-first or --date-order month-first."
        )
    best = "day-first" if disorder["day-first"] < disorder["month-first"] else "month-first"
    return Dates(
        read[best],
        _order_name(texts, best),
        f"Dates were read as {ORDER_NAMES[best]} because the days then follow each other in the "
        "file; say --date-order if that is wrong.",
    )


def _order_name(texts: Mapping[str, int], order: Order) -> str:
    by_order = any(_YEAR_LAST.fullmatch(text.strip()) for text in texts)
    worded = any(re.search(r"[^\W\d_]{3}", text) for text in texts)
    return ORDER_NAMES[order] if by_order else "day month year" if worded else "year-month-day"


def _disorder(days: Sequence[date | None]) -> int:
    """Days skipped or gone back between one distinct date and the next, over the whole file."""
    known = [day.toordinal() for day in days if day is not None]
    return sum(abs(later - sooner) for sooner, later in pairwise(known))
