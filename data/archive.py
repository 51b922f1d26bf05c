"""Archive: forecasts exactly as they were issued, so that what was said can be read and scored.

It knows frames and arrays, not the forecasting floor's classes.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.clock import Step
from data.errors import DataError
from data.store import Store


@dataclass(frozen=True, eq=False)
class StoredForecast:
    """A forecast as issued: draws of whole patients, a row per step of `index` (UTC starts)."""

    forecast_id: int
    site: str
    stream: str
    model: str
    time_zone: str
    step: Step
    origin_utc: pd.Timestamp
    made_at_utc: pd.Timestamp
    data_version: int
    settings_hash: str
    seed: int
    reason: str
    notes: tuple[str, ...]
    index: pd.DatetimeIndex
    draws: npt.NDArray[np.int32]


def save_forecast(
    store: Store,
    *,
    site: str,
    stream: str,
    model: str,
    time_zone: str,
    step: Step,
    origin_utc: pd.Timestamp,
    made_at_utc: pd.Timestamp,
    data_version: int,
    settings_hash: str,
    seed: int,
    reason: str,
    notes: Sequence[str],
    index: pd.DatetimeIndex,
    draws: npt.NDArray[np.int32],
    quantiles: pd.DataFrame,
    parts: pd.DataFrame | None = None,
    totals: pd.DataFrame | None = None,
) -> int:
    """Keep a forecast and return its number.

    draws: steps × draws, whole patients ≥ 0; only the newest of a site and stream keeps them.
    quantiles: indexed like `index`, columns `mean`, `q025` … `q975` (those that there are).
    parts: what the expected patients are made of, steps × named parts; kept of the newest only.
    totals: the same of whole shifts and days, with columns `grain` and `start_utc`.
    """
    if draws.ndim != 2 or draws.shape[0] != len(index) or len(quantiles) != len(index):
        raise DataError(
            f"A forecast of {len(index)} steps came with draws of shape {draws.shape} "
            f"and quantiles of {len(quantiles)} rows: it was not kept."
        )
    kind = "<i2" if draws.size == 0 or draws.max() <= np.iinfo(np.int16).max else "<i4"
    with store.transaction() as write:
        number = int(write.frame("next_forecast_id")["forecast_id"].iloc[0])
        about = {
            "forecast_id": number,
            "site": site,
            "stream": stream,
            "model": model,
            "time_zone": time_zone,
            "step": step,
            "origin_utc": origin_utc,
            "made_at_utc": made_at_utc,
            "data_version": data_version,
            "settings_hash": settings_hash,
            "seed": seed,
            "reason": reason,
            "notes": json.dumps(list(notes)),
        }
        write.append("forecasts", pd.DataFrame([about]))
        rows = quantiles.reset_index(drop=True).assign(forecast_id=number, start_utc=index)
        write.append("forecast_quantiles", rows)
        if totals is not None:
            write.append("forecast_totals", totals.assign(forecast_id=number))
        packed = {
            "forecast_id": number,
            "site": site,
            "stream": stream,
            "kind": kind,
            "steps": draws.shape[0],
            "draws": draws.shape[1],
            "first_utc": index[0],
            "packed": zlib.compress(np.ascontiguousarray(draws, dtype=kind).tobytes(), 1),
        }
        write.append("forecast_draws", pd.DataFrame([packed]))
        write.run("drop_older_draws", site=site, stream=stream, forecast_id=number)
        write.run("drop_older_parts", site=site, stream=stream)
        if parts is not None:
            write.append("forecast_parts", _packed_parts(number, site, stream, parts))
    return number


def latest_forecast(store: Store, site: str, stream: str = "all") -> StoredForecast | None:
    """Return the newest forecast of a site and stream with its draws; None when there is none."""
    found = store.frame("newest_forecast", site=site, stream=stream)
    if found.empty:
        return None
    row = found.iloc[0]
    shape = (int(row["steps"]), int(row["draws"]))
    flat = np.frombuffer(zlib.decompress(bytes(row["packed"])), dtype=row["kind"])
    draws = flat.reshape(shape).astype(np.int32)
    draws.setflags(write=False)
    step: Step = row["step"]
    return StoredForecast(
        forecast_id=int(row["forecast_id"]),
        site=row["site"],
        stream=row["stream"],
        model=row["model"],
        time_zone=row["time_zone"],
        step=step,
        origin_utc=row["origin_utc"],
        made_at_utc=row["made_at_utc"],
        data_version=int(row["data_version"]),
        settings_hash=row["settings_hash"],
        seed=int(row["seed"]),
        reason=row["reason"],
        notes=tuple(json.loads(row["notes"])),
        index=clock.steps_from(row["first_utc"], shape[0], step, row["time_zone"]),
        draws=draws,
    )


def forecast_parts(store: Store, number: int) -> pd.DataFrame | None:
    """Steps × parts of one forecast in patients per step, first part first; None: not kept."""
    found = store.frame("forecast_parts", forecast_id=number)
    if found.empty:
        return None
    columns = {
        row["part"]: np.frombuffer(zlib.decompress(bytes(row["packed"])), dtype="<f8")
        for row in found.to_dict("records")
    }
    first = found.iloc[0]
    steps = len(next(iter(columns.values())))
    index = clock.steps_from(first["origin_utc"], steps, first["step"], first["time_zone"])
    return pd.DataFrame(columns, index=index)


def _packed_parts(number: int, site: str, stream: str, parts: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "forecast_id": number,
                "site": site,
                "stream": stream,
                "place": place,
                "part": part,
                "packed": zlib.compress(patients.to_numpy(dtype="<f8").tobytes(), 1),
            }
            for place, (part, patients) in enumerate(parts.items())
        ]
    )


def forecast_id(store: Store, site: str, stream: str = "all") -> int:
    """Return the number of the newest forecast of a site and stream; 0 when there is none."""
    found = store.frame("newest_forecast_id", site=site, stream=stream)
    return int(found["forecast_id"].iloc[0])


def quantiles(store: Store, number: int) -> pd.DataFrame:
    """Quantiles of one forecast as issued, by step start (UTC); also of older ones."""
    return store.frame("forecast_quantiles", forecast_id=number).set_index("start_utc")
