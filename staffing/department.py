"""Department: who works there, how long a patient takes them, which shifts exist, what is promised.

Times of day are local wall clock; lengths of care are minutes, lengths of shifts are hours.
"""

import math
from dataclasses import dataclass
from difflib import get_close_matches

from staffing.errors import StaffingError
from staffing.patience import SURVEY, Patience
from staffing.role import ACUITIES, Acuities, Area, StaffRole
from staffing.standards import Standard
from staffing.stays import Stay

__all__ = [
    "ACUITIES",
    "Acuities",
    "Area",
    "Department",
    "ShiftPattern",
    "StaffRole",
    "Target",
    "checked_level",
    "checked_mix",
    "default_department",
]


@dataclass(frozen=True)
class ShiftPattern:
    """A shift that can be rostered on any day.

    start: local time of day, "07:00". hours: length on the wall clock, so a night from 23:00 of
    8 hours ends at 07:00 also when the clock changes (people then work 7 or 9 hours).
    roles: names of the roles that may work it; empty means every role.
    """

    code: str
    start: str
    hours: float
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.code.strip():
            raise StaffingError(f"The shift that starts at {self.start!r} has no code.")
        if not math.isfinite(self.hours) or not 0 < self.hours <= 24:
            raise StaffingError(
                f"Shift {self.code!r} lasts {self.hours:g} hours: give more than 0 and at most 24."
            )
        object.__setattr__(self, "roles", tuple(self.roles))
        _ = self.start_minute

    @property
    def start_minute(self) -> int:
        """Minutes from midnight to the start, on the wall clock."""
        hour, colon, minute = str(self.start).partition(":")
        digits = hour.isdecimal() and minute.isdecimal() and bool(colon) and len(minute) == 2
        if not digits or int(hour) > 23 or int(minute) > 59:
            raise StaffingError(
                f"Shift {self.code!r} starts at {self.start!r}: write a time such as '07:00'."
            )
        return int(hour) * 60 + int(minute)

    @property
    def length_minutes(self) -> int:
        """Length on the wall clock, in minutes."""
        return round(self.hours * 60)

    def serves(self, role: str) -> bool:
        """Whether a role may work this shift."""
        return not self.roles or role in self.roles


@dataclass(frozen=True)
class Target:
    """A promise on waiting: at least `share` of patients wait no longer than `wait_minutes`."""

    wait_minutes: float
    share: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.wait_minutes) or self.wait_minutes <= 0:
            raise StaffingError(
                f"The waiting target is {self.wait_minutes:g} minutes: give more than 0, as no "
                "number of staff keeps everybody from waiting at all."
            )
        if not 0 < self.share < 1:
            raise StaffingError(
                f"The waiting target holds for {self.share:g} of patients: "
                "give a share between 0 and 1, such as 0.8."
            )


@dataclass(frozen=True)
class Department:
    """Everything about a department that its need and its shifts depend on.

    target: the promise for all patients together; standard: promises by acuity. One of them is
    given, or both, and then both are kept. service_level: share of the possible futures in which
    the roster keeps them. step_minutes: grid of needs and shifts; divides an hour. acuity_mix:
    shares of acuity 1 to 5, used where the data holds no acuity; they add up to 1. patience: how
    long patients wait before they leave, in replays. pickup_stop_minutes: nobody takes a new
    patient in the last minutes of a shift. stays: length of stay by acuity, from which patients
    present are counted; learn_stays: they are to be learned from the hospital's departures.
    times_in_care: minutes from the start of care to departure by acuity, for replays.
    """

    name: str
    roles: tuple[StaffRole, ...]
    patterns: tuple[ShiftPattern, ...]
    target: Target | None
    service_level: float = 0.8
    step_minutes: int = 30
    acuity_mix: Acuities = (0.01, 0.15, 0.45, 0.30, 0.09)
    standard: Standard | None = None
    patience: Patience = SURVEY
    pickup_stop_minutes: float = 30.0
    stays: tuple[Stay, ...] = ()
    learn_stays: bool = False
    times_in_care: tuple[Stay, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", tuple(self.roles))
        object.__setattr__(self, "patterns", tuple(self.patterns))
        object.__setattr__(self, "acuity_mix", checked_mix(self.acuity_mix))
        if not self.roles:
            raise StaffingError(f"Department {self.name!r} has no roles: list at least one.")
        _refuse_twins([role.name for role in self.roles], "role")
        _refuse_twins([pattern.code for pattern in self.patterns], "shift code")
        checked_level(self.service_level)
        if self.step_minutes not in (5, 10, 15, 20, 30, 60):
            raise StaffingError(
                f"Steps of {self.step_minutes} minutes do not fit an hour: use 15, 30 or 60."
            )
        if self.target is None and self.standard is None:
            raise StaffingError(
                f"Department {self.name!r} promises nothing: give a waiting target or a standard."
            )
        if not (0 <= self.pickup_stop_minutes < 24 * 60):
            raise StaffingError(
                f"Staff stop picking up {self.pickup_stop_minutes:g} minutes before the end of a "
                "shift: give 0 or more."
            )
        for pattern in self.patterns:
            self._check_pattern(pattern)
        for role in self.roles:
            self._check_cover(role)
            self._check_stays(role)

    def role(self, name: str) -> StaffRole:
        """Role by name; an unknown one is refused with the nearest known one."""
        for role in self.roles:
            if role.name == name:
                return role
        raise StaffingError(_unknown_role(name, self.roles, f"department {self.name!r}"))

    def patterns_of(self, role: str) -> tuple[ShiftPattern, ...]:
        """Shifts that a role may work."""
        return tuple(pattern for pattern in self.patterns if pattern.serves(role))

    def _check_pattern(self, pattern: ShiftPattern) -> None:
        if pattern.start_minute % self.step_minutes or pattern.length_minutes % self.step_minutes:
            raise StaffingError(
                f"Shift {pattern.code!r} from {pattern.start} for {pattern.hours:g} hours does not "
                f"fit steps of {self.step_minutes} minutes: begin and end it on such a step."
            )
        known = [role.name for role in self.roles]
        for name in pattern.roles:
            if name not in known:
                raise StaffingError(_unknown_role(name, self.roles, f"shift {pattern.code!r}"))

    def _check_stays(self, role: StaffRole) -> None:
        """Patients present are counted from how long they stay."""
        known = {stay.acuity for stay in self.stays}
        for area in role.areas:
            missing = [acuity for acuity in area.acuities if acuity not in known]
            if missing and not self.learn_stays:
                raise StaffingError(
                    f"Role {role.name!r} is staffed by the patients present in area {area.name!r}, "
                    f"but the length of stay of acuity {missing[0]} is not known: give "
                    'length_of_stay, minutes for acuity 1 to 5 or "learned".'
                )

    def _check_cover(self, role: StaffRole) -> None:
        """Every minute of a day has a shift, where someone must always be there."""
        patterns = self.patterns_of(role.name)
        if not patterns:
            raise StaffingError(
                f"No shift is open to role {role.name!r}: add one or name it there."
            )
        if role.minimum == 0:
            return
        covered: set[int] = set()
        for pattern in patterns:
            minutes = range(0, pattern.length_minutes, self.step_minutes)
            covered |= {(pattern.start_minute + minute) % 1440 for minute in minutes}
        for minute in range(0, 1440, self.step_minutes):
            if minute not in covered:
                raise StaffingError(
                    f"No shift of role {role.name!r} covers {minute // 60:02d}:{minute % 60:02d}, "
                    f"but {role.minimum} must be there at all times: add a shift or set the "
                    "minimum to 0."
                )


def checked_level(level: float) -> float:
    """Return a service level that lies between 0 and 1; refuse any other."""
    if not 0 < level < 1:
        raise StaffingError(
            f"The service level is {level:g}: give a share between 0 and 1, such as 0.8."
        )
    return level


def checked_mix(mix: tuple[float, ...]) -> Acuities:
    """Return shares of acuity 1 to 5, made to add up to exactly 1; refuse any other."""
    shares = tuple(float(value) for value in mix)
    if len(shares) != len(ACUITIES):
        raise StaffingError(
            f"The acuity mix has {len(shares)} shares: give five, for acuity 1 to 5."
        )
    if not all(math.isfinite(share) and share >= 0 for share in shares):
        raise StaffingError(f"The acuity mix {shares} holds a share that is not 0 or more.")
    total = sum(shares)
    if abs(total - 1) > 0.005:
        raise StaffingError(f"The shares of the acuity mix add up to {total:g}: make it 1.")
    one, two, three, four, five = (share / total for share in shares)
    return one, two, three, four, five


def _refuse_twins(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise StaffingError(
                f"The {what} {name!r} occurs {names.count(name)} times: rename one."
            )


def _unknown_role(name: str, roles: tuple[StaffRole, ...], where: str) -> str:
    known = [role.name for role in roles]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}."
    return f"Unknown role {name!r} in {where}: {hint}"


def default_department() -> Department:
    """Return a department to start from, for a hospital that has not entered its own values.

    Physician minutes and their share of time on patients are measured (Dreyer et al. 2009). All
    other care times, minimum covers and shifts are starting values to calibrate; the target is
    that of many triage scales for the middle acuity, and never a safe staffing standard.
    """
    physician = StaffRole(
        name="physician",
        minutes=(73.6, 38.9, 26.3, 15.0, 10.9),
        patient_share=0.842,
        minimum=1,
        source="Measured by triage level, with 84.2 % of rostered time on patients: "
        "Dreyer et al. 2009, Canadian Journal of Emergency Medicine.",
    )
    nurse = StaffRole(
        name="nurse",
        minutes=(150.0, 90.0, 60.0, 30.0, 20.0),
        minimum=2,
        source="Starting values to calibrate: a usual stay times one nurse to 1 patient at "
        "acuity 1, to 3 at acuity 2, to 4 at the others; ratios include time off patients.",
    )
    triage = StaffRole(
        name="triage nurse",
        minutes=(2.0, 5.0, 7.0, 6.0, 5.0),
        patient_share=0.85,
        minimum=1,
        source="Starting values to calibrate: minutes of a first look, short at acuity 1, "
        "which goes straight to resuscitation.",
    )
    patterns = (
        ShiftPattern("E", "07:00", 8),
        ShiftPattern("L", "15:00", 8),
        ShiftPattern("N", "23:00", 8),
        ShiftPattern("M", "11:00", 8),
        ShiftPattern("D", "08:00", 10),
        ShiftPattern("A", "13:00", 10),
        ShiftPattern("LD", "07:00", 12),
        ShiftPattern("LN", "19:00", 12),
    )
    return Department(
        name="Emergency department",
        roles=(physician, nurse, triage),
        patterns=patterns,
        target=Target(wait_minutes=30, share=0.8),
    )
