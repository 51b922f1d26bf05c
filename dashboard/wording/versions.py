"""What the page Versions & export says."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard.service.minimum_cover import BelowMinimum
from dashboard.service.plan_drift import Drift
from dashboard.service.plan_export import Export
from dashboard.settings_export import ExportProfile
from dashboard.wording import amounts, tables, times
from data import locale
from staffing.plan import ShiftPlan

PARTS = {
    "version": "The version",
    "differences": "Differences",
    "drift": "Drift since",
    "export": "Export",
}
PART, VERSION, OTHER = "Show", "Version", "Against version"
NONE_YET = (
    "### No version of the plan is kept yet\n\nA version is a plan that is kept: as a draft that "
    "can be edited, then locked, exported and compared with what came later. Begin with a draft:"
)
DRAFT, DRAFT_ROSTER = "Draft from the newest forecast", "Draft from today’s roster"
NOTE, NOTE_HELP = "Note", "What was agreed, with whom; it is kept with the lock."
LOCK, RESTORE = "Lock this version", "New draft like this one"
LOCK_HELP = "A locked version never changes. An edit of it makes a new draft."
ALLOW_LOW = "Lock it below minimum cover all the same"
WHY_LOW, WHY_LOW_HELP = "Why so low", "Kept with the lock, and shown wherever the version is shown."
WHY_LOW_MISSING = "Say why this version is locked below minimum cover."
PROFILE, FROM, TO = "Profile", "From", "To"
FIRST_ROWS, EDITS = "First 20 rows", "Edits"
NO_EDITS = "No edit was made."
CSV, MANIFEST = "Download CSV", "Download manifest"
PULL = "Pulled by a rostering system"
EDIT_ON = "Shifts are edited on the page Staffing plan."
NO_OTHER = "There is no other version to compare with yet."
ROWS_SHOWN = 20


def version_name(number: int) -> str:
    """A version on a list."""
    return f"Version {number}"


def drafted(number: int) -> str:
    """After a draft was made."""
    return f"Version {number} is a new draft."


def locked(number: int) -> str:
    """After a lock."""
    return f"Version {number} is locked."


def refused(why: BelowMinimum) -> str:
    """A lock below minimum cover, with the way to lock it all the same."""
    return why.or_else(f"tick “{ALLOW_LOW}” and say why")


def listed(versions: pd.DataFrame, zone: str) -> pd.DataFrame:
    """The versions as a table of words, newest first."""
    rows = versions.to_dict("records")
    return pd.DataFrame(
        {
            "Version": [str(row["version"]) for row in rows],
            "State": ["locked" if row["status"] == "locked" else "draft" for row in rows],
            "Last changed": [
                tables.kept(times.moment(row["changed_at_utc"], zone)) for row in rows
            ],
            "Who": [row["locked_by"] if row["status"] == "locked" else row["who"] for row in rows],
            "Made from": [row["made_from"] for row in rows],
            "Edits": [str(row["edits"]) for row in rows],
            "Note": [_note(row) for row in rows],
        }
    )


def edits(found: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Edits as a table of words, newest first."""
    rows = found.sort_values("edit", ascending=False).to_dict("records")
    return pd.DataFrame(
        {
            "When": [tables.kept(times.moment(row["made_at_utc"], zone)) for row in rows],
            "Who": [row["who"] for row in rows],
            "Change": [
                f"{amounts.signed(row['change'])} {row['role']} {row['code']}, "
                f"{times.day(row['start'], zone)}"
                for row in rows
            ],
            "Why": [row["reason"] for row in rows],
            "State": [_state(row) for row in rows],
        }
    )


def hours(plan: ShiftPlan) -> str:
    """A plan in paid hours and hours short, by role."""
    paid, short = plan.paid_hours(), plan.short_hours()
    parts = []
    for role in plan.requirement.roles:
        lack = f", ▼ {locale.short(round(short[role], 1))} h short" if short[role] else ""
        parts.append(f"{role.capitalize()}: **{locale.number(paid[role])}** paid hours{lack}")
    return "  \n".join(parts)


def too_low(low: pd.DataFrame, zone: str) -> str:
    """Where a plan is below minimum cover; empty where it is not."""
    if low.empty:
        return ""
    first = low.sort_values(["heads", "start"]).iloc[0]
    places = locale.counted(len(low), "stretch", "stretches")
    short = locale.counted(low["short"].sum(), "staff hour")
    return (
        f"▼ Below minimum cover in {places}, {short} in all. First: "
        f"{amounts.heads(int(first['heads']), str(first['role']))} instead of "
        f"{int(first['minimum'])} from {times.moment(first['start'], zone)} to "
        f"{times.clock_time(first['end'], zone)}."
    )


def differences(one: int, other: int, plans: Sequence[ShiftPlan], table: pd.DataFrame) -> str:
    """How far two versions are apart, in a sentence."""
    if table.empty:
        return f"Versions {one} and {other} have the same shifts."
    before, after = (plan.paid_hours() for plan in plans)
    parts = [
        f"{role} {amounts.signed(round(after[role] - before.get(role, 0.0)))} h"
        for role in plans[1].requirement.roles
        if round(after[role] - before.get(role, 0.0))
    ]
    changed = f"{locale.counted(len(table), 'shift')} differ{'s' if len(table) == 1 else ''}"
    paid = f"paid hours: {', '.join(parts)}" if parts else "the paid hours are the same"
    return f"From version {one} to version {other}, {changed}; {paid}."


def difference_table(table: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Shifts that differ, as a table of words."""
    return pd.DataFrame(
        {
            "Day": [times.day(at, zone) for at in table["start"]],
            "Shift": [
                f"{code} {times.span(start, end, zone)}"
                for code, start, end in zip(
                    table["code"], table["start"], table["end"], strict=True
                )
            ],
            "Role": [role.capitalize() for role in table["role"]],
            "Before": table["before"].astype(str),
            "After": table["after"].astype(str),
            "Change": [amounts.signed(change) for change in table["change"]],
        }
    )


def drift(found: Drift) -> str:
    """What became of a version, in a sentence."""
    steps, rows = found.steps(), found.stretches()
    changed = (steps["then"] != steps["now"]).mean()
    short, over = (rows[rows["kind"] == kind]["hours"].sum() for kind in ("short", "over"))
    was = found.then.short_hours().sum()
    fit = "It still covers the need."
    if short:
        before = f"{locale.short(was)} when it was made" if was else "never when it was made"
        fit = f"▼ It is **{locale.counted(short, 'hour')} short** now, {before}."
    spare = f" ▲ {locale.short(over)} hours are to spare that were not before." if over else ""
    return (
        f"By the newest forecast the need has changed in {changed * 100:.0f} % of the half hours "
        f"of version {found.version}. {fit}{spare}"
    )


def drift_table(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Stretches short or over now, those with most that is new first."""
    return pd.DataFrame(
        {
            "From": [times.moment(at, zone) for at in rows["start"]],
            "Until": [times.moment(at, zone) for at in rows["end"]],
            "Role": [role.capitalize() for role in rows["role"]],
            "Now": [
                tables.difference(-heads if kind == "short" else heads)
                for kind, heads in zip(rows["kind"], rows["heads"], strict=True)
            ],
            "When it was made": [
                tables.difference(-then if kind == "short" else then)
                for kind, then in zip(rows["kind"], rows["then"], strict=True)
            ],
            "Hours": [locale.short(hours) for hours in rows["hours"]],
            "Of them new": [locale.short(hours) for hours in rows["new_hours"]],
        }
    )


def profile_name(profile: ExportProfile) -> str:
    """A profile on a list, with what it is for."""
    return f"{profile.name}: {profile.label}" if profile.label else profile.name


def exported(made: Export, status: str) -> str:
    """What the files of an export are."""
    files = made.files[0].name if len(made.files) == 1 else locale.counted(len(made.files), "file")
    draft = " **It is a draft**: lock it before others rely on it." if status == "draft" else ""
    return f"{files}, {locale.counted(len(made.shown), 'row')}.{draft}"


def first_rows(made: Export) -> pd.DataFrame:
    """The first rows of an export as they are written."""
    return made.shown.head(ROWS_SHOWN).astype(str)


def pull_help(shown: int, counts: int | None) -> str:
    """Which version the address gives, beside the one on the page."""
    which = "The address gives the version that was locked last, or the newest while none is locked"
    own = "this one" if shown == counts else f"now version {counts}"
    return f"{which}: {own}. It wants a token from `edinflow token`."


def pull_command(address: str, site: str, made: Export) -> str:
    """How another program fetches the same file."""
    days = {"from": str(made.first), "to": str(made.last)}
    query = urlencode({"site": site, **days, "profile": made.profile})
    return f'curl -H "Authorization: Bearer TOKEN" "{address}/api/v1/staffing.csv?{query}"'


def _note(row: Mapping[Any, Any]) -> str:
    note = str(row["lock_note"] if row["status"] == "locked" else row["note"])
    low = "▼ below minimum cover" if row["below_minimum"] else ""
    if row["lock_below_minimum"]:
        low += f": {row['lock_below_minimum']}"
    return "; ".join(part for part in (note, low) if part) or "–"


def _state(row: Mapping[Any, Any]) -> str:
    if row["undone"]:
        return "taken back"
    return "▼ below minimum" if row["below_minimum"] else "stands"
