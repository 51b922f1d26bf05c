"""The one error that leaves the data floor."""


class DataError(ValueError):
    """What is wrong, where, the value received and what to do, in one sentence."""
