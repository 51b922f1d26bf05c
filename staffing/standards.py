"""Named promises on waiting by acuity, each with its source. None is a safe staffing standard."""

import math
from dataclasses import dataclass
from difflib import get_close_matches

from staffing.errors import StaffingError

IMMEDIATE_MINUTES = 2.0


@dataclass(frozen=True)
class Standard:
    """Minutes within which a share of patients is to be seen, by acuity 1 to 5.

    of: "wait" until care begins, or "stay" until departure. "Immediate" is written as 2 minutes:
    a wait that short is nobody's queue. It interrupts the care of others, so it cannot be promised
    to every acuity.
    """

    name: str
    minutes: tuple[float, ...]
    shares: tuple[float, ...]
    of: str = "wait"
    source: str = ""

    def __post_init__(self) -> None:
        minutes = tuple(float(value) for value in self.minutes)
        shares = tuple(float(value) for value in self.shares)
        if len(minutes) != 5 or len(shares) != 5:
            raise StaffingError(
                f"Standard {self.name!r}: give five minutes and five shares, for acuity 1 to 5."
            )
        if not all(math.isfinite(value) and value >= 0 for value in minutes):
            raise StaffingError(
                f"Standard {self.name!r}: minutes {list(minutes)} must be 0 or more."
            )
        if not all(0 < value <= 1 for value in shares):
            raise StaffingError(
                f"Standard {self.name!r}: shares {list(shares)} must be above 0 and at most 1."
            )
        if self.of == "wait" and max(minutes) <= IMMEDIATE_MINUTES:
            raise StaffingError(
                f"No staffing keeps {self.name!r}: minutes {list(minutes)} promise care at once to "
                "every acuity, and nobody is left whose care can be interrupted for it; "
                f"give more than {IMMEDIATE_MINUTES:g} minutes to those who can wait, as 30."
            )
        if self.of not in ("wait", "stay"):
            raise StaffingError(
                f"Standard {self.name!r} is of {self.of!r}: write 'wait' or 'stay'."
            )
        object.__setattr__(self, "minutes", minutes)
        object.__setattr__(self, "shares", shares)


ATS = Standard(
    "ATS",
    (2, 10, 30, 60, 120),
    (1.0, 0.80, 0.75, 0.70, 0.70),
    source="Australasian Triage Scale: immediate 100 %, 10 min 80 %, 30 min 75 %, 60 and 120 min "
    "70 %.",
)
STANDARDS = {
    "ATS": ATS,
    "CTAS": Standard(
        "CTAS",
        (2, 15, 30, 60, 120),
        (0.98, 0.95, 0.90, 0.85, 0.80),
        source="Canadian Triage and Acuity Scale, time to physician; variants exist: recheck.",
    ),
    "MTS": Standard(
        "MTS",
        (2, 10, 60, 120, 240),
        (1.0, 0.80, 0.80, 0.80, 0.80),
        source="Manchester Triage System, maximum times; the shares are a starting value: recheck.",
    ),
    "four-hour": Standard(
        "four-hour",
        (240,) * 5,
        (0.95,) * 5,
        of="stay",
        source="England: 95 % leave the department within four hours; of the whole stay, not "
        "of the wait.",
    ),
}


def standard(name: str) -> Standard:
    """Return a standard by its name; an unknown one is refused with the nearest known one.

    >>> standard("CTAS").minutes
    (2.0, 15.0, 30.0, 60.0, 120.0)
    """
    if name in STANDARDS:
        return STANDARDS[name]
    near = get_close_matches(name, list(STANDARDS), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(STANDARDS)}."
    raise StaffingError(f"Unknown waiting standard {name!r}: {hint}")
