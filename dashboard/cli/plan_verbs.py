"""What `edinflow plans …` does and says; the words of its options are in dashboard/cli/plans.py."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result
from dashboard.cli.options import path_of, settings_of
from dashboard.service.errors import ServiceError
from data import locale

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.service.plan_version import Version
    from dashboard.settings import Settings

SHOWN = 20


def run_list(args: argparse.Namespace) -> Result:
    """A line per version."""
    from dashboard.cli.headline import dated
    from dashboard.service import plans

    settings, site, zone = _asked(args)
    table = plans.listed(settings, site)
    lines = []
    for row in table.to_dict("records"):
        edits = f", {locale.counted(row['edits'], 'edit')}" if row["edits"] else ""
        low = ", BELOW MINIMUM COVER" if row["below_minimum"] else ""
        note = row["lock_note"] if row["status"] == "locked" else row["note"]
        if row["lock_below_minimum"]:
            low += f" ({row['lock_below_minimum']})"
        lines.append(
            f"version {row['version']:<3} {row['status']:6} {dated(row['changed_at_utc'], zone)}  "
            f"{row['who']}, from {row['made_from']}{edits}{low}" + (f": {note}" if note else "")
        )
    nothing = f"{site} has no version of its plan yet: run edinflow plans draft."
    return Result(tuple(lines) or (nothing,), {"site": site, "versions": table.to_dict("records")})


def run_show(args: argparse.Namespace) -> Result:
    """What a version holds, who edited it and why, and where it is below minimum cover."""
    from dashboard.cli.headline import plan_lines, plan_values
    from dashboard.service import plans
    from dashboard.wording.amounts import signed
    from dashboard.wording.times import moment
    from staffing.edits import below_minimum

    settings, site, zone = _asked(args)
    found = plans.version(settings, site, args.version)
    lines = [f"Version {found.number} of {site}, {found.status}.", *_why_low(found)]
    lines += plan_lines(found.plan)
    edits = found.stored.edits
    for row in edits.to_dict("records"):
        undone = ", taken back" if row["undone"] else ""
        lines.append(
            f"  edit {row['edit']} by {row['who']}{undone}: {signed(row['change'])} {row['role']} "
            f"{row['code']}, {moment(row['start'], zone)} ({row['reason']})"
        )
    low = below_minimum(found.plan, settings.department, settings.rules.posts)
    lines += _low_lines(low, zone)
    values = {
        **_about(found),
        **plan_values(found.plan),
        "edits": edits.to_dict("records"),
        "below_minimum": low.to_dict("records"),
    }
    return Result(tuple(lines), values)


def run_draft(args: argparse.Namespace) -> Result:
    """Keep a draft of the forecast's plan, of the imported roster, or of a file."""
    from dashboard.service import answers, jobs, plans, rosters
    from dashboard.service.staffing import refuse_partial
    from staffing.role import in_words

    settings, site, _ = _asked(args)
    level, now = args.service_level, jobs.now()
    path = path_of(args.roster)
    notes: tuple[str, ...] = ()
    if path is None and (args.profile or args.codes):
        raise ServiceError("--profile and --codes say how a file is written: give --roster FILE.")
    if args.todays_roster:
        number = plans.draft_of_roster(settings, site, now=now, service_level=level, note=args.note)
    else:
        known = answers.answer(settings, answers.question(settings, site, service_level=level))
        what: dict[str, Any] = {}
        if path is not None:
            text = rosters.text_of_file(settings, path, args.profile)
            roster = rosters.read(settings, site, text, path.name, args.codes)
            shifts = roster.shifts
            silent: list[str] = []
            if known and known.plan:
                refuse_partial(roster, path.name, known.plan.requirement)
                shifts, silent = rosters.filled(roster, known.plan)
            own = f", and the plan for {in_words(silent)}" if silent else ""
            what = {"shifts": shifts, "made_from": f"{path.name}{own}"}
        elif known:
            notes = known.notes
        number = plans.draft(settings, site, now=now, note=args.note, known=known, **what)
    found = plans.version(settings, site, number)
    made_from = found.stored.about["made_from"]
    said = _said(found, f"Version {number} of {site} is a draft made from {made_from}.")
    return replace(said, warnings=notes)


def run_edit(args: argparse.Namespace) -> Result:
    """Change heads of one shift, or move them to another."""
    from dashboard.service import jobs, plans
    from dashboard.service.minimum_cover import BelowMinimum
    from staffing.edits import Change, moved

    settings, site, _ = _asked(args)
    change = Change(args.role, args.shift, args.day, args.heads)
    changes = [change]
    if args.to_shift or args.to_day:
        changes = list(moved(change, args.to_shift or args.shift, args.to_day or args.day))
    try:
        number = plans.edit(
            settings,
            site,
            args.version,
            changes,
            args.reason,
            now=jobs.now(),
            below_minimum=args.below_minimum,
        )
    except BelowMinimum as low:
        raise ServiceError(low.or_else("allow it expressly (--below-minimum)")) from None
    said = f"Version {number} of {site} is changed."
    if number != args.version:
        said = f"Version {args.version} is locked and stays; version {number} is a draft of it."
    return _said(plans.version(settings, site, number), said)


def run_undo(args: argparse.Namespace) -> Result:
    """Take the last edit back."""
    from dashboard.service import jobs, plans

    settings, site, _ = _asked(args)
    reason = plans.undo(settings, site, args.version, now=jobs.now())
    found = plans.version(settings, site, args.version)
    return _said(found, f"Version {args.version} of {site}: taken back ({reason}).")


def run_lock(args: argparse.Namespace) -> Result:
    """Lock a draft."""
    from dashboard.service import jobs, plans
    from dashboard.service.minimum_cover import BelowMinimum

    settings, site, _ = _asked(args)
    why = args.below_minimum
    try:
        plans.lock(settings, site, args.version, args.note, now=jobs.now(), why_low=why)
    except BelowMinimum as low:
        way = "say why it is locked all the same (--below-minimum WHY)"
        raise ServiceError(low.or_else(way)) from None
    found = plans.version(settings, site, args.version)
    lines = [f"Version {args.version} of {site} is locked: {args.note}", *_why_low(found)]
    return _said(found, "\n".join(lines))


def run_restore(args: argparse.Namespace) -> Result:
    """Make a new draft like an earlier version."""
    from dashboard.service import jobs, plans

    settings, site, _ = _asked(args)
    number = plans.restore(settings, site, args.version, now=jobs.now())
    found = plans.version(settings, site, number)
    return _said(found, f"Version {number} of {site} is a draft like version {args.version}.")


def run_diff(args: argparse.Namespace) -> Result:
    """Shifts in which two versions differ, and what that is in hours."""
    from dashboard.service import plans
    from dashboard.wording.times import moment
    from staffing.edits import difference

    settings, site, zone = _asked(args)
    one, other = (plans.version(settings, site, number) for number in (args.version, args.other))
    table = difference(one.plan, other.plan)
    lines = [f"From version {one.number} to version {other.number} of {site}:"]
    for row in table.head(SHOWN).to_dict("records"):
        lines.append(
            f"  {row['role']} {row['code']}, {moment(row['start'], zone)}: {row['before']} → "
            f"{row['after']}"
        )
    if len(table) > SHOWN:
        lines.append(f"  and {locale.counted(len(table) - SHOWN, 'more shift')}.")
    if table.empty:
        lines.append("  no shift differs.")
    hours = {}
    before, after = one.plan.paid_hours(), other.plan.paid_hours()
    for role in other.plan.requirement.roles:
        hours[role] = float(after[role] - before.get(role, 0.0))
        if hours[role]:
            lines.append(f"  {role}: {locale.signed(hours[role])} paid hours.")
    values = {"site": site, "shifts": table.to_dict("records"), "paid_hours": hours}
    return Result(tuple(lines), values)


def run_drift(args: argparse.Namespace) -> Result:
    """Where a version is short, or over, against the need of the newest forecast."""
    from dashboard.service import plan_drift, plans
    from dashboard.wording import versions
    from dashboard.wording.times import moment

    settings, site, zone = _asked(args)
    found = plans.version(settings, site, args.version)
    moved = plan_drift.drift(settings, found)
    rows = moved.stretches()
    steps = moved.steps()
    changed = float((steps["then"] != steps["now"]).mean())
    lines = [f"{site}: {versions.drift(moved).replace('**', '')}", *_why_low(found)]
    for kind, word in (("short", "SHORT"), ("over", "over")):
        own = rows[rows["kind"] == kind]
        if own.empty:
            continue
        places = locale.counted(len(own), "stretch", "stretches")
        lines.append(f"  {word} in {places}, {locale.counted(own['hours'].sum(), 'hour')} in all.")
        for row in own.head(5).to_dict("records"):
            lines.append(
                f"    {locale.counted(row['heads'], row['role'])}, {moment(row['start'], zone)} to "
                f"{moment(row['end'], zone)} (when it was made: {row['then']})"
            )
    values = {
        "site": site,
        "version": found.number,
        "lock_below_minimum": found.why_low or None,
        "changed_share": changed,
    }
    return Result(tuple(lines), {**values, "stretches": rows.to_dict("records")})


def _why_low(found: "Version") -> list[str]:
    """The reason for which a version was locked below minimum cover, where it was."""
    return [f"  BELOW MINIMUM COVER, on purpose: {found.why_low}"] if found.why_low else []


def _low_lines(low: "pd.DataFrame", zone: str) -> list[str]:
    """A line per role that is below its minimum anywhere: where worst, how often, by how much."""
    from dashboard.wording.times import moment

    lines = []
    for _, own in low.groupby("role", sort=False):
        ordered = own.sort_values(["heads", "short"], ascending=[True, False], kind="stable")
        worst = ordered.iloc[0]
        often = f" (the worst of {locale.number(len(own))} stretches)" if len(own) > 1 else ""
        lines.append(
            f"  BELOW MINIMUM: {worst['heads']} of "
            f"{locale.counted(worst['minimum'], worst['role'])} from "
            f"{moment(worst['start'], zone)} to {moment(worst['end'], zone)}{often}, "
            f"{locale.counted(own['short'].sum(), 'staff hour')} in all"
        )
    return lines


def _asked(args: argparse.Namespace) -> "tuple[Settings, str, str]":
    from dashboard.cli.source import stored_site

    settings = settings_of(args)
    return settings, *stored_site(args, settings)


def _said(found: "Version", sentence: str) -> Result:
    """A sentence, and what the version is worth now."""
    hours: pd.Series = found.plan.paid_hours()
    short = found.plan.short_hours()
    line = ", ".join(
        f"{role} {locale.number(hours[role])} paid hours"
        + (f" ({locale.short(round(short[role], 1))} short)" if short[role] else "")
        for role in found.plan.requirement.roles
    )
    return Result((sentence, f"  {line}."), _about(found))


def _about(found: "Version") -> dict[str, Any]:
    return {
        "site": found.site,
        "version": found.number,
        "status": found.status,
        "made_from": found.stored.about["made_from"],
        "lock_below_minimum": found.why_low or None,
        "paid_hours": found.plan.paid_hours().to_dict(),
        "short_hours": found.plan.short_hours().to_dict(),
    }
