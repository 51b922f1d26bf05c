"""`edinflow plans`: versions of a site's plan, from draft to lock and after it."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import add_codes, day
from dashboard.cli.plan_verbs import (
    run_diff,
    run_draft,
    run_drift,
    run_edit,
    run_list,
    run_lock,
    run_restore,
    run_show,
    run_undo,
)

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs

Run = Callable[[argparse.Namespace], Result]
SITE = "name of the hospital site"


def add(verbs: "Verbs") -> None:
    """Describe the verb and what it can do."""
    top = add_verb(
        verbs,
        "plans",
        "Keep plans as versions: draft, edit, undo, lock, compare, drift, restore; without WHAT, "
        "list them.",
        run_list,
        "edinflow plans",
    )
    top.add_argument("--site", metavar="NAME", help=SITE)
    ways = top.add_subparsers(dest="way", metavar="WHAT")
    _add(ways, "list", "List the versions of a site's plan, newest first.", run_list)
    show = _add(ways, "show", "Show a version: its shifts in hours, and its edits.", run_show)
    _version(show, required=False)
    draft = _add(ways, "draft", "Keep the plan for the stored forecast as a draft.", run_draft)
    draft.add_argument("--service-level", metavar="SHARE", type=float, help="as 0.8")
    draft.add_argument("--note", metavar="TEXT", default="", help="what it is for")
    source = draft.add_mutually_exclusive_group()
    source.add_argument("--roster", metavar="FILE", help="with the shifts of a file (CSV)")
    source.add_argument("--todays-roster", action="store_true", help="with the imported roster")
    draft.add_argument("--profile", metavar="NAME", help="export profile that the file is in")
    add_codes(draft)
    edit = _add(ways, "edit", "Change the heads of a shift, for a reason.", run_edit)
    _version(edit)
    edit.add_argument("--role", metavar="NAME", required=True, help="role, as nurse")
    edit.add_argument("--day", metavar="DAY", type=day, required=True, help="as 2026-03-31")
    edit.add_argument("--shift", metavar="CODE", required=True, help="code of the shift")
    edit.add_argument("--heads", metavar="N", type=int, required=True, help="as 1 or -1")
    edit.add_argument("--to-shift", metavar="CODE", help="move the heads into this shift")
    edit.add_argument("--to-day", metavar="DAY", type=day, help="and on this day")
    edit.add_argument("--reason", metavar="TEXT", required=True, help="why; it is kept")
    edit.add_argument(
        "--below-minimum", action="store_true", help="allow fewer than the minimum cover"
    )
    _version(_add(ways, "undo", "Take the last edit of a draft back.", run_undo))
    lock = _add(ways, "lock", "Lock a draft for good.", run_lock)
    _version(lock)
    lock.add_argument("--note", metavar="TEXT", required=True, help="what was agreed")
    lock.add_argument(
        "--below-minimum",
        metavar="WHY",
        default="",
        help="lock it although it is below minimum cover, for this reason; it is kept",
    )
    diff = _add(ways, "diff", "Say in which shifts two versions differ.", run_diff)
    _version(diff)
    diff.add_argument("--with", dest="other", metavar="N", type=int, required=True, help="version")
    drift = _add(ways, "drift", "Say where a version is short or over by now.", run_drift)
    _version(drift, required=False)
    _version(_add(ways, "restore", "Make a new draft like an earlier version.", run_restore))


def _add(
    ways: "Verbs", name: str, text: str, run: Callable[[argparse.Namespace], Result]
) -> argparse.ArgumentParser:
    example = {
        "edit": " --version 2 --role nurse --day 2026-03-31 --shift E --heads 1 --reason fair",
        "lock": " --version 2 --note 'agreed with the ward'",
        "diff": " --version 1 --with 2",
        "undo": " --version 2",
        "restore": " --version 1",
    }.get(name, "")
    parser = add_verb(ways, name, text, run, f"edinflow plans {name}{example}", within=True)
    parser.add_argument("--site", metavar="NAME", help=SITE, default=argparse.SUPPRESS)
    return parser


def _version(parser: argparse.ArgumentParser, required: bool = True) -> None:
    parser.add_argument(
        "--version",
        metavar="N",
        type=int,
        required=required,
        help="number of the version" + ("" if required else " (default: the one locked last)"),
    )
