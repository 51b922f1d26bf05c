"""What the pages Forecast explorer and Data quality say."""

import pandas as pd

from dashboard.service.question import Answer
from dashboard.wording import amounts, times
from data import locale
from data.checks import QualityReport

BANDS = {"50": "5 in 10", "80": "8 in 10", "95": "19 in 20"}
BAND_NAMES = {"50": "even-chance range", "80": "likely range", "95": "wide range"}
BAND_HELP = (
    "How many of the possible futures lie inside the band: 5 in 10 is an even chance, 8 in 10 the "
    "likely range, 19 in 20 the wide range."
)
VIEWS = {"day": "By the day", "hour": "By the hour"}
SEVERITY = {"act": "⬤\u00a0Act", "watch": "▲\u00a0Watch", "info": "✓\u00a0Note"}
PRIVACY = (
    "Only counts are kept here: patients per hour and group. No row of a patient, no name, no "
    "record number and no date of birth is stored, and nothing leaves this machine."
)


def stream(name: str) -> str:
    """A group of patients in words.

    >>> [stream(s) for s in ("all", "acuity=2", "mode=ambulance", "admitted=yes")]
    ['All patients', 'Acuity 2', 'Arrival by ambulance', 'Admitted: yes']
    """
    if name == "all":
        return "All patients"
    what, _, value = name.partition("=")
    shown = {
        "acuity": f"Acuity {value}",
        "mode": f"Arrival by {value}",
        "age_band": f"Age {value}",
        "admitted": f"Admitted: {value}",
    }
    return shown.get(what, f"{what}: {value}".strip(": "))


def forecast_alt(answer: Answer, band: str) -> str:
    """Description of history and forecast."""
    days = answer.forecast.totals("day")
    low, high = days.mean.min(), days.mean.max()
    return (
        f"Patients so far, and expected with their {BAND_NAMES[band]}: between "
        f"{amounts.number(low)} and {amounts.number(high)} a day are expected."
    )


def week_alt(busiest: tuple[str, int, float] | None) -> str:
    """Description of the week heatmap; busiest: weekday, hour, patients."""
    if busiest is None:
        return "Expected patients by weekday and hour."
    name, hour, patients = busiest
    return (
        "Expected patients by weekday and hour. "
        f"The busiest is {name} {locale.clock(hour)}, about {amounts.number(patients)}."
    )


def model(answer: Answer) -> str:
    """Which model speaks, and why."""
    name = answer.forecast.model
    return f"Model “{name}”: {answer.model_reason.removeprefix(f'{name}: ')}"


def late(report: QualityReport, time_zone: str, now: pd.Timestamp) -> str:
    """Last load and how old the data is."""
    if report.data_until is None or report.last_load_at is None:
        return "▲ Nothing was observed yet: load a file of arrivals with `edinflow ingest FILE`."
    state = "▲ The data is late" if report.late_at(now) else "✓ The data is on time"
    until, loaded = report.data_until, report.last_load_at
    return (
        f"{state}: it runs until {times.moment(until, time_zone, year=True)} "
        f"({times.age(now - until)}); last loaded {times.moment(loaded, time_zone, year=True)} "
        f"({times.age(now - loaded)}). It counts as late once it is over "
        f"{locale.number(report.late_after / pd.Timedelta(hours=1), 0)} hours old."
    )


def rejects(load: int) -> str:
    """Label of a download of refused rows."""
    return f"Refused rows of load {load} (CSV)"


LEDGER = "Loading the same file again changes nothing; a corrected file replaces its own hours."
RANGES = (
    "Likely range: 8 in 10 such days; wide range: 19 in 20. Day totals come from whole futures, "
    "so they are not sums of the hourly ranges."
)
NO_FINDINGS = "✓ Nothing found: no gaps, no suspicious zeros, no merged hours, no outliers."
