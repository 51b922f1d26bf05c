"""The one error that leaves the forecasting floor."""


class ForecastError(ValueError):
    """What is wrong, where, the value received and what to do, in one sentence."""
