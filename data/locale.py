"""Numbers, days and times of day as the hospital writes them; the words around them stay English.

Separators, the order of a date and the clock's twelve or twenty-four hours follow the locale in
force; names of days and months are English everywhere. One process serves several hospitals at
once, so the locale is a value of the running page, request or command, never of the process.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime as Moment
from datetime import time as Clock
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import parse_pattern

from data.errors import DataError

USUAL = "en_GB"
WORDS = Locale("en")
NO_BREAK = "\u00a0"
_current: ContextVar[str] = ContextVar("locale", default=USUAL)


@dataclass(frozen=True)
class Style:
    """How a locale writes: separators of numbers, fields of dates (in Babel's letters), the clock.

    far: digits between separators above the thousands (2 where lakhs are written). percent: sign,
    with the gap before it. clock, whole: a time of day with minutes, and one of a whole hour.
    first_day: 0 = Monday, as the week begins on the wall calendar.
    """

    group: str
    point: str
    far: int
    percent: str
    month_day: str
    month_day_year: str
    clock: str
    whole: str
    first_day: int

    @property
    def half_days(self) -> bool:
        """Whether the clock counts to twelve."""
        return "a" in self.clock


@contextmanager
def use(name: str) -> Iterator[None]:
    """Write as this locale does, for as long as the block lasts."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def speak(name: str) -> None:
    """Write as this locale does from here on, until the block of `use` around it ends."""
    _current.set(name)


def current() -> str:
    """Name of the locale in force."""
    return _current.get()


def known(name: str) -> str:
    """The name itself; one that nobody knows is refused with the nearest known one."""
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        from difflib import get_close_matches

        from babel.localedata import locale_identifiers

        near = get_close_matches(name.replace("-", "_"), locale_identifiers(), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"use a name such as {USUAL!r}."
        raise DataError(f"Unknown locale {name!r}: {hint}") from None
    return name


def style() -> Style:
    """How the locale in force writes."""
    return _style(_current.get())


def number(value: float, digits: int = 0) -> str:
    """A number with so many digits after the point.

    >>> number(1234567.25, 1)
    '1,234,567.2'
    >>> with use("de_DE"):
    ...     number(1234567.25, 1)
    '1.234.567,2'
    >>> with use("en_IN"):
    ...     number(-1234567)
    '-12,34,567'
    """
    return _separated(f"{value:,.{digits}f}")


def short(value: float) -> str:
    """A number with as many digits as it needs.

    >>> short(0.25), short(30.0), short(1234567.5)
    ('0.25', '30', '1,234,567.5')
    """
    return _separated(f"{value:,.10g}")


def _separated(text: str) -> str:
    """A number of Python's with the separators of the locale in force."""
    own = style()
    whole, _, part = text.partition(".")
    if own.far == 2:
        whole = re.sub(r"(?<=\d)(?=(\d\d)+\d{3}$)", ",", whole.replace(",", ""))
        whole = re.sub(r"(\d)(\d{3})$", r"\1,\2", whole)
    whole = whole.replace(",", own.group)
    return f"{whole}{own.point}{part}" if part else whole


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, whichever it is.

    >>> signed(12.34, 1), signed(-0.5, 2)
    ('+12.3', '-0.50')
    """
    return number(value, digits) if f"{value:+}".startswith("-") else f"+{number(value, digits)}"


def counted(count: float, one: str, many: str = "") -> str:
    """So many of something, in the singular where it is one.

    many: its plural, where that is not the word with an s.

    >>> counted(1, "row"), counted(1234, "row"), counted(0, "stretch", "stretches")
    ('1 row', '1,234 rows', '0 stretches')
    """
    return f"{short(count)} {one if count == 1 else many or f'{one}s'}"


def percent(share: float, digits: int = 0) -> str:
    """A share as per cent.

    >>> percent(0.123, 1)
    '12.3%'
    """
    return number(100 * share, digits) + style().percent


def date(day: Day, *, year: bool = False, long: bool = False) -> str:
    """A day of the year, with the year where asked for; long: with the month's whole name.

    >>> date(Day(2026, 11, 24)), date(Day(2026, 11, 24), year=True, long=True)
    ('24 Nov', '24 November 2026')
    >>> with use("en_US"):
    ...     date(Day(2026, 11, 24)), date(Day(2026, 11, 24), year=True, long=True)
    ('Nov 24', 'November 24, 2026')
    """
    return _date(_current.get(), day.year, day.month, day.day, year, long)


def weekday(number: int, *, long: bool = False) -> str:
    """Name of a day of the week, 0 = Monday."""
    return str(WORDS.days["format"]["wide" if long else "abbreviated"][number])


def day(of: Day, *, year: bool = False, long: bool = False) -> str:
    """A day with its weekday.

    >>> day(Day(2026, 11, 24)), day(Day(2026, 11, 24), long=True)
    ('Tue 24 Nov', 'Tuesday 24 November')
    """
    return f"{weekday(of.weekday(), long=long)} {date(of, year=year, long=long)}"


def moment(at: Moment, *, year: bool = False, time: str = "") -> str:
    """A day and a time of day. time: its words, where hour and minute alone do not do.

    >>> moment(Moment(2026, 11, 24, 15, 5)), moment(Moment(2026, 11, 24, 15, 5), year=True)
    ('Tue 24 Nov 15:05', 'Tue 24 Nov 2026 15:05')
    >>> with use("en_US"):
    ...     moment(Moment(2026, 11, 24, 15)).replace(NO_BREAK, " ")
    'Tue Nov 24, 3 PM'
    """
    return f"{day(at, year=year)}{_stop(year)} {time or clock(at.hour, at.minute)}"


def _stop(year: bool) -> str:
    """What parts a date from a number behind it: a comma where the day or the year is last."""
    pattern = style().month_day_year if year else style().month_day
    return "," if pattern.endswith("d") or "," in pattern else ""


def days_of_week() -> list[int]:
    """Days of the week, 0 = Monday, in the order in which a week is drawn.

    >>> days_of_week()
    [0, 1, 2, 3, 4, 5, 6]
    """
    first = style().first_day
    return [(first + step) % 7 for step in range(7)]


def clock(hour: int, minute: int = 0) -> str:
    """A time of day; a whole hour of a half day without its minutes.

    >>> clock(15), clock(7, 30)
    ('15:00', '07:30')
    >>> with use("en_US"):
    ...     [said.replace(NO_BREAK, " ") for said in (clock(15), clock(7, 30), clock(0))]
    ['3 PM', '7:30 AM', '12 AM']
    """
    return _clock(_current.get(), hour, minute, style().half_days)


def roster_hour(hour_of_day: int, minute: int = 0) -> str:
    """A time of day as it stands in the code of a shift.

    >>> roster_hour(7)
    '07'
    >>> with use("en_US"):
    ...     roster_hour(7), roster_hour(19, 30)
    ('7a', '7:30p')
    """
    return re.sub(r"\s?([AP])M", lambda half: half[1].lower(), hour(hour_of_day, minute))


def hour(hour: int, minute: int = 0) -> str:
    """The shortest that tells a time of day; 24 is the end of one.

    >>> hour(7), hour(7, 30), hour(24)
    ('07', '07:30', '24')
    """
    if hour == 24:
        return _clock(_current.get(), 0, 0, True) if style().half_days else "24"
    return _clock(_current.get(), hour, minute, True)


@lru_cache(maxsize=64)
def _style(name: str) -> Style:
    own = Locale.parse(name)
    numbers = own.decimal_formats[None]
    signs = own.number_symbols["latn"]
    clock = re.sub(r"'[^']*'", "", own.time_formats["short"].pattern)
    half_days = bool(re.search("[hK]", clock))
    whole = f"h{NO_BREAK}a" if half_days else "HH" if "HH" in clock else "H"
    between = "." if re.search(r"[HhK]\.mm", clock) else ":"
    skeletons = own.datetime_skeletons
    percent = own.percent_formats[None]
    return Style(
        group=signs["group"],
        point=signs["decimal"],
        far=numbers.grouping[1],
        percent=f"{NO_BREAK}%" if percent.suffix[0][:1].isspace() else "%",
        month_day=_fields(skeletons["MMMd"].pattern),
        month_day_year=_fields(skeletons["yMMMd"].pattern),
        clock=re.sub(r"[hH]+", rf"\g<0>{between}mm", whole),
        whole=whole,
        first_day=own.first_week_day,
    )


def _fields(pattern: str) -> str:
    """Day, month and year of a pattern in their order, without words of its own language."""
    plain = re.sub(r"'[^']*'|[^\x00-\x7f]", " ", pattern)
    plain = re.sub(r"[ML]+", " MMM ", plain)
    plain = re.sub(r"[-/]|(?<=MMM )\.", " ", plain)
    return re.sub(r"\s+(?=[,.]|$)|^\s+|(?<=\s)\s+", "", plain)


@lru_cache(maxsize=8192)
def _date(name: str, year: int, month: int, day: int, with_year: bool, long: bool) -> str:
    own = _style(name)
    pattern = own.month_day_year if with_year else own.month_day
    if long:
        pattern = pattern.replace("MMM", "MMMM")
    return str(parse_pattern(pattern).apply(Day(year, month, day), WORDS))


@lru_cache(maxsize=8192)
def _clock(name: str, hour: int, minute: int, short: bool) -> str:
    own = _style(name)
    pattern = own.whole if short and not minute else own.clock
    return str(parse_pattern(pattern).apply(Clock(hour, minute), WORDS))
