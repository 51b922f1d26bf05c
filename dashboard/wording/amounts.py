"""Numbers → words that an ED manager uses."""

import math

from dashboard.wording.times import MINUS
from data import locale

SURE = 0.95


def number(value: float) -> str:
    """A count of patients, whole.

    >>> [number(v) for v in (0.4, 11.6, 1234)]
    ['0', '12', '1,234']
    """
    return locale.number(round(value))


def likely(low: float, high: float) -> str:
    """A range of whole counts.

    >>> likely(8, 16), likely(5, 5)
    ('8–16', '5')
    """
    return number(low) if round(low) == round(high) else f"{number(low)}–{number(high)}"


def sentence(words: str) -> str:
    """The words with a capital letter in front, the rest as it is.

    >>> sentence("about usual for a Tuesday")
    'About usual for a Tuesday'
    """
    return words[:1].upper() + words[1:]


def chance(share: float) -> str:
    """A chance as a count out of ten; near the ends, out of twenty.

    >>> [chance(p) for p in (0.0, 0.04, 0.1, 0.31, 0.96, 1.0)]
    ['under 1 in 20', 'under 1 in 20', '1 in 10', '3 in 10', 'over 19 in 20', 'over 19 in 20']
    """
    if share < 1 - SURE:
        return "under 1 in 20"
    if share > SURE:
        return "over 19 in 20"
    return f"{min(max(round(share * 10), 1), 9)} in 10"


def level(share: float) -> str:
    """A service level as a promise: enough staff in so many such hours.

    >>> [level(s) for s in (0.5, 0.8, 0.95)]
    ['5 in 10', '8 in 10', '19 in 20']
    """
    tenths = share * 10
    if math.isclose(tenths, round(tenths), abs_tol=1e-9):
        return f"{round(tenths)} in 10"
    return f"{round(share * 20)} in 20"


def against(expected: float, usual: float, of: str) -> str:
    """Expected against usual, in patients; under 5 % (or under one patient) is "about usual".

    >>> against(60, 50, "a Tuesday"), against(51, 50, "a Tuesday")
    ('10 more than usual for a Tuesday', 'about usual for a Tuesday')
    """
    more = expected - usual
    if abs(more) < max(1.0, 0.05 * usual):
        return f"about usual for {of}"
    return f"{number(abs(more))} {'more' if more > 0 else 'fewer'} than usual for {of}"


def heads(count: int, role: str) -> str:
    """So many of a role.

    >>> heads(1, "nurse"), heads(2, "triage nurse")
    ('1 nurse', '2 triage nurses')
    """
    return locale.counted(count, role.lower())


def days(count: float) -> str:
    """So many days.

    >>> days(1), days(28)
    ('1 day', '28 days')
    """
    return locale.counted(count, "day")


def patients(expected: float) -> str:
    """So many patients, whole.

    >>> patients(0.8), patients(41.7)
    ('1 patient', '42 patients')
    """
    return locale.counted(round(expected), "patient")


def about(expected: float) -> str:
    """The expected patients of an hour, which in a small department are fewer than half a one.

    >>> about(0.3), about(0.8), about(41.7)
    ('under 1 patient', 'about 1 patient', 'about 42 patients')
    """
    return f"about {patients(expected)}" if round(expected) else f"under {patients(1)}"


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, whichever it is; nothing has none.

    >>> signed(4), signed(-1.26, 1), signed(-0.04, 1), signed(0)
    ('+4', '−1.3', '0.0', '0')
    """
    size = locale.number(abs(value), digits)
    if round(value, digits) == 0:
        return size
    return f"{'+' if value > 0 else MINUS}{size}"
