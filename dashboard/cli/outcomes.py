"""A replay of a roster as lines and as values, for the verbs that replay."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from staffing.estimate import Estimate
    from staffing.outcome import Outcome
    from staffing.role import StaffRole


def outcome_lines(done: "Outcome") -> list[str]:
    """What patients and staff would live through, a measure a line."""
    lines = [f"{done.name}, replayed on {len(done.sums)} possible futures:"]
    for row in done.table().itertuples():
        value, low, high = float(row.value), float(row.low), float(row.high)  # type: ignore[arg-type]
        if row.unit == "share":
            high = min(high, 1.0) if value <= 1 else high  # overtime keeps staff busy beyond 100 %
            lines.append(f"  {row.measure}: {value:.1%} ({max(low, 0):.1%} to {high:.1%})")
        else:
            lines.append(f"  {row.measure}: {value:.1f} {row.unit} ({low:.1f} to {high:.1f})")
    if done.unserved() > 0:
        lines.append(f"  NOBODY ever sees {done.unserved():.1%} of the patients who stay.")
    return lines


def outcome_values(done: "Outcome", hours: float) -> dict[str, Any]:
    """The same for programs, with the paid hours."""
    return {
        "roster": done.name,
        "paid_hours": hours,
        "futures": len(done.sums),
        "unserved": done.unserved(),
        "measures": done.table().to_dict("records"),
    }


def signed(found: "Estimate", scale: float, unit: str) -> str:
    """A difference with its sign and how sure it is."""
    value, low, high = (scale * number for number in (found.value, found.low, found.high))
    return f"{value:+.1f}{unit} (95 % sure: {low:+.1f} to {high:+.1f})"


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
        "visit: their second wait is left out, and the need alone counts when they return."
    ]
