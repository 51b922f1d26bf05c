"""A replay of a roster as lines and as values, for the verbs that replay."""

from typing import TYPE_CHECKING, Any

from data import locale

if TYPE_CHECKING:
    from staffing.department import Department
    from staffing.estimate import Estimate
    from staffing.outcome import Outcome
    from staffing.role import StaffRole


def outcome_lines(done: "Outcome", role: str, zone: str, by_hour: bool = False) -> list[str]:
    """What patients and staff would live through, a measure a line; zone: of hours of the day."""
    from dashboard.wording import occupancy as present

    lines = [f"{done.name} ({role}), replayed on {len(done.sums)} possible futures:"]
    if done.sums["seen"].sum() == 0:
        lines.append("  NOBODY is seen.")
    for row in done.table().itertuples():
        value, low, high = float(row.value), float(row.low), float(row.high)  # type: ignore[arg-type]
        if row.unit == "share":
            high = min(high, 1.0) if value <= 1 else high  # overtime keeps staff busy beyond 100 %
            lines.append(
                f"  {row.measure}: {locale.percent(value, 1)} ({locale.percent(max(low, 0), 1)} "
                f"to {locale.percent(high, 1)})"
            )
        else:
            lines.append(
                f"  {row.measure}: {locale.number(value, 1)} {row.unit} ({locale.number(low, 1)} "
                f"to {locale.number(high, 1)})"
            )
    lines.append(f"  most of them: {present.busiest(done.occupancy.busiest(zone))}")
    if by_hour:
        lines += [
            f"    {present.hour(int(row['hour']))}  {locale.number(row['mean'], 1):>5} on average "
            f"({locale.number(row['low'], 1)} to {locale.number(row['high'], 1)}), likely "
            f"{row['likely_low']} to "
            f"{row['likely_high']}, at most {row['crowded']} in 19 of 20"
            for row in done.occupancy.by_hour(zone).to_dict("records")
        ]
    if done.unserved() > 0:
        lines.append(
            f"  NOBODY ever sees {locale.percent(done.unserved(), 1)} of the patients who stay."
        )
    return lines


def outcome_values(done: "Outcome", role: str, hours: float, zone: str) -> dict[str, Any]:
    """The same for programs, with the paid hours."""
    return {
        "roster": done.name,
        "role": role,
        "paid_hours": hours,
        "futures": len(done.sums),
        "unserved": done.unserved(),
        "measures": done.table().to_dict("records"),
        "occupancy": {
            "whole_stay": done.occupancy.whole,
            "by_hour": done.occupancy.by_hour(zone).to_dict("records"),
        },
    }


def crowding_lines(other: "Outcome", today: "Outcome", role: str, zone: str) -> list[str]:
    """What a roster changes in the patients present at once, at the hour busiest until then."""
    from dashboard.wording import occupancy as present

    peak = today.occupancy.busiest(zone)
    change = other.occupancy.less(today.occupancy, zone, peak.hour)
    return [
        f"  It changes the patients {present.where(today.occupancy.whole, role)} at "
        f"{present.hour(peak.hour)}, the busiest hour with {today.name}, by "
        f"{signed(change, 1, '')}."
    ]


def crowding_values(other: "Outcome", today: "Outcome", zone: str) -> dict[str, Any]:
    """The same for programs, on average and hour by hour."""
    less = other.occupancy.less
    hours = today.occupancy.by_hour(zone)["hour"].tolist()
    return {
        **estimate_values(less(today.occupancy, zone)),
        "by_hour": [
            {"hour": hour, **estimate_values(less(today.occupancy, zone, hour))} for hour in hours
        ],
    }


def counted(department: "Department", role: str) -> list[str]:
    """Who is not among the patients present, where the settings leave somebody out."""
    from dashboard.wording import occupancy as present

    said = present.counted(department, role)
    return [f"  {said}"] if said else []


def signed(found: "Estimate", scale: float, unit: str) -> str:
    """A difference with its sign and how sure it is."""
    value, low, high = (
        round(scale * number, 1) + 0.0 for number in (found.value, found.low, found.high)
    )
    if value == low == high == 0:
        return "nothing"
    return (
        f"{locale.signed(value, 1)}{unit} (95 % sure: {locale.signed(low, 1)} to "
        f"{locale.signed(high, 1)})"
    )


def estimate_values(found: "Estimate") -> dict[str, float]:
    """The same for programs."""
    return {"value": found.value, "low": found.low, "high": found.high}


def halved(roster: str | None) -> list[str]:
    """Why the plan that was replayed is not to the hour the one that `edinflow plan` writes."""
    if roster is not None:
        return []
    return [
        "  The plan here is made on one half of the possible futures and judged on the other, so "
        "its hours differ a little from those of edinflow plan, which is made on all of them."
    ]


def in_one_visit(role: "StaffRole") -> list[str]:
    """That who comes back is replayed in one piece, where a role has such patients."""
    if role.returning is None:
        return []
    return [
        f"  Patients who come back to a {role.name} are replayed with all their minutes in one "
        "visit, and stay in the department in between: their second wait is left out, and the "
        "need alone counts when they return."
    ]
