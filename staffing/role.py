"""StaffRole: a kind of staff, and what a patient asks of it: minutes of care, or presence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from staffing.errors import StaffingError
from staffing.returning import Returning

ACUITIES = (1, 2, 3, 4, 5)
Acuities = tuple[float, float, float, float, float]
EVERYONE: Acuities = (1.0, 1.0, 1.0, 1.0, 1.0)


def in_words(roles: Sequence[str]) -> str:
    """Names of roles within a sentence.

    >>> in_words(["physician"]), in_words(["physician", "nurse", "triage nurse"])
    ('physician', 'physician, nurse and triage nurse')
    """
    *others, last = roles
    return f"{', '.join(others)} and {last}" if others else last


@dataclass(frozen=True)
class Area:
    """A part of the department: the acuities that lie there, and patients to one head."""

    name: str
    acuities: tuple[int, ...]
    patients_per_head: float

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise StaffingError("An area has no name: give it one, such as 'majors'.")
        object.__setattr__(self, "acuities", tuple(self.acuities))
        known = [acuity for acuity in self.acuities if acuity in ACUITIES]
        if not known or len(set(known)) != len(self.acuities):
            raise StaffingError(
                f"Area {self.name!r} holds acuities {list(self.acuities)}: give numbers from 1 to "
                "5, each once."
            )
        if not (math.isfinite(self.patients_per_head) and self.patients_per_head > 0):
            raise StaffingError(
                f"Area {self.name!r} has {self.patients_per_head:g} patients to one head: give "
                "more than 0."
            )


@dataclass(frozen=True)
class StaffRole:
    """A kind of staff.

    minutes: hands-on minutes that one patient takes, by acuity 1 (most urgent) to 5.
    patient_share: part of rostered time that goes to patients, above 0 and at most 1; the rest is
    handover, teaching, breaks. minimum: heads on duty at all times. cost_per_hour: of one head, in
    any currency. source: where the minutes come from, shown beside them.
    sees: share of the patients of each acuity whom this role takes on; the others never wait for
    it. returning: patients who come back to it; the minutes are then those of all visits together.
    areas: where it is staffed by patients present; they decide its need in place of the minutes,
    which then serve a replay only. fixed: heads on posts of their own (in charge, triage desk),
    added to the need at all times.
    """

    name: str
    minutes: Acuities = (0.0, 0.0, 0.0, 0.0, 0.0)
    patient_share: float = 1.0
    minimum: int = 1
    cost_per_hour: float = 0.0
    source: str = ""
    sees: Acuities = EVERYONE
    returning: Returning | None = None
    areas: tuple[Area, ...] = ()
    fixed: int = 0

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise StaffingError("A role has no name: give it one, such as 'physician'.")
        minutes = tuple(float(value) for value in self.minutes)
        if len(minutes) != len(ACUITIES):
            raise StaffingError(
                f"Role {self.name!r} has {len(minutes)} care times: "
                "give minutes for each acuity, 1 to 5."
            )
        for acuity, value in zip(ACUITIES, minutes, strict=True):
            if not math.isfinite(value) or value < 0:
                raise StaffingError(
                    f"Role {self.name!r} has {value:g} minutes of care for acuity {acuity}: "
                    "minutes are 0 or more."
                )
        object.__setattr__(self, "minutes", minutes)
        object.__setattr__(self, "areas", tuple(self.areas))
        object.__setattr__(self, "sees", tuple(float(share) for share in self.sees))
        self._check_patients()
        if not 0 < self.patient_share <= 1:
            raise StaffingError(
                f"Role {self.name!r} spends {self.patient_share:g} of its time on patients: "
                "give a share above 0 and at most 1."
            )
        for name, what in (("minimum", "a minimum"), ("fixed", "fixed posts")):
            heads = getattr(self, name)
            if not (math.isfinite(heads) and heads >= 0 and heads % 1 == 0):
                raise StaffingError(
                    f"Role {self.name!r} has {what} of {heads:g}: give a whole number, 0 or more."
                )
            object.__setattr__(self, name, int(heads))
        if not math.isfinite(self.cost_per_hour) or self.cost_per_hour < 0:
            raise StaffingError(
                f"Role {self.name!r} costs {self.cost_per_hour:g} an hour: give 0 or more."
            )

    @property
    def queues(self) -> bool:
        """Whether patients wait for this role in a line: it has minutes of care."""
        return any(m * share > 0 for m, share in zip(self.minutes, self.sees, strict=True))

    def _check_patients(self) -> None:
        """The patients of the role: shares that it sees, areas, and some work at all."""
        if len(self.sees) != len(ACUITIES) or not all(0 <= share <= 1 for share in self.sees):
            raise StaffingError(
                f"Role {self.name!r} sees {list(self.sees)} of the patients: give five shares from "
                "0 to 1, for acuity 1 to 5."
            )
        names = [repr(area.name) for area in self.areas]
        lying = [str(acuity) for area in self.areas for acuity in area.acuities]
        for what, listed in (("area", names), ("acuity", lying)):
            for one in listed:
                if listed.count(one) > 1:
                    raise StaffingError(
                        f"Role {self.name!r} has {what} {one} in its areas more than once: "
                        "name it in one."
                    )
        if not (self.queues or self.areas or self.fixed):
            raise StaffingError(
                f"Role {self.name!r} has no care time: every acuity has 0 minutes, and it has "
                "neither areas nor fixed posts."
            )
