"""Where labels of the local clock lie in time: once, twice (autumn) or nowhere (spring)."""

from typing import Literal

import numpy as np
import pandas as pd

from data.clock import Step
from data.errors import DataError

Kind = Literal["once", "repeated", "skipped"]


def place(buckets: pd.DataFrame, step: Step, time_zone: str) -> pd.DataFrame:
    """Add to each bucket its step and instant in UTC.

    buckets: aware (bool), bucket (naive: local wall clock when not aware, else UTC).
    Result: the same rows with kind, start_utc (start of the step), instant_utc (start of the
    bucket) and second_utc (start of the second step of a repeated label; NaT otherwise).
    A repeated label's start_utc is the first of the two. Skipped labels have NaT.
    """
    local = pd.DatetimeIndex(buckets["bucket"])
    aware = buckets["aware"].to_numpy(bool)
    if step == "day":
        return _place_days(buckets, local, time_zone)
    first = _localized(local, time_zone, ambiguous=True)
    second = _localized(local, time_zone, ambiguous=False)
    as_utc = local.tz_localize("UTC")
    instant = first.where(~aware, as_utc)
    start = first.where(~aware, _hour_starts(as_utc, time_zone))
    repeated = ~aware & np.asarray(first != second) & np.asarray(first.notna())
    kind = np.select([~aware & np.asarray(first.isna()), repeated], ["skipped", "repeated"], "once")
    _check_whole_hours(start, time_zone)
    return buckets.assign(
        kind=kind, start_utc=start, instant_utc=instant, second_utc=second.where(repeated)
    )


def _place_days(buckets: pd.DataFrame, local: pd.DatetimeIndex, time_zone: str) -> pd.DataFrame:
    start = local.normalize().tz_localize(
        time_zone, ambiguous=np.ones(len(local), bool), nonexistent="shift_forward"
    )
    start = start.tz_convert("UTC")
    return buckets.assign(
        kind="once",
        start_utc=start,
        instant_utc=start,
        second_utc=pd.DatetimeIndex([pd.NaT] * len(local)).tz_localize("UTC"),
    )


def _localized(local: pd.DatetimeIndex, time_zone: str, ambiguous: bool) -> pd.DatetimeIndex:
    flags = np.full(len(local), ambiguous)
    return local.tz_localize(time_zone, ambiguous=flags, nonexistent="NaT").tz_convert("UTC")


def _hour_starts(instants: pd.DatetimeIndex, time_zone: str) -> pd.DatetimeIndex:
    minutes = np.asarray(instants.tz_convert(time_zone).minute)
    return instants - pd.to_timedelta(minutes, unit="m")


def _check_whole_hours(start: pd.DatetimeIndex, time_zone: str) -> None:
    past = pd.DatetimeIndex(start.dropna()).minute
    if len(set(past)) > 1:
        raise DataError(
            f"The clock of {time_zone} moves by part of an hour within this file: "
            "such zones are not supported."
        )
