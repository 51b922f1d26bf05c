"""What the page Import says."""

import re

import pandas as pd

from dashboard.wording import amounts, times
from data import locale
from data.load_report import LoadReport

INTRO = (
    "Load a CSV or Parquet file, a row per visit, per hour or per day. It is looked at first; "
    "nothing is kept until you say so. Only counts are kept then, never a row of a patient."
)
OURS = {
    "time": "Arrival time or date",
    "hour": "Hour, where it stands apart from the date",
    "count": "Number of patients",
    "acuity": "Acuity (1 to 5)",
    "mode": "Mode of arrival",
    "age": "Age",
    "departure": "Departure time",
    "admitted": "Admitted",
}
READING = "Columns, dates and empty hours"
GUESS = "let the file tell"
ORDERS = {"auto": "let the file tell", "day-first": "31/12/2026", "month-first": "12/31/2026"}
ABSENT = {
    "guess": "let the numbers tell",
    "zero": "nobody came",
    "missing": "nobody counted",
}
NEW_SITE = "another hospital…"
ZONE_HELP = (
    "The clock on the hospital's wall. Times without an offset are read on it, so the hours of "
    "clock changes come out right."
)
COVERS_HELP = (
    "Only where the file is complete for a time in which it has no rows, as 2026-03-01 00:00: "
    "those hours then count as quiet instead of unknown."
)
ORDER_HELP = "Whether 03/04 is 3 April or March 4; most files tell by a day above 12."
ABSENT_HELP = "For tables of counts: what an hour or day without a row means."
REFUSED_HELP = (
    "Refused rows are not loaded. The cells themselves are not shown here, as they may hold what "
    "is nobody's business; after loading, a file with them lies beside the store, open to its "
    "owner only."
)
LINES_SHOWN, REASONS_SHOWN = 5, 30
NO_WHOLE_DAY = "No whole day was observed in this file, so there is no day to draw."
NAME_FIRST = "Name the hospital to see what the file holds."
NO_CHANGE = "No clock change lies in this file."
NEXT = "The pages show it as soon as there is a forecast."


def verdict(report: LoadReport, time_zone: str) -> str:
    """What loading would do, in a sentence."""
    first = times.moment(report.covers_from, time_zone, year=True)
    last = times.moment(report.covers_to, time_zone, year=True)
    what = {"visits": "visits", "hourly": "hourly counts", "daily": "daily counts"}[report.shape]
    refused = f", {locale.number(report.rejected)} refused" if report.rejected else ", none refused"
    double = f", {locale.number(report.duplicate)} double" if report.duplicate else ""
    return (
        f"{locale.counted(report.rows_in, 'row')} of {what}: {locale.number(report.accepted)} "
        f"accepted{double}{refused}. They "
        f"cover {first} to {last}; observed in them: "
        f"{locale.counted(report.steps_observed, report.step)}, not observed: "
        f"{locale.number(report.steps_missing)}."
    )


def replaces(steps: int, site: str, step: str) -> str:
    """A warning where the file would take the place of what was loaded before."""
    if steps == 0:
        return ""
    return (
        f"▲ This file would decide {locale.counted(steps, step)} that came with an earlier load "
        f"for {site}. That is right for a corrected or longer file of the same hospital; taking "
        "the load back brings them back."
    )


def note(text: str) -> str:
    """A remark on the file, with the names of this page in the place of options.

    >>> note("Name it with --columns time=COLUMN.")
    'Name it under “Columns, dates and empty hours”.'
    """
    text = re.sub(r"with --columns \w+=COLUMN", f"under “{READING}”", text)
    for option, name in (
        ("--date-order day-first or --date-order month-first", "“How dates are written”"),
        ("--covers-from", "“Complete from”"),
        ("--covers-to", "“Complete until”"),
        ("--absent zero", "“nobody came”"),
        ("--absent missing", "“nobody counted”"),
        ("--date-order", "“How dates are written”"),
        ("--columns", "a column"),
    ):
        text = text.replace(option, name)
    return text


def loaded(report: LoadReport) -> str:
    """After loading."""
    if report.already_loaded:
        return f"{report.file} was loaded before (load {report.load_id}): nothing changed."
    return (
        f"{report.file} is loaded (load {report.load_id}): "
        f"{locale.counted(report.accepted, 'row')}. "
        f"{NEXT}"
    )


def mapping(report: LoadReport) -> pd.DataFrame:
    """Which column was taken for what, and which were not read and why."""
    rows = [(theirs, OURS[ours]) for ours, theirs in report.mapping.items()]
    rows += [(column, f"not read: {why}") for column, why in report.not_read]
    return pd.DataFrame(rows, columns=["Column of the file", "Taken for"])


def clock_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Days of 23 or 25 hours."""
    return pd.DataFrame(
        {
            "Day": [locale.day(day, year=True) for day in table["day"]],
            "Hours": [str(hours) for hours in table["hours"]],
            "With a count": [str(hours) for hours in table["observed"]],
            "What follows": [
                _follows(hours, merged, observed)
                for hours, merged, observed in zip(
                    table["hours"], table["merged"], table["observed"], strict=True
                )
            ],
        }
    )


def _follows(hours: int, merged: int, observed: int) -> str:
    if not observed:
        return "the file has no count for this day"
    if hours < 24:
        return "the clock skips an hour: the day is shorter, nothing is missing"
    if merged:
        return (
            "the file does not tell the two hours of the same name apart: they count as not "
            "observed; an export with offsets would"
        )
    return "the hour that comes twice is there twice"


def days_alt(totals: pd.Series) -> str:
    """Description of the preview's chart."""
    known = totals.dropna()
    if known.empty:
        return NO_WHOLE_DAY
    peak = pd.Timestamp(str(known.idxmax()))
    half = len(known) // 2
    way = "steady"
    if half and abs(known.iloc[half:].mean() / max(known.iloc[:half].mean(), 1e-9) - 1) > 0.05:
        way = "rising" if known.iloc[half:].mean() > known.iloc[:half].mean() else "falling"
    return (
        f"Patients per day in the file: {amounts.number(known.min())} to "
        f"{amounts.number(known.max())}, most on {locale.date(peak, year=True, long=True)}; {way} "
        "on the whole."
    )


def days_table(totals: pd.Series) -> pd.DataFrame:
    """The same as a table, newest first."""
    newest = totals.iloc[::-1]
    return pd.DataFrame(
        {
            "Day": [locale.day(day, year=True) for day in newest.index],
            "Patients": ["not known" if v != v else amounts.number(v) for v in newest],
        }
    )


def refused(table: pd.DataFrame) -> pd.DataFrame:
    """Refused rows by reason, the most frequent first, without their cells."""
    why = table["reason"].str.replace(r"at line \d+", "at an earlier line", regex=True)
    alike = table.assign(why=why).groupby(["column", "why"], dropna=False)["line"].agg(list)
    keys = [(str(column), str(reason)) for column, reason in alike.index]
    by_size = sorted(zip(keys, alike, strict=True), key=lambda one: (-len(one[1]), one[1][0]))
    shown = by_size[:REASONS_SHOWN]
    return pd.DataFrame(
        {
            "Rows": [locale.number(len(lines)) for _, lines in shown],
            "Cell of": [OURS.get(column, "–") for (column, _), _ in shown],
            "Why": [reason for (_, reason), _ in shown],
            "Lines of the file": [_lines(lines) for _, lines in shown],
        }
    )


def _lines(lines: list[int]) -> str:
    more = len(lines) - LINES_SHOWN
    listed = ", ".join(f"{line:d}" for line in lines[:LINES_SHOWN])
    return f"{listed} and {locale.number(more)} more" if more > 0 else listed
