"""The one error that leaves the staffing floor."""


class StaffingError(ValueError):
    """What is wrong, where, the value received and what to do, in one sentence."""
