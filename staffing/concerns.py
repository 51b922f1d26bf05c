"""What in a department's settings a rota lead should look at twice, a sentence each."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from data import locale
from staffing import workload
from staffing.department import Department
from staffing.errors import StaffingError
from staffing.patience import SURVEY
from staffing.promise import wait_minutes
from staffing.role import in_words
from staffing.rules import Post
from staffing.usual_week import clashes
from staffing.weekly import WeeklyRules

# Patients per physician hour: mean 1.72, 1.22 in small and 2.07 in large departments (912
# physicians); above 2.5 the American Academy of Emergency Medicine calls it unsafe.
USUAL_PACE = (1.2, 2.1)
HARD_PACE = 2.5
PHYSICIANS = ("physician", "doctor", "consultant", "registrar", "arzt", "ärzt", "médic", "medic")
NIGHT_MINUTE = 4 * 60


@dataclass(frozen=True)
class Concern:
    """One sentence; hard: no plan can be right while it stands."""

    sentence: str
    hard: bool = False


def concerns(department: Department, rules: WeeklyRules) -> list[Concern]:
    """All concerns about a department and its rules, the hard ones first."""
    found = [
        *_pace(department),
        *_promises(department),
        *_stays(department),
        *_nights(department),
        *_never_seen(department),
        *_kept_together(department, rules),
        *_idle_rules(department, rules),
        *_sources(department),
    ]
    return sorted(found, key=lambda concern: not concern.hard)


def is_physician(role: str) -> bool:
    """Whether a role is one of physicians, by its name.

    >>> is_physician("Senior doctor"), is_physician("nurse")
    (True, False)
    """
    return any(word in role.lower() for word in PHYSICIANS)


def pace(department: Department) -> float | None:
    """Patients per physician hour that the minutes of care allow; None without physicians."""
    minutes = sum(
        workload.rostered_minutes(role, department.acuity_mix)
        * workload.seen_share(role, department.acuity_mix)
        for role in department.roles
        if is_physician(role.name)
    )
    return 60 / minutes if minutes > 0 else None


def _pace(department: Department) -> Iterator[Concern]:
    found = pace(department)
    if found is None:
        return
    low, high = USUAL_PACE
    if found > HARD_PACE:
        yield Concern(
            f"The minutes of care allow {locale.number(found, 1)} patients per physician hour, "
            "above "
            f"{HARD_PACE:g}, which the American Academy of Emergency Medicine calls unsafe: raise "
            "minutes or lower patient_share.",
            hard=True,
        )
    elif not low <= round(found, 1) <= high:
        word = "few" if found < low else "many"
        yield Concern(
            f"The minutes of care allow {locale.number(found, 1)} patients per physician hour, "
            f"{word} against "
            f"the usual {low:g} to {high:g} (912 physicians): check minutes and patient_share, or "
            "edinflow replay them on your past."
        )


def _promises(department: Department) -> Iterator[Concern]:
    for role in department.roles:
        if department.standard is None or not role.queues:
            continue
        try:
            wait_minutes(department.standard, role)
        except StaffingError as error:
            yield Concern(str(error), hard=True)


def _stays(department: Department) -> Iterator[Concern]:
    """Patients cannot be in care for longer than they stay."""
    whole = {stay.acuity: stay.mean_minutes for stay in department.stays}
    for stay in department.times_in_care:
        if stay.mean_minutes > whole.get(stay.acuity, math.inf):
            yield Concern(
                f"time_in_care of acuity {stay.acuity} is {stay.mean_minutes:.0f} minutes, longer "
                f"than its length_of_stay of {whole[stay.acuity]:.0f}, which holds the wait too: "
                "check both."
            )


def _never_seen(department: Department) -> Iterator[Concern]:
    """Shifts so short that nobody in them takes a new patient for most of their time."""
    stop, patterns = department.pickup_stop_minutes, department.patterns
    never = [one.code for one in patterns if one.length_minutes <= stop]
    rarely = [one.code for one in patterns if stop < one.length_minutes < 2 * stop]
    if never:
        yield Concern(
            f"pickup_stop_minutes is {locale.short(stop)}, as long as shift {in_words(never)}: "
            "nobody in it ever takes a patient; lower it, such as to 30.",
            hard=True,
        )
    elif rarely:
        yield Concern(
            f"pickup_stop_minutes is {locale.short(stop)}: nobody takes a patient for more than "
            f"half of shift {in_words(rarely)}; check it."
        )


def _nights(department: Department) -> Iterator[Concern]:
    for role in department.roles:
        patterns = department.patterns_of(role.name)
        if role.minimum == 0 and not any(
            _covers(p.start_minute, p.length_minutes) for p in patterns
        ):
            yield Concern(
                f"No shift of role {role.name!r} covers 04:00 and its minimum is 0: its need at "
                "night stays open; add a night shift if patients need it then."
            )


def _covers(start: int, length: int, minute: int = NIGHT_MINUTE) -> bool:
    return (minute - start) % 1440 < length


def _kept_together(department: Department, rules: WeeklyRules) -> list[Concern]:
    """Rules that no plan keeps: what is plain to see first, what only a week of shifts shows."""
    plain = [*_hours(department, rules), *_posts(department, rules)]
    return plain or [Concern(said, hard=True) for said in clashes(department, rules)]


def _hours(department: Department, rules: WeeklyRules) -> Iterator[Concern]:
    for name, hours in rules.hours:
        least = department.role(name).minimum * 168
        if hours < least:
            yield Concern(
                f"hours_per_week gives {name!r} {hours:g} hours, but its minimum of "
                f"{department.role(name).minimum} at all times takes {least}: raise the hours or "
                "lower the minimum.",
                hard=True,
            )
    cost = sum(role.minimum * 168 * role.cost_per_hour for role in department.roles)
    if rules.budget is not None and rules.budget < cost:
        yield Concern(
            f"budget_per_week is {rules.budget:g}, but the minimum of every role at all times "
            f"costs {cost:g}: raise the budget or lower a minimum.",
            hard=True,
        )


def _posts(department: Department, rules: WeeklyRules) -> Iterator[Concern]:
    for post in rules.posts:
        patterns = department.patterns_of(post.role)
        open_at = [
            minute
            for minute in _minutes(post, department.step_minutes)
            if not any(_covers(p.start_minute, p.length_minutes, minute) for p in patterns)
        ]
        if open_at:
            yield Concern(
                f"A post asks for {post.heads} {post.role} from {post.window.start} to "
                f"{post.window.end}, but no shift of that role covers "
                f"{open_at[0] // 60:02d}:{open_at[0] % 60:02d}: add one.",
                hard=True,
            )


def _minutes(post: Post, step: int) -> list[int]:
    """Minutes of the day of a post's window, step by step."""
    (a, b), (c, d) = (text.split(":") for text in (post.window.start, post.window.end))
    first, last = int(a) * 60 + int(b), int(c) * 60 + int(d)
    length = (last - first) % 1440 or 1440
    return [(first + past) % 1440 for past in range(0, length, step)]


def _idle_rules(department: Department, rules: WeeklyRules) -> Iterator[Concern]:
    """Settings that change nothing as they stand."""
    if rules.premiums and not any(role.cost_per_hour for role in department.roles):
        yield Concern("There are premiums, but no role has a cost_per_hour: they change nothing.")
    longest = max(pattern.hours for pattern in department.patterns)
    if rules.breaks is not None and longest < rules.breaks.from_hours:
        yield Concern(
            f"Breaks begin with shifts of {rules.breaks.from_hours:g} hours, but the longest lasts "
            f"{longest:g}: nobody has a break."
        )
    if department.patience.endless:
        yield Concern("No patient ever leaves unseen in a replay: waits of a thin roster explode.")


def _sources(department: Department) -> Iterator[Concern]:
    for role in department.roles:
        if role.queues and not role.source:
            yield Concern(f"Role {role.name!r} states no source for its minutes of care.")
        elif role.queues and "calibrate" in role.source:
            yield Concern(f"The minutes of role {role.name!r} are starting values: calibrate them.")
    if department.patience == SURVEY:
        yield Concern(
            "Patience is that of a survey elsewhere: compare the walk-outs of edinflow simulate "
            "with yours."
        )
