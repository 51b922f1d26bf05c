"""A department's settings in words: each with its value, and where that comes from."""

from dataclasses import dataclass

from dashboard.settings import Settings
from data import locale
from staffing.department import Department
from staffing.role import EVERYONE, StaffRole
from staffing.rules import WEEKDAYS, Window, shifts_of
from staffing.weekly import WeeklyRules

PATIENT_MIX = "Starting values: a usual mix of a general department; the data's own mix goes first."
SOURCES = {
    "service_level": "A usual choice: enough in 8 of 10 futures. Yours to decide.",
    "target": "The time of most triage scales for acuity 3. Not a safe staffing standard.",
    "acuity_mix": PATIENT_MIX,
    "pickup_stop_minutes": "Usual practice: few pick up a patient they cannot finish.",
    "step_minutes": "Half hours are what rosters are made of.",
    "shift": "Starting values: 8, 10 and 12 hours.",
}


@dataclass(frozen=True)
class Explained:
    """One setting: name as in the file, value in words, where it comes from."""

    setting: str
    value: str
    source: str


def explained(settings: Settings) -> list[Explained]:
    """Every setting of the department, in the order of the file."""
    department, stated = settings.department, settings.stated
    rows = [
        _row(
            "service_level",
            f"enough staff in {locale.percent(department.service_level)} of futures",
            stated,
        ),
        *_promise(department, stated),
        _row("acuity_mix", _five(department.acuity_mix, "{:.0%}"), stated),
        _row(
            "pickup_stop_minutes",
            "nobody takes a new patient in the last "
            f"{locale.short(department.pickup_stop_minutes)} minutes "
            "of a shift",
            stated,
        ),
        Explained("patience", _patience(department), department.patience.source),
        *_stays(department),
        *_times_in_care(department),
        *(row for role in department.roles for row in _role(role, stated)),
        _row(
            "shift",
            ", ".join(
                f"{p.code} {p.start} for {locale.short(p.hours)} h" for p in department.patterns
            ),
            stated,
        ),
        *_rules(settings.rules),
    ]
    if settings.codes:
        codes = ", ".join(f"{a} = {b or 'not at work'}" for a, b in settings.codes)
        rows.append(Explained("codes", codes, "Your settings."))
    return rows


def _row(name: str, value: str, stated: frozenset[str]) -> Explained:
    return Explained(name, value, "Your settings." if name in stated else SOURCES[name])


def _promise(department: Department, stated: frozenset[str]) -> list[Explained]:
    rows = []
    if department.target is not None:
        own = bool({"target_wait_minutes", "target_share"} & stated)
        rows.append(
            Explained(
                "target_wait_minutes, target_share",
                f"{locale.percent(department.target.share)} of patients wait at most "
                f"{locale.short(department.target.wait_minutes)} minutes",
                "Your settings." if own else SOURCES["target"],
            )
        )
    if department.standard is not None:
        kept = department.standard
        listed = ", ".join(
            f"{locale.percent(share)} within {locale.short(minutes)}"
            for minutes, share in zip(kept.minutes, kept.shares, strict=True)
        )
        of = "minutes of the whole stay" if kept.of == "stay" else "minutes of waiting"
        rows.append(Explained("standard", f"{kept.name}: {listed} {of}, by acuity", kept.source))
    return rows


def _patience(department: Department) -> str:
    patience = department.patience
    if patience.endless:
        return "nobody leaves unseen"
    if patience.bands:
        parts = [
            f"{locale.percent(share)} wait {locale.short(low)} to {locale.short(high)} minutes"
            for share, low, high in patience.bands
        ]
        rest = 1 - sum(band[0] for band in patience.bands)
        return ", ".join(
            [*parts, f"{locale.percent(rest)} without limit"] if rest > 0.001 else parts
        )
    return f"on average {_five(patience.mean_minutes, '{:g}')} minutes, by acuity"


def _stays(department: Department) -> list[Explained]:
    if department.learn_stays and not department.stays:
        return [
            Explained("length_of_stay", "learned from departures", "The departures in your data.")
        ]
    if not department.stays:
        return []
    listed = ", ".join(f"{stay.mean_minutes:.0f}" for stay in department.stays)
    learned = any(stay.patients for stay in department.stays)
    if not learned:
        return [Explained("length_of_stay", f"{listed} minutes, by acuity", "Your settings.")]
    worst = max(stay.misfit for stay in department.stays)
    return [
        Explained(
            "length_of_stay",
            f"{listed} minutes, by acuity",
            f"Learned from {locale.number(sum(stay.patients for stay in department.stays))} "
            "departures; the "
            f"share gone by any time is right within {100 * worst:.0f} of 100.",
        )
    ]


def _times_in_care(department: Department) -> list[Explained]:
    if not department.times_in_care:
        return []
    listed = ", ".join(locale.short(stay.mean_minutes) for stay in department.times_in_care)
    value = f"{listed} minutes from the start of care to departure, by acuity"
    return [Explained("time_in_care", value, "Your settings.")]


def _role(role: StaffRole, stated: frozenset[str]) -> list[Explained]:
    name = f"role {role.name}"
    source = role.source or ("Your settings, no source stated." if "role" in stated else "")
    rows = []
    if role.queues:
        rows.append(
            Explained(
                name,
                f"{_five(role.minutes, '{:g}')} minutes of care by acuity, "
                f"{locale.percent(role.patient_share, 1)} of rostered time on patients",
                source,
            )
        )
    rows += [
        Explained(
            name,
            f"{area.name} (acuity {', '.join(map(str, area.acuities))}): one to "
            f"{locale.short(area.patients_per_head)} patients present",
            source,
        )
        for area in role.areas
    ]
    more = [f"never fewer than {role.minimum}"]
    if role.fixed:
        more.append(f"{role.fixed} on posts of their own")
    if role.sees != EVERYONE:
        more.append(f"sees {_five(role.sees, '{:.0%}')} of the patients by acuity")
    if role.returning:
        more.append(
            f"{locale.percent(role.returning.share)} come back after "
            f"{locale.short(role.returning.away_minutes)} minutes"
        )
    if role.cost_per_hour:
        more.append(f"costs {locale.short(role.cost_per_hour)} an hour")
    own = "Your settings." if "role" in stated else "A starting value: yours to set."
    rows.append(Explained(name, ", ".join(more), own))
    return rows


def _rules(rules: WeeklyRules) -> list[Explained]:
    said = [
        (f"hours_per_week of {role}", f"at most {locale.short(hours)}")
        for role, hours in rules.hours
    ]
    if rules.budget is not None:
        said.append(("budget_per_week", f"at most {locale.number(rules.budget)}"))
    if rules.patterns_at_most is not None:
        shifts = locale.counted(rules.patterns_at_most, "different shift")
        said.append(("patterns_at_most", f"{shifts} a role"))
    if rules.changes is not None:
        said.append(
            ("changes_per_week", f"{locale.counted(rules.changes, 'shift')} from today's roster")
        )
    if rules.on_average:
        said.append(("limits_hold", "hours, budget and changes on average over the whole plan"))
    if rules.short_cost is not None:
        said.append(
            ("short_cost", f"{locale.short(rules.short_cost)} for an hour in which work waits")
        )
    if rules.breaks is not None:
        rest = rules.breaks
        said.append(
            (
                "break",
                f"{rest.minutes} minutes in shifts of {locale.short(rest.from_hours)} hours or "
                "more, from "
                f"{locale.short(rest.after_hours)} hours in to "
                f"{locale.short(rest.before_end_hours)} before the end",
            )
        )
    said += [("post", f"{post.heads} {post.role} {_window(post.window)}") for post in rules.posts]
    said += [
        ("premium", f"hours {_window(one.window)} cost {locale.short(one.factor)} times as much")
        for one in rules.premiums
    ]
    said += [("limit", f"at most {shifts_of(one)} a week") for one in rules.counts]
    return [Explained(name, value, "Your settings.") for name, value in said]


def _window(window: Window) -> str:
    days = "" if len(window.days) == 7 else f", {'/'.join(WEEKDAYS[day] for day in window.days)}"
    return f"from {window.start} to {window.end}{days}"


def _five(values: tuple[float, ...], form: str) -> str:
    return " / ".join(form.format(value) for value in values)
