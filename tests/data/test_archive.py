"""The archive gives back forecasts exactly as they were issued."""

import numpy as np
import pandas as pd
import pytest

from data import archive, clock
from data.errors import DataError
from data.store import Store

ZONE = "America/Chicago"
ORIGIN = clock.instant("2024-11-02", ZONE)


def _save(
    store: Store, seed: int, stream: str = "all", most: int = 9, step: clock.Step = "hour"
) -> tuple[int, np.ndarray]:
    index = clock.steps_from(ORIGIN, 72, step, ZONE)
    draws = np.random.default_rng(seed).integers(0, most, (72, 50)).astype(np.int32)
    quantiles = pd.DataFrame({"mean": draws.mean(axis=1), "q50": np.median(draws, axis=1)}, index)
    number = archive.save_forecast(
        store,
        site="ward",
        stream=stream,
        model="harmonic",
        time_zone=ZONE,
        step=step,
        origin_utc=ORIGIN,
        made_at_utc=ORIGIN + pd.Timedelta(minutes=5),
        data_version=3,
        settings_hash="abc",
        seed=seed,
        reason="Best of four.",
        notes=["Thin history."],
        index=index,
        draws=draws,
        quantiles=quantiles,
    )
    return number, draws


@pytest.mark.parametrize(("most", "step"), [(9, "hour"), (100_000, "day")])
def test_a_forecast_comes_back_as_it_was_issued(store: Store, most: int, step: clock.Step) -> None:
    number, draws = _save(store, 1, most=most, step=step)
    found = archive.latest_forecast(store, "ward")
    assert found is not None
    assert found.forecast_id == number == archive.forecast_id(store, "ward")
    np.testing.assert_array_equal(found.draws, draws)
    assert found.index.equals(clock.steps_from(ORIGIN, 72, step, ZONE))
    assert (found.origin_utc, found.data_version, found.seed) == (ORIGIN, 3, 1)
    assert (found.model, found.reason, found.notes) == (
        "harmonic",
        "Best of four.",
        ("Thin history.",),
    )
    np.testing.assert_allclose(archive.quantiles(store, number)["mean"], draws.mean(axis=1), 1e-5)


def test_only_the_newest_keeps_its_draws_and_all_keep_quantiles(store: Store) -> None:
    first, _ = _save(store, 1)
    other, other_draws = _save(store, 2, "acuity=2")
    second, draws = _save(store, 3)
    assert (first, other, second) == (1, 2, 3)
    newest = archive.latest_forecast(store, "ward")
    aside = archive.latest_forecast(store, "ward", "acuity=2")
    assert newest is not None
    assert aside is not None
    np.testing.assert_array_equal(newest.draws, draws)
    np.testing.assert_array_equal(aside.draws, other_draws)
    assert len(archive.quantiles(store, first)) == 72


def test_no_forecast_yet_is_none(store: Store) -> None:
    assert archive.latest_forecast(store, "ward") is None
    assert archive.forecast_id(store, "ward") == 0


def test_a_forecast_whose_parts_disagree_is_not_kept(store: Store) -> None:
    index = clock.steps_from(ORIGIN, 3, "hour", ZONE)
    with pytest.raises(DataError, match="was not kept"):
        archive.save_forecast(
            store,
            site="ward",
            stream="all",
            model="m",
            time_zone=ZONE,
            step="hour",
            origin_utc=ORIGIN,
            made_at_utc=ORIGIN,
            data_version=1,
            settings_hash="",
            seed=1,
            reason="",
            notes=[],
            index=index,
            draws=np.zeros((2, 5), np.int32),
            quantiles=pd.DataFrame({"mean": [0.0] * 3}),
        )
    assert archive.forecast_id(store, "ward") == 0
