"""The local clock: days of 23, 24 and 25 hours, and zones of half and quarter hours."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import clock
from data.errors import DataError

ZONES = (
    "America/Chicago",
    "Europe/London",
    "Australia/Adelaide",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/St_Johns",
    "UTC",
)
moments = st.integers(1_000_000_000, 1_900_000_000).map(
    lambda seconds: pd.Timestamp(seconds, unit="s", tz="UTC")
)


@given(moments, st.sampled_from(ZONES))
def test_an_hour_begins_on_the_local_hour_and_holds_its_moment(
    moment: pd.Timestamp, zone: str
) -> None:
    start = clock.floor_to_step(moment, "hour", zone)
    local = start.tz_convert(zone)
    assert (local.minute, local.second) == (0, 0)
    assert pd.Timedelta(0) <= moment - start < pd.Timedelta(hours=1)


@given(moments, st.sampled_from(ZONES), st.integers(1, 400))
def test_days_follow_each_other_with_23_to_25_hours(
    moment: pd.Timestamp, zone: str, days: int
) -> None:
    starts = clock.day_starts(moment, days + 1, zone)
    hours = (starts[1:] - starts[:-1]) / pd.Timedelta(hours=1)
    assert set(hours) <= {23.0, 24.0, 25.0}
    assert starts[0] <= moment < starts[1]
    assert (starts.tz_convert(zone).hour == 0).all()


@given(moments, st.sampled_from(ZONES), st.integers(1, 60))
def test_the_steps_between_two_days_are_all_hours_of_those_days(
    moment: pd.Timestamp, zone: str, days: int
) -> None:
    starts = clock.day_starts(moment, days + 1, zone)
    hours = clock.steps_between(starts[0], starts[-1], "hour", zone)
    assert len(hours) == (starts[-1] - starts[0]) / pd.Timedelta(hours=1)
    assert clock.steps_between(starts[0], starts[-1], "day", zone).equals(starts[:-1])


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2024-03-10 01:59", "2024-03-10 07:59"),
        ("2024-03-10 02:30", "2024-03-10 08:00"),  # skipped: the first time that exists
        ("2024-11-03 01:30", "2024-11-03 06:30"),  # repeated: the first of the two
        ("2024-07-01T00:00:00+02:00", "2024-06-30 22:00"),
    ],
)
def test_a_local_time_is_one_instant(local: str, utc: str) -> None:
    assert clock.instant(local, "America/Chicago") == pd.Timestamp(utc, tz="UTC")


@pytest.mark.parametrize("text", ["tomorrow-ish", "", "2024-13-01"])
def test_an_unreadable_time_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="Cannot read the time"):
        clock.instant(text, "UTC")


def test_an_unknown_zone_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DataError, match="did you mean 'Europe/London'"):
        clock.zone("Europe/Londn")
    for odd in ("", "../../etc/passwd", "Mars", "a\x00b"):
        with pytest.raises(DataError, match="Unknown time zone"):
            clock.zone(odd)
