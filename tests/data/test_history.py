"""History: what the store answers when it knows much, little or nothing."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from data import history
from data.errors import DataError
from data.ingest import LoadReport
from data.store import Store
from tests.data.conftest import hourly

NOW = pd.Timestamp("2024-02-01", tz="UTC")

Load = Callable[..., LoadReport]


def test_an_empty_store_knows_nothing(store: Store) -> None:
    assert history.sites(store).empty
    assert history.loads(store).empty
    assert history.data_version(store, "ward") == 0
    mix = partial(history.acuity_mix, before=NOW)
    for ask in (history.arrivals, history.streams, mix, history.length_of_stay):
        with pytest.raises(DataError, match="no site 'ward' in the store; known sites: none"):
            ask(store, "ward")


def test_an_unknown_site_or_stream_is_refused_with_what_there_is(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", [1, 2]), site="east")
    load(hourly("2024-01-01", [1, 2]), site="west")
    with pytest.raises(DataError, match="known sites: 'east', 'west'"):
        history.arrivals(store, "north")
    with pytest.raises(DataError, match="its streams are: all"):
        history.arrivals(store, "east", "acuity=2")


def test_a_site_tells_from_when_to_when_it_was_observed(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", ["", 1, 2, 3, ""]))
    row = history.sites(store).iloc[0]
    assert row["first"] == pd.Timestamp("2024-01-01 07:00", tz="UTC")
    assert row["last"] == pd.Timestamp("2024-01-01 10:00", tz="UTC")
    assert (row["time_zone"], row["step"], row["data_version"]) == ("America/Chicago", "hour", 1)
    assert history.arrivals(store, "ward").end == row["last"]


def test_without_acuity_there_is_no_mix(load: Load, store: Store) -> None:
    load(hourly("2024-01-01", [1, 2]))
    assert history.acuity_mix(store, "ward", NOW) is None
    assert history.length_of_stay(store, "ward").empty


def test_the_mix_is_that_of_the_last_year(load: Load, store: Store) -> None:
    load("date,acuity,count\n2022-01-01,1,50\n2024-01-01,2,30\n2024-01-02,3,10\n")
    assert history.acuity_mix(store, "ward", NOW) == (0.0, 0.75, 0.25, 0.0, 0.0)
    earlier = pd.Timestamp("2022-06-01", tz="UTC")
    assert history.acuity_mix(store, "ward", earlier) == (1.0, 0.0, 0.0, 0.0, 0.0)
