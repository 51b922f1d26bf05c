"""Other daily forecasts beside ours: Prophet, statsmodels' ARIMA, and the mean of the two.

As the published benchmark set them, whose best was the mean.
Monks and colleagues' benchmark of ambulance demand: Prophet with its defaults and a New
Year's Day; a regression on New Year's Day with ARIMA(1,1,3)(1,0,1)₇ errors; each fitted anew at
each origin. Ranges are the packages' own; those of the mean are the means of their ends.
"""

import logging
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting.forecast import level_name

ORDER, SEASONAL_ORDER = (1, 1, 3), (1, 0, 1, 7)
SHARES = (0.8, 0.95)
SAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Fold:
    """A series by the day and the origin (UTC) from which so many days are forecast."""

    series: ArrivalSeries
    origin: pd.Timestamp
    days: int


def outcomes(fold: Fold) -> pd.DataFrame:
    """A row per peer and day ahead: model, site, origin, grain, ahead, actual, mean, q…."""
    counts = fold.series.counts
    dates = pd.DatetimeIndex(counts.index).tz_convert(fold.series.time_zone).tz_localize(None)
    every = pd.Series(counts.to_numpy(), index=pd.DatetimeIndex(dates, freq="D"))
    at = int(counts.index.searchsorted(fold.origin))
    past, ahead = every.iloc[:at], every.iloc[at : at + fold.days]
    made = {"plain prophet": prophet(past, fold.days), "arima": arima(past, fold.days)}
    made["mean of the two"] = (made["plain prophet"] + made["arima"]) / 2
    frames = []
    for name, frame in made.items():
        place = {"model": name, "site": fold.series.site, "origin": fold.origin, "grain": "day",
                 "ahead": np.arange(1, fold.days + 1), "actual": ahead.to_numpy()}  # fmt: skip
        frames.append(pd.concat([pd.DataFrame(place), frame], axis=1))
    return pd.concat(frames, ignore_index=True)


def prophet(past: pd.Series, days: int) -> pd.DataFrame:
    """Mean and ends of the ranges by Prophet, its defaults and a New Year's Day."""
    import cmdstanpy
    from prophet import Prophet

    logging.getLogger("prophet").setLevel(logging.ERROR)
    years = pd.date_range("2013-01-01", periods=20, freq="YS")
    model = Prophet(
        holidays=pd.DataFrame({"holiday": "new_year", "ds": years}),
        daily_seasonality=False, uncertainty_samples=SAMPLES,
    )  # fmt: skip
    with warnings.catch_warnings(), cmdstanpy.disable_logging():
        warnings.simplefilter("ignore")  # Prophet 1.5 calls pandas in ways that pandas 4 drops
        model.fit(pd.DataFrame({"ds": past.index, "y": past.to_numpy()}), seed=1)
        future = model.make_future_dataframe(days, include_history=False)
        np.random.seed(1)  # noqa: NPY002  Prophet draws from numpy's global generator
        draws = model.predictive_samples(future)["yhat"]
        found = {"mean": model.predict(future)["yhat"].to_numpy()}
    for share in SHARES:
        for side in (-1, 1):
            level = round(0.5 + side * share / 2, 4)
            found[level_name(level)] = np.quantile(draws, level, axis=1)
    return pd.DataFrame(found)


def arima(past: pd.Series, days: int) -> pd.DataFrame:
    """Mean and ends of the ranges by a regression on New Year's Day with ARIMA errors."""
    from statsmodels.tsa.arima.model import ARIMA

    future = pd.date_range(past.index[-1] + pd.Timedelta(days=1), periods=days, freq="D")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its optimiser warns where it stops early
        fitted = ARIMA(
            past, exog=_new_year(past.index), order=ORDER, seasonal_order=SEASONAL_ORDER,
            enforce_stationarity=False,
        ).fit()  # fmt: skip
        ahead = fitted.get_forecast(days, exog=_new_year(future))
    found = {"mean": ahead.predicted_mean.to_numpy()}
    for share in SHARES:
        ends = ahead.conf_int(alpha=1 - share).to_numpy()
        for side, column in ((-1, 0), (1, 1)):
            found[level_name(round(0.5 + side * share / 2, 4))] = ends[:, column]
    return pd.DataFrame(found)


def _new_year(dates: pd.Index) -> pd.DataFrame:
    first = [float(date.month == 1 and date.day == 1) for date in dates]
    return pd.DataFrame({"new_year": first}, index=dates)
