"""Patients in the department at once, in words: at the busiest hour, and what a roster changes."""

from dashboard.wording import amounts
from data import locale
from staffing.concerns import is_physician
from staffing.department import Department
from staffing.occupancy import BusyHour

CARD = "Patients at once"


def where(whole_stay: bool, role: str) -> str:
    """Who is counted.

    >>> where(False, "nurse")
    'waiting for a nurse or in care of one'
    """
    return "in the department" if whole_stay else f"waiting for a {role} or in care of one"


def card_help(whole_stay: bool, role: str) -> str:
    """What the figure of the busiest hour is."""
    return (
        f"Patients {where(whole_stay, role)}: the mean at the busiest hour of the day, and the "
        "range of 8 in 10 such hours, on the same futures."
    )


def card(peak: BusyHour) -> str:
    """When the busiest hour is and what is likely then, below its figure.

    >>> from staffing.estimate import Estimate
    >>> card(BusyHour(19, Estimate(30.4, 30.0, 30.8), (22, 39), 43))
    'At 19:00, likely 22–39. '
    """
    return f"At {locale.clock(peak.hour)}, likely {amounts.likely(*peak.likely)}. "


def hour(start: int) -> str:
    """An hour of the day.

    >>> hour(9), hour(23)
    ('09:00–10:00', '23:00–00:00')
    """
    return f"{locale.clock(start)}–{locale.clock((start + 1) % 24)}"


def busiest(peak: BusyHour) -> str:
    """The busiest hour of the day with its likely range.

    >>> from staffing.estimate import Estimate
    >>> busiest(BusyHour(19, Estimate(30.4, 30.0, 30.8), (22, 39), 43))
    '30 at 19:00–20:00, likely 22–39, at most 43 in 19 of 20 such hours'
    """
    return (
        f"{amounts.number(peak.mean.value)} at {hour(peak.hour)}, likely "
        f"{amounts.likely(*peak.likely)}, at most {amounts.number(peak.crowded)} in 19 of 20 such "
        "hours"
    )


def counted(department: Department, role: str) -> str:
    """What the numbers leave out, as far as the settings leave something out; else nothing."""
    if department.times_in_care:
        if is_physician(role):
            return ""
        return (
            f"Patients stay for time_in_care from the moment at which a {role} takes them on: what "
            "they wait for physicians is left out. Replay those for numbers to hold against yours."
        )
    if department.stays:
        return (
            "Patients stay for length_of_stay from the start of care on, which is too long by the "
            "usual wait: give time_in_care in the settings for numbers to hold against yours."
        )
    return (
        f"Only those who wait for a {role} or are in care of one are counted: give time_in_care in "
        "the settings to count all who are in the department."
    )
