"""The one error that the doors raise of their own."""


class ServiceError(ValueError):
    """What is wrong, where, the value received and what to do, in one sentence."""
