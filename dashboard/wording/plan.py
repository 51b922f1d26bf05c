"""What the page Staffing plan says."""

import math

import pandas as pd

from dashboard.service.question import Answer
from dashboard.wording import amounts, times
from data import locale
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement

LEVELS = (0.5, 0.7, 0.8, 0.9, 0.95)
LEVEL_HELP = (
    "How sure you want to be. “8 in 10” means: in 8 of 10 such hours there are enough staff "
    "to keep the waiting promise. More costs more paid hours."
)


def promise(need: Requirement) -> str:
    """The promise on waiting and how often it is to hold."""
    often = amounts.level(need.service_level)
    return f"Enough staff in **{often}** such hours for {on_waiting(need)}."


def on_waiting(need: Requirement) -> str:
    """What the need promises on waiting."""
    found = []
    if need.target is not None:
        found.append(
            f"{locale.short(need.target.share * 100)} % of patients to wait no longer than "
            f"{locale.counted(need.target.wait_minutes, 'minute')}"
        )
    if need.standard is not None:
        found.append(f"the times of {need.standard.name} by acuity to be kept")
    return " and ".join(found)


def shortfall(plan: ShiftPlan) -> str:
    """Whether the shifts meet the need, in a sentence."""
    short = plan.shortfall()
    if short.empty:
        return "✓ The shifts cover the need in every half hour of the plan."
    worst = short.sort_values(["heads", "hours"], ascending=False).iloc[0]
    zone = plan.requirement.time_zone
    stretches = locale.counted(len(short), "stretch", "stretches")
    hours = locale.counted(short["hours"].sum(), "hour")
    return (
        f"▼ Too few staff in {stretches}, {hours} in all. The worst: "
        f"{amounts.heads(int(worst['heads']), str(worst['role']))} on "
        f"{times.moment(worst['start'], zone)}. Add a shift that covers it, or call staff in."
    )


def roles(need: Requirement) -> dict[str, str]:
    """Roles as they are named on buttons."""
    return {role: role.capitalize() for role in need.roles}


def horizon(need: Requirement) -> str:
    """From when to when the plan runs."""
    last = need.end - pd.Timedelta(minutes=1)
    return f"{times.day(need.start, need.time_zone)} – {times.day(last, need.time_zone)}"


def paid(plan: ShiftPlan, role: str) -> str:
    """Paid hours of a role."""
    return f"{locale.number(plan.paid_hours()[role])} h"


def short(plan: ShiftPlan, role: str) -> str:
    """Hours short of a role, with sign."""
    hours = plan.short_hours()[role]
    return f"▼ {locale.short(hours)} h short" if hours > 0 else "✓ never short"


def spare(plan: ShiftPlan, role: str) -> str:
    """Share of paid time that the need asks for."""
    return f"{plan.utilisation()[role] * 100:.0f} % of it needed"


def fewest(plan: ShiftPlan) -> str:
    """How good the plan is proven to be; nothing where it was edited."""
    if math.isinf(plan.proven_gap):
        return ""
    if plan.notes:
        return (
            f"Proven to be within {locale.number(plan.proven_gap * 100, 1)} % of the best that "
            "the rules of "
            "the department allow."
        )
    if plan.proven_gap < 0.0005:
        return "No set of these shifts needs fewer hours on duty within the plan."
    gap = plan.proven_gap * 100
    return f"Proven to be within {locale.number(gap, 1)} % of the fewest possible hours on duty."


PAID_HELP = "Hours of all planned shifts at full length, over the whole plan."
SHIFTS_HELP = "Heads to roster, on the day on which the shift starts; times are local."


def need_alt(need: Requirement, role: str) -> str:
    """Description of the need heatmap."""
    most = need.heads[role]
    at = pd.Timestamp(most.index[int(most.to_numpy().argmax())])
    return (
        f"Heads of {role} needed, by day and hour. Most: {int(most.max())} "
        f"at {times.moment(at, need.time_zone)}."
    )


def cover_alt(plan: ShiftPlan, role: str) -> str:
    """Description of the chart of need against cover."""
    return (
        f"{role.capitalize()} on duty against the need, by half hour, and the difference below: "
        f"{short(plan, role)} over the whole plan."
    )


def source(answer: Answer) -> str:
    """Where the need comes from."""
    return (
        f"From the forecast by model “{answer.forecast.model}”, the care times of each role and "
        "the waiting promise in edinflow.toml. A starting point for your judgement, not a safe "
        "staffing standard."
    )
