"""Decisions on live models are kept for ever; the newest of a site and stream counts."""

import pandas as pd

from data import configurations
from data.store import Store

NOON = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def _save(store: Store, mark: str | None, stream: str = "all", site: str = "ward") -> int:
    return configurations.save(
        store,
        site=site,
        stream=stream,
        model=mark and "harmonic",
        toml=mark and f"model = 'harmonic' # {mark}",
        mark=mark,
        promoted_at_utc=NOON,
        who="ana",
        reason="it won",
        overruled=False,
        gate_scores=pd.DataFrame([{"model": "harmonic", "grain": "day", "crps": 6.5}]),
    )


def test_the_newest_decision_of_a_site_and_stream_counts(store: Store) -> None:
    assert configurations.live(store, "ward") is None
    assert [_save(store, mark) for mark in ("aaaaaa", "bbbbbb")] == [1, 2]
    _save(store, "cccccc", stream="acuity=2")
    _save(store, "dddddd", site="elsewhere")
    found = configurations.live(store, "ward")
    assert found is not None
    assert (found.hash, found.who, found.promoted_at_utc) == ("bbbbbb", "ana", NOON)
    assert found.gate_scores == ({"model": "harmonic", "grain": "day", "crps": 6.5},)
    assert configurations.live(store, "elsewhere", "acuity=2") is None


def test_going_back_to_auto_ends_it_and_the_past_stays(store: Store) -> None:
    _save(store, "aaaaaa")
    _save(store, None)
    assert configurations.live(store, "ward") is None
    table = configurations.decisions(store, "ward")
    assert table["hash"].tolist() == ["", "aaaaaa"]
    assert table["model"].tolist() == ["", "harmonic"]
    assert table["live"].tolist() == [True, False]
    assert configurations.decisions(store, "elsewhere").empty


def test_an_earlier_configuration_is_found_by_its_hash_at_its_site_only(store: Store) -> None:
    _save(store, "aaaaaa")
    _save(store, "bbbbbb")
    found = configurations.of_hash(store, "ward", "aaaaaa")
    assert found is not None
    assert found.toml.endswith("aaaaaa")
    assert configurations.of_hash(store, "elsewhere", "aaaaaa") is None
