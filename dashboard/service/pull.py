"""What another program pulls: the plan that counts in a profile, a part of a forecast."""

import csv
import io
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.service import plan_export, plans, profiles
from dashboard.service.csv_text import utc_text
from dashboard.service.errors import ServiceError
from dashboard.service.exports import shift_rows, staffing_rows, stamp
from dashboard.service.question import Answer
from dashboard.settings import Settings
from dashboard.settings_export import ENCODINGS, ExportProfile
from staffing.plan import ShiftPlan

# From an instant (UTC) up to, and not including, another.
Range = tuple[pd.Timestamp, pd.Timestamp]
START = "start_utc"


@dataclass(frozen=True)
class Pulled:
    """A file that goes to another program; encoding as the web names it."""

    name: str
    content: bytes
    encoding: str


def has_version(settings: Settings, site: str) -> bool:
    """Whether somebody has kept a version of the site's plan."""
    return not plans.listed(settings, site).empty


def version(
    settings: Settings,
    site: str,
    wanted: ExportProfile,
    first: date | None,
    last: date | None,
    number: int | None,
) -> Pulled:
    """A version in a profile, in one file: the one that counts where no number is given.

    Raises ServiceError where there is none, or nothing of it lies in these local days.
    """
    made = plan_export.export(plans.version(settings, site, number), wanted, first, last)
    name = made.manifest.name.removesuffix(".manifest.json") + ".csv"
    return Pulled(name, profiles.text_of(made.shown, wanted), ENCODINGS[wanted.encoding])


def proposal(
    settings: Settings,
    answer: Answer,
    plan: ShiftPlan,
    wanted: ExportProfile,
    first: date | None,
    last: date | None,
) -> Pulled:
    """The plan that the forecast leads to, where nobody has kept a version yet."""
    need, mark = plan.requirement, stamp(answer, settings)
    if wanted.form == "long":
        rows = staffing_rows(plan, mark, wanted.interval)
    else:
        rows = shift_rows(plan, mark)
    rows = rows[profiles.in_days(rows, need.time_zone, first, last)]
    ends = need.start, need.end - need.step
    own_first, own_last = (moment.tz_convert(need.time_zone).date() for moment in ends)
    if rows.empty:
        raise ServiceError(
            f"Nothing is known of these days: the plan of {need.site!r} goes from {own_first} to "
            f"{own_last}."
        )
    content = profiles.text_of(profiles.shaped(rows, need.time_zone, wanted), wanted)
    stem = f"staffing_{plain(need.site)}_{first or own_first}_{last or own_last}_proposal.csv"
    return Pulled(stem, content, ENCODINGS[wanted.encoding])


def within(content: bytes, days: Range) -> bytes:
    """Header and rows of a CSV file whose `start_utc` lies in the range, as they were written."""
    since, until = utc_text(pd.DatetimeIndex(days))
    rows = csv.reader(io.StringIO(content.decode(), newline=""))
    header = next(rows)
    place = header.index(START)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    # Instants are written year first and all in UTC, so they sort as texts do.
    writer.writerows(row for row in rows if since <= row[place] < until)
    return text.getvalue().encode()


def plain(name: str) -> str:
    """A site's name as a part of a file's name.

    >>> plain("St. Mary's")
    'St--Mary-s'
    """
    return "".join(letter if letter.isalnum() else "-" for letter in name)
