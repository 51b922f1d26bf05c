"""Parts of a forecast as tables of words whose rows add up as they are read."""

from datetime import date

import numpy as np
import pandas as pd

from dashboard.wording import amounts, times
from data import locale
from forecasting import drivers
from forecasting.explain import Parts, grouped, rounded
from forecasting.factors import USUAL_WEEK

CAPTION = (
    "Usual is an ordinary week at about the last year's level. The expected number shown elsewhere "
    "is a mean of possible futures and may differ from this one by a patient or two."
)
WHOLE = (
    "A day's sentence speaks of whole patients that add up, its chart of tenths: they may differ "
    "by one."
)
MADE_OF = "What the day is made of, from its usual week on"
NOT_TOLD = "The model behind this forecast cannot tell what it is made of."
NOT_TOLD_OF_GROUP = (
    "What the forecast of this group is made of is not known: it may be split from the forecast "
    "of all patients. Choose “All patients” to see what moves them."
)
SMALLEST_CAUSE = 0.05
TOGETHER = "together"


def not_told(stream: str) -> str:
    """Why a forecast stands there without its causes.

    >>> not_told("all")
    'The model behind this forecast cannot tell what it is made of.'
    """
    return NOT_TOLD if stream == "all" else NOT_TOLD_OF_GROUP


def day_name(day: date) -> str:
    """Local day, short.

    >>> day_name(date(2026, 3, 3))
    'Tue 3 Mar'
    """
    return locale.day(day)


def days(parts: Parts) -> dict[str, date]:
    """Names of the forecast's days, to choose from; one that is cut short says so."""
    return {day_name(day) + ("" if parts.is_whole(day) else " (part)"): day for day in parts.days}


def why(parts: Parts, day: date) -> str:
    """A day and its busiest hour against the usual, and what makes the difference."""
    said = [drivers.day_sentence(parts, day)]
    if parts.step == "hour":
        said.append(drivers.peak_sentence(parts, day))
    return "\n\n".join(said)


def causes(parts: Parts, day: date) -> pd.Series:
    """Patients that each named cause adds to a day or takes from it; tiny ones are left out."""
    moved = parts.of_day(day).sum().drop(USUAL_WEEK)
    return moved[moved.abs() >= SMALLEST_CAUSE]


def tenths(moved: pd.Series) -> list[str]:
    """Causes, and last what they make together, in tenths that add up as they are read."""
    together = round(10 * float(moved.sum()))
    units = [*rounded(10 * moved.to_numpy(), together).tolist(), together]
    return [signed(one / 10, 1) for one in units]


def usual_day(parts: Parts, day: date) -> str:
    """What a day is compared with."""
    name = locale.weekday(day.weekday(), long=True)
    return f"a usual {name}" if parts.is_whole(day) else "the usual of these hours"


def day_alt(parts: Parts, day: date) -> str:
    """Description of the chart of a day's causes."""
    listed = ", ".join(f"{name} {signed(value, 1)}" for name, value in causes(parts, day).items())
    return f"Patients on {day_name(day)} against {usual_day(parts, day)}: {listed or 'the same'}."


def by_cause(parts: Parts, day: date) -> pd.DataFrame:
    """The causes of a day as its chart shows them, and what they make together."""
    moved = causes(parts, day)
    names = [amounts.sentence(str(name)) for name in (*moved.index, TOGETHER)]
    return pd.DataFrame(
        {"Cause": names, f"Patients against {usual_day(parts, day)}": tenths(moved)}
    )


def by_day(parts: Parts) -> pd.DataFrame:
    """Days × (expected, usual, what is added or taken), whole patients."""
    return _table("Day", list(days(parts)), grouped(parts.by_day()), digits=0)


def by_step(parts: Parts, day: date) -> pd.DataFrame:
    """The same for the steps of one day, in tenths of a patient."""
    rows = grouped(parts.of_day(day))
    names = [times.clock_time(at, parts.time_zone) for at in pd.DatetimeIndex(rows.index)]
    return _table("From", names, rows, digits=1)


def _table(label: str, names: list[str], rows: pd.DataFrame, digits: int) -> pd.DataFrame:
    unit = 10.0**-digits
    shown = [_row(values / unit, unit, digits) for values in rows.to_numpy()]
    columns = ["Expected", *(amounts.sentence(str(name)) for name in rows.columns)]
    table = pd.DataFrame(shown, columns=columns)
    table.insert(0, label, [name.replace(" ", "\u00a0") for name in names])
    return table


def _row(values: np.ndarray, unit: float, digits: int) -> list[str]:
    expected, usual = round(float(values.sum())), round(float(values[0]))
    added = rounded(values[1:], expected - usual).tolist() if len(values) > 1 else []
    plain = [locale.number(units * unit, digits) for units in (expected, usual)]
    return [*plain, *(signed(units * unit, digits) for units in added)]


def signed(patients: float, digits: int = 0) -> str:
    """Patients added or taken, with their sign.

    >>> signed(4.0), signed(-1.26, 1), signed(0.0)
    ('+4', '−1.3', '0')
    """
    if round(patients, digits) == 0:
        return "0"
    return amounts.signed(patients, digits)
