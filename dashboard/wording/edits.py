"""What the page Staffing plan says of versions, of edits and of today's roster."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.service.minimum_cover import BelowMinimum
from dashboard.service.plan_figures import Figures, Week
from dashboard.wording import amounts, occupancy, times
from dashboard.wording.markdown import plain
from data import locale
from staffing.edits import Change
from staffing.estimate import Estimate
from staffing.occupancy import BusyHour
from staffing.requirement import Requirement
from staffing.role import in_words

PLAN, ROLE, WEEK = "Plan", "Role", "Week"
PROPOSED = "Proposed now"
PLAN_HELP = (
    "“Proposed now” is worked out anew from the newest forecast. Versions are kept: a draft can be "
    "edited, a locked one stays as it is and an edit of it makes a new draft."
)
GRID_HELP = (
    "Change the heads of a shift and see above what it does. A shift stands on the day on which it "
    "starts; times are local."
)
REASON, REASON_HELP = "Why this edit", "Kept with the edit, for those who look at it later."
CHANGE_HELP, UNCHANGED = "Under each figure: what the edit in hand changes.", "unchanged"
ALLOW = "Go below minimum cover all the same"
REPEAT = "The same in every week of the plan"
REPEAT_HELP = (
    "On the same weekdays of the other weeks too, in one edit. Where another week has fewer heads "
    "in a shift than you take away, all that it has are taken."
)
KEEP, DISCARD, UNDO = "Keep this edit", "Discard", "Undo the last kept edit"
ROSTER_TITLE = "Today’s roster"
ROSTER_FILE = "Roster from your rostering system (CSV)"
ROSTER_FORM = (
    "A line per shift with date, role, code and heads; or a line per person with role and a "
    "column per date. Its codes are mapped once, under [department] codes in edinflow.toml."
)
ROSTER_PROFILE, NO_PROFILE = "Written as", "Your own file"
ROSTER_TAKE = "Use as today’s roster"
TWIN = "Shifts as a table"

NO_ROSTER = "No roster imported yet"
ROSTER_NOT_KNOWN = "Today’s roster: not known for all of this week"
WAIT_HELP = (
    "mean over all patients of this week, replayed on 200 possible futures; who leaves counts "
    "until they left."
)
LEFT_HELP = "Share of patients who leave before this role sees them, on the same futures."


def plan_name(number: str) -> str:
    """A version on a list: "proposed" or its number."""
    return PROPOSED if number == "proposed" else f"Version {number}"


def about(version: Mapping[str, Any], zone: str) -> str:
    """Who made a version, from what, and whether it is locked."""
    made = times.moment(version["made_at_utc"], zone)
    edits = int(version["edits"])
    parts = [f"made {made} by {plain(version['who'])} from {plain(version['made_from'])}"]
    if edits:
        parts.append(locale.counted(edits, "edit"))
    if version["status"] == "locked":
        locked = times.moment(version["locked_at_utc"], zone)
        by, note = plain(version["locked_by"]), plain(version["lock_note"])
        parts.append(f"**locked** {locked} by {by}: {note}")
    else:
        parts.append("**draft**")
    if version["below_minimum"]:
        why = plain(version["lock_below_minimum"] or "")
        parts.append(
            "▼ **below minimum cover** in places, on purpose" + (f": {why}" if why else "")
        )
    return f"Version {version['version']} · {' · '.join(parts)}"


def proposed() -> str:
    """Under the plan that nobody kept yet."""
    return "Worked out from the newest forecast; your first edit keeps it as a draft."


def shifts_title(role: str) -> str:
    """Above the grid."""
    return f"{role.capitalize()}: shifts, to edit"


def cover_title(role: str) -> str:
    """Above the chart of need and cover."""
    return f"{role.capitalize()}: on duty against need"


def need_title(role: str) -> str:
    """Above the heatmap."""
    return f"{role.capitalize()}: needed by day and hour"


def shift_name(code: str, start: str, hours: float) -> str:
    """A shift above its column.

    >>> shift_name("N", "23:00", 8), shift_name("X", "07:30", 7.5)
    ('N 23–07', 'X 07:30–15')
    """
    hour, minute = (int(part) for part in start.split(":"))
    ends = [hour * 60 + minute, (hour * 60 + minute + round(hours * 60)) % 1440]
    return f"{code} {'–'.join(locale.roster_hour(*divmod(end, 60)) for end in ends)}"


def day_name(day: Any) -> str:
    """A local day in front of its row."""
    return locale.day(day)


def cards(week: Week, role: str) -> list[dict[str, str]]:
    """What a plan means for a role and week: label, value, delta, caption, help of each figure."""
    labels = {
        "paid_hours": (
            "Paid hours",
            "Hours of all shifts that start in this week.",
        ),
        "cost": ("Cost", "Paid hours of this week at the cost of an hour, premiums included."),
        "short_hours": ("Short of need", "Head-hours needed in this week with nobody there."),
        "wait": ("Expected wait", f"For a {role}: {WAIT_HELP}"),
        "left": ("Leave unseen", LEFT_HELP),
        "crowd": (occupancy.CARD, occupancy.card_help(week.now.whole_stay, role)),
    }
    peak = "" if week.now.crowd is None else occupancy.card(week.now.crowd)
    unknown = NO_ROSTER if week.today is None else ROSTER_NOT_KNOWN
    return [
        {
            "label": label,
            "value": _value(week.now, name),
            "delta": _change(week.now, week.before or week.now, name),
            "caption": (peak if name == "crowd" else "")
            + (unknown if week.roster is None else f"Today’s: {_value(week.roster, name)}"),
            "help": help_text,
        }
        for name, (label, help_text) in labels.items()
        if name != "cost" or week.now.cost
    ]


def kept(number: int, before: int | None) -> str:
    """After an edit was kept."""
    if number == before:
        return f"Kept in version {number}."
    if before is None:
        return f"Kept as a draft: version {number}."
    return f"Version {before} is locked and stays as it is; the edit is in version {number}."


def undone(reason: str) -> str:
    """After an edit was taken back."""
    return f"Taken back: {reason}"


def changes(asked: tuple[Change, ...]) -> str:
    """An edit in hand, in words."""
    if not asked:
        return ""
    parts = [f"{amounts.signed(one.heads)} {one.code} on {day_name(one.day)}" for one in asked[:4]]
    more = f" and {len(asked) - 4} more" if len(asked) > 4 else ""
    return f"Not kept yet: {', '.join(parts)}{more}."


def outside(asked: tuple[Change, ...], need: Requirement) -> str:
    """Cells of shifts that are no part of the plan, in place of their effect."""
    first, last = (times.moment(at, need.time_zone) for at in (need.start, need.end))
    named = in_words([f"{one.code} on {day_name(one.day)}" for one in asked])
    return f"▲ The plan runs from {first} to {last}: {named} is no part of it and is not counted."


def retired(asked: tuple[Change, ...]) -> str:
    """Cells of shifts that a role has no more, in place of their effect."""
    named = in_words([f"{one.code} on {day_name(one.day)}" for one in asked])
    codes = in_words(list(dict.fromkeys(one.code for one in asked)))
    return (
        f"▲ {codes} is no shift of this role any more: it can be taken away where the plan has it, "
        f"not added. {named} is not counted."
    )


def roles_gone(names: list[str]) -> str:
    """Roles of an older plan that are not shown."""
    return (
        f"▲ This version also has shifts of {in_words(names)}, which the settings do not name any "
        "more; they are kept and exported, and cannot be changed here."
    )


def too_low(low: pd.DataFrame, zone: str) -> str:
    """What minimum cover an edit would break."""
    worst = low.sort_values("heads").iloc[0]
    first = times.moment(worst["start"], zone)
    return (
        f"▼ This edit leaves {amounts.heads(int(worst['heads']), str(worst['role']))} from {first} "
        f"to {times.clock_time(worst['end'], zone)}; the minimum is {int(worst['minimum'])}. It is "
        "kept only if you say so, and is shown wherever the plan is shown."
    )


def refused(why: BelowMinimum) -> str:
    """An edit that goes below minimum cover, with the way to keep it all the same."""
    return why.or_else(f"tick “{ALLOW}”")


def _value(figures: Figures, name: str) -> str:
    value = getattr(figures, name)
    if value is None:
        return "not known"
    if name == "crowd":
        return amounts.number(value.mean.value)
    if name == "left":
        return f"{locale.number(value.value * 100, 1)} %"
    if name == "wait":
        if figures.unserved:
            return f"▼ {figures.unserved * 100:.0f} % never seen"
        return f"{value.value:.0f} min"
    if name == "cost":
        return locale.number(value)
    if name == "short_hours":
        return f"▼ {locale.short(round(value, 1))} h" if value else "✓ never"
    return f"{locale.number(value)} h"


def _change(now: Figures, before: Figures, name: str) -> str:
    """What an edit does to a figure, with its sign."""
    after, old = getattr(now, name), getattr(before, name)
    if after is None or old is None:
        return ""
    unit, digits, scale = {
        "left": (" points", 1, 100.0),
        "wait": (" min", 1, 1.0),
        "cost": ("", 0, 1.0),
        "paid_hours": (" h", 0, 1.0),
        "crowd": (" patients", 1, 1.0),
    }.get(name, (" h", 1, 1.0))
    values = [_number(one) for one in (after, old)]
    change = round((values[0] - values[1]) * scale, digits)
    if not change:
        return UNCHANGED
    sign = "+" if change > 0 else times.MINUS
    size = abs(change)
    said = locale.short(size) if name == "short_hours" else locale.number(size, digits)
    return f"{sign}{said}{unit}"


def _number(found: float | Estimate | BusyHour) -> float:
    """The number that a figure is about."""
    if isinstance(found, BusyHour):
        return found.mean.value
    return found.value if isinstance(found, Estimate) else found
