"""A version of a plan → files in a profile, and a manifest that vouches for them."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from dashboard.service import plans, profiles
from dashboard.service.errors import ServiceError
from dashboard.service.exports import Stamp, shift_rows, staffing_rows
from dashboard.service.plan_version import Version
from dashboard.service.profiles import in_days, shaped, text_of
from dashboard.settings import Settings
from dashboard.settings_export import ExportProfile


@dataclass(frozen=True)
class File:
    """One file of an export: its name, its bytes, its rows without the header."""

    name: str
    content: bytes
    rows: int


@dataclass(frozen=True, eq=False)
class Export:
    """What leaves the house: one file or more, and what they are.

    profile, first, last: its name, first and last local day. shown: the rows as they are written.
    manifest: names, sizes and sha256 of the files, and the plan, model and data that they come
    from (JSON).
    """

    profile: str
    first: date
    last: date
    files: tuple[File, ...]
    shown: pd.DataFrame
    manifest: File


def export(
    found: Version,
    wanted: ExportProfile,
    first: date | None = None,
    last: date | None = None,
) -> Export:
    """Write a version in a profile, from the first local day to the last, both included.

    The same version gives the same bytes each time. Raises ServiceError where no row lies in
    these days.
    """
    need = found.plan.requirement
    mark = stamp(found)
    if wanted.form == "long":
        rows = staffing_rows(found.plan, mark, wanted.interval)
    else:
        rows = shift_rows(found.plan, mark)
    own_first = need.start.tz_convert(need.time_zone).date()
    own_last = (need.end - need.step).tz_convert(need.time_zone).date()
    rows = rows[in_days(rows, need.time_zone, first, last)]
    first, last = first or own_first, last or own_last
    if rows.empty:
        raise ServiceError(
            f"Version {found.number} of {found.site!r} holds nothing from {first} to {last}: it "
            f"runs from {own_first} to {own_last}."
        )
    shown = shaped(rows, need.time_zone, wanted)
    stem = f"staffing_{_plain(found.site)}_{first or own_first}_{last or own_last}_v{found.number}"
    files = _files(shown, wanted, stem)
    about = {
        "site": found.site,
        "plan_id": mark.plan_id(found.plan),
        "plan_version": found.number,
        "status": found.status,
        "note": str(found.stored.about["lock_note"] if found.status == "locked" else ""),
        "below_minimum": bool(found.stored.about["below_minimum"]),
        "lock_below_minimum": found.why_low or None,
        "profile": wanted.name,
        "from": str(first),
        "to": str(last),
        "time_zone": need.time_zone,
        "service_level": need.service_level,
        "model": need.model,
        "forecast_id": int(found.stored.about["forecast_id"]),
        "data_version": mark.data_version,
        "settings_hash": mark.settings_hash,
        "generated_at_utc": mark.generated_at.isoformat(),
        "rows": len(shown),
        "files": [
            {
                "name": file.name,
                "rows": file.rows,
                "bytes": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in files
        ],
    }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    return Export(
        wanted.name, first, last, files, shown, File(f"{stem}.manifest.json", text.encode(), 0)
    )


def pulled(
    settings: Settings,
    site: str,
    profile: str,
    first: date | None = None,
    last: date | None = None,
) -> Export:
    """What a rostering system pulls: the version that counts, in one file.

    Raises ServiceError for an unknown profile, a site without a version, or days without rows.
    """
    wanted = replace(profiles.profile(settings, profile), rows_per_file=0)
    return export(plans.version(settings, site), wanted, first, last)


def stamp(found: Version) -> Stamp:
    """What an exported version says of itself; its time is that of its last change."""
    about = found.stored.about
    return Stamp(
        area=str(about["area"]),
        settings_hash=str(about["settings_hash"]),
        data_version=int(about["data_version"]),
        generated_at=about["changed_at_utc"],
        status=found.status,
        version=found.number,
    )


def _files(shown: pd.DataFrame, wanted: ExportProfile, stem: str) -> tuple[File, ...]:
    size = wanted.rows_per_file or len(shown)
    starts = range(0, len(shown), size)
    names = [f"{stem}.csv"]
    if len(starts) > 1:
        names = [f"{stem}_{number}of{len(starts)}.csv" for number in range(1, len(starts) + 1)]
    parts = [shown.iloc[start : start + size] for start in starts]
    return tuple(
        File(name, text_of(part, wanted), len(part))
        for name, part in zip(names, parts, strict=True)
    )


def _plain(site: str) -> str:
    """A site's name as a part of a file's name.

    >>> _plain("St. Mary's, Köln")
    'St-Mary-s-Köln'
    """
    return re.sub(r"\W+", "-", site).strip("-") or "site"
