"""Trials: backtests kept as they are worked, so that they can be continued and read back.

It knows frames, not the forecasting floor's classes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.errors import DataError
from data.store import Store

ROW_COLUMNS = (
    *("piece_utc", "origin_utc", "grain", "horizon", "start_utc"),
    *("actual", "mean", "pit", "scale"),
)


def begin(store: Store, runs: Sequence[Mapping[str, Any]]) -> None:
    """Note that backtests have begun, where that is not known yet.

    runs: per model, the columns of `runs` but origins_kept.
    """
    known = set(store.frame("backtest_runs", site=None)["run_key"])
    fresh = [dict(run) for run in runs if run["run_key"] not in known]
    if fresh:
        with store.transaction() as write:
            write.append("backtest_runs", pd.DataFrame(fresh))


def keep(store: Store, run_key: str, rows: pd.DataFrame, quantiles: Sequence[str]) -> None:
    """Keep rows of a backtest of one model; all of them or none.

    rows: columns ROW_COLUMNS, and those named in `quantiles`, whole patients.
    """
    missing = [name for name in (*ROW_COLUMNS, *quantiles) if name not in rows]
    if missing:
        raise DataError(f"Rows of a backtest came without {', '.join(missing)}: none was kept.")
    packed = rows[list(ROW_COLUMNS)].assign(
        run_key=run_key, quantiles=list(rows[list(quantiles)].to_numpy(dtype=np.int32))
    )
    with store.transaction() as write:
        write.append("backtest_rows", packed)


def rows(store: Store, run_key: str, quantiles: Sequence[str]) -> pd.DataFrame:
    """All rows kept of a backtest of one model, as they were given to `keep`."""
    found = store.frame("backtest_rows", run_key=run_key)
    packed = list(found.pop("quantiles"))
    values = np.array(packed, dtype=np.int32).reshape(len(packed), len(quantiles))
    said = pd.DataFrame(values, columns=list(quantiles))
    return pd.concat([found[list(ROW_COLUMNS)].astype({"horizon": np.int64}), said], axis=1)


def runs(store: Store, site: str | None = None) -> pd.DataFrame:
    """Backtests kept, a row per model, newest trial first.

    Columns: run_key, trial_key (the same for models that were asked the same), site, stream,
    time_zone, step, model, origins, first_origin_utc, last_origin_utc, horizon_steps, refit_hours,
    draws, seed, levels, begun_at_utc, and origins_kept of the origins.
    """
    return store.frame("backtest_runs", site=site)


def forget(store: Store, run_keys: Sequence[str]) -> None:
    """Forget backtests; keys that are not known do nothing."""
    with store.transaction() as write:
        for run_key in run_keys:
            write.run("forget_backtest_rows", run_key=run_key)
            write.run("forget_backtest_run", run_key=run_key)
