"""Plans below minimum cover: none is edited or locked so without somebody saying why."""

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.plan_version import Version
from dashboard.settings import Settings
from data import locale
from staffing import edits

LOW_NAMED = 3


class BelowMinimum(ServiceError):
    """Refused for now: a page and a command each name their own way to allow it.

    low: where it is below, and by how much. instead: what to do in place of allowing it.
    """

    def __init__(self, low: str, instead: str) -> None:
        super().__init__(f"{low}: {instead}, or allow it expressly.")
        self.low, self.instead = low, instead

    def or_else(self, way: str) -> str:
        """The sentence with the way to allow it all the same."""
        return f"{self.low}: {self.instead}, or {way}."


def checked(found: Version, settings: Settings, why: str) -> str | None:
    """The reason with which a draft may be locked; None where it is nowhere below minimum cover.

    Raises BelowMinimum, with where and by how much, where there is none though it is; and
    ServiceError where there is one though it is not.
    """
    low = edits.below_minimum(found.plan, settings.department, settings.rules.posts)
    if low.empty and why:
        raise ServiceError(
            f"Version {found.number} of {found.site!r} is nowhere below minimum cover: lock it "
            "without a reason for that."
        )
    if not low.empty and not why and found.status == "draft":
        raise _lock_refused(low, found)
    return why or None


def edit_refused(low: pd.DataFrame, zone: str) -> BelowMinimum:
    """Why an edit is refused that leaves so few; low: as staffing.edits gives it."""
    worst = low.sort_values("heads").iloc[0]
    heads = locale.counted(worst["heads"], worst["role"])
    return BelowMinimum(
        f"This edit leaves {heads} on duty from {_moment(worst['start'], zone)} to "
        f"{_moment(worst['end'], zone)}, below the minimum of {worst['minimum']}",
        "leave more there",
    )


def _lock_refused(low: pd.DataFrame, found: Version) -> BelowMinimum:
    zone, worst = found.plan.requirement.time_zone, low.sort_values(["heads", "start"])
    named = [
        f"{row['heads']} of {locale.counted(row['minimum'], row['role'])} from "
        f"{_moment(row['start'], zone)} to {_moment(row['end'], zone)}"
        for row in worst.head(LOW_NAMED).to_dict("records")
    ]
    short = locale.counted(low["short"].sum(), "staff hour")
    more = f", and {len(low) - LOW_NAMED} more" if len(low) > LOW_NAMED else ""
    return BelowMinimum(
        f"Version {found.number} of {found.site!r} is below minimum cover, "
        f"{short} in all: {'; '.join(named)}{more}",
        "put heads there",
    )


def _moment(at: pd.Timestamp, zone: str) -> str:
    return locale.moment(at.tz_convert(zone), year=True)
