"""Files in and out: one arrivals file read without a store of one's own, results written whole."""

import hashlib
import io
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from dashboard.service.errors import ServiceError
from data.ingest import LoadReport, ingest
from data.store import Store
from forecasting.forecast import Forecast


@dataclass(frozen=True)
class Reading:
    """How an arrivals file is to be read; the names are those of data.ingest."""

    site: str
    time_zone: str
    columns: Mapping[str, str] | None = None
    date_order: Literal["auto", "day-first", "month-first"] = "auto"
    absent: Literal["guess", "zero", "missing"] = "guess"
    covers_from: str | None = None
    covers_to: str | None = None
    strict: bool = False

    def load(
        self,
        store: Store,
        file: Path,
        *,
        rejects: Path | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> LoadReport:
        """Load the file into the store; raises DataError, and then nothing was loaded."""
        return ingest(
            store,
            file,
            site=self.site,
            time_zone=self.time_zone,
            columns=self.columns,
            date_order=self.date_order,
            absent=self.absent,
            covers_from=self.covers_from,
            covers_to=self.covers_to,
            strict=self.strict,
            rejects=rejects,
            progress=progress,
        )


def site_name(file: Path) -> str:
    """Name of a site that nobody named: the file's name up to its first dot.

    >>> site_name(Path("in/mercy_2025.csv.gz"))
    'mercy_2025'
    """
    return file.name.lstrip(".").partition(".")[0] or "site"


def rejects_file(folder: Path, file: Path) -> Path:
    """Where refused rows of a file are listed; other content gives another place.

    Raises ServiceError where the file cannot be read.
    """
    try:
        with file.open("rb") as content:
            mark = hashlib.file_digest(content, "sha256").hexdigest()[:8]
    except OSError as error:
        raise ServiceError(f"Cannot read {file}: {error.strerror}.") from error
    return folder / "rejects" / f"{site_name(file)}.{mark}.csv"


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is there complete or as it was before, and no name half-written.

    All are written beside their place first, then renamed. Raises ServiceError.
    """
    ready: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise ServiceError(f"Cannot write {path}: it is a folder; name a file.")
            if path.exists() and not path.is_file():  # a device would be replaced by a file
                raise ServiceError(f"Cannot write {path}: it is no ordinary file; name another.")
            beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
            ready[path] = beside
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, beside in ready.items():
            beside.replace(path)
    except OSError as error:
        raise ServiceError(
            f"Cannot write {error.filename or 'the result'}: {error.strerror}."
        ) from error
    finally:
        for beside in ready.values():
            beside.unlink(missing_ok=True)


def draws_parquet(forecasts: Sequence[Forecast]) -> bytes:
    """draws.parquet: site, stream, start_utc, then one integer column per draw, d0000 on.

    The same forecasts give the same bytes.
    """
    import pyarrow as pa

    sites = [forecast.site for forecast in forecasts for _ in forecast.index]
    streams = [forecast.stream for forecast in forecasts for _ in forecast.index]
    starts = np.concatenate([forecast.index.as_unit("us").asi8 for forecast in forecasts])
    draws = np.concatenate([forecast.draws for forecast in forecasts])
    columns = {
        "site": pa.array(sites, pa.string()),
        "stream": pa.array(streams, pa.string()),
        "start_utc": pa.array(starts, pa.timestamp("us", tz="UTC")),
    }
    for number in range(draws.shape[1]):
        columns[f"d{number:04d}"] = pa.array(np.ascontiguousarray(draws[:, number]), pa.int32())
    return _parquet(pa.table(columns))


def frame_parquet(rows: pd.DataFrame) -> bytes:
    """A frame as Parquet, a column each; the same rows give the same bytes."""
    import pyarrow as pa

    return _parquet(pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata())


def _parquet(table: Any) -> bytes:
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False)
    return sink.getvalue()
