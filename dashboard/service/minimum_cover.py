"""Plans below minimum cover: none is edited or locked so without somebody saying why."""

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.plan_version import Version
from dashboard.settings import Settings
from data import locale
from staffing import edits

LOW_NAMED = 3


def checked(found: Version, settings: Settings, why: str) -> str | None:
    """The reason with which a draft may be locked; None where it is nowhere below minimum cover.

    Raises ServiceError, with where and by how much, where there is none though it is; and where
    there is one though it is not.
    """
    low = edits.below_minimum(found.plan, settings.department)
    if low.empty and why:
        raise ServiceError(
            f"Version {found.number} of {found.site!r} is nowhere below minimum cover: lock it "
            "without a reason for that."
        )
    if not low.empty and not why and found.status == "draft":
        raise ServiceError(_lock_refused(low, found))
    return why or None


def edit_refused(low: pd.DataFrame, zone: str) -> str:
    """Why an edit is refused that leaves so few; low: as staffing.edits gives it."""
    worst = low.sort_values("heads").iloc[0]
    first, last = (worst[name].tz_convert(zone) for name in ("start", "end"))
    return (
        f"This edit leaves {worst['heads']} {worst['role']} on duty from {first:%Y-%m-%d %H:%M} to "
        f"{last:%Y-%m-%d %H:%M}, below the minimum of {worst['minimum']}: allow it expressly "
        "(--below-minimum) or leave more there."
    )


def _lock_refused(low: pd.DataFrame, found: Version) -> str:
    zone, worst = found.plan.requirement.time_zone, low.sort_values(["heads", "start"])
    named = [
        f"{row['heads']} of {locale.counted(row['minimum'], row['role'])} from "
        f"{row['start'].tz_convert(zone):%Y-%m-%d %H:%M} to "
        f"{row['end'].tz_convert(zone):%Y-%m-%d %H:%M}"
        for row in worst.head(LOW_NAMED).to_dict("records")
    ]
    short = locale.counted(low["short"].sum(), "staff hour")
    more = f", and {len(low) - LOW_NAMED} more" if len(low) > LOW_NAMED else ""
    return (
        f"Version {found.number} of {found.site!r} is below minimum cover, "
        f"{short} in all: {'; '.join(named)}{more}: put heads there, or say why it is locked all "
        "the same (--below-minimum WHY)."
    )
