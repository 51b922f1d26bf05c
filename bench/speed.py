"""How long whole commands take, imports included, and the most memory they hold.

    python bench/speed.py            # print the table
    python bench/speed.py --check    # the same, and fail where a limit is broken

Three years of invented hourly counts, and a file of two million invented visits. Wall time is the
least of the runs: what else the machine does only ever adds to it.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data import synthetic

ZONE = "America/Chicago"
DAYS = 3 * 365
VISITS = 2_000_000
EDINFLOW = Path(sys.executable).with_name("edinflow")


@dataclass(frozen=True)
class Limit:
    """A command, how often it runs, and what it may take."""

    name: str
    command: list[str]
    runs: int
    seconds: float
    megabytes: float


def main() -> int:
    """Print a row per command; 1 where a limit is broken, 0 otherwise."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="fail where a limit is broken")
    asked = parser.parse_args()
    broken = 0
    print(f"{'command':<44}{'wall s':>8}{'limit':>7}{'peak MB':>9}{'limit':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for limit in limits(Path(folder)):
            seconds, megabytes = measure(limit)
            good = seconds <= limit.seconds and megabytes <= limit.megabytes
            broken += not good
            print(
                f"{limit.name:<44}{seconds:>8.2f}{limit.seconds:>7.0f}{megabytes:>9.0f}"
                f"{limit.megabytes:>7.0f}{'' if good else '  BROKEN'}",
                flush=True,
            )
    return 1 if asked.check and broken else 0


def limits(folder: Path) -> list[Limit]:
    """The commands, on files written into the folder."""
    visits = synthetic.visits(seed=1, start="2022-01-01", days=DAYS, time_zone=ZONE)
    arrived = visits["arrived_at"]
    hourly, many = folder / "hourly.csv", folder / "visits.csv"
    counts = arrived.dt.floor("h").value_counts().sort_index()
    every = pd.date_range(counts.index[0], counts.index[-1], freq="h")
    counts.reindex(every, fill_value=0).rename_axis("time").rename("patients").to_csv(hourly)
    write_visits(visits, many)
    settings = folder / "edinflow.toml"
    settings.write_text(
        f'[store]\npath = "big.duckdb"\n\n[[site]]\nname = "big"\ntime_zone = "{ZONE}"\n',
        encoding="utf-8",
    )
    common = ["--input", str(hourly), "--time-zone", ZONE, "--country", "US",
              "--as-of", "2024-12-01 00:00", "--horizon", "28d", "--model", "harmonic"]  # fmt: skip
    return [
        Limit("forecast, harmonic, 3 years, 28 d × 1000",
              ["forecast", *common, "--out", str(folder / "forecast.csv")], 3, 8, 700),
        Limit("plan, 28 d, three roles",
              ["plan", *common, "--out", str(folder / "staffing.csv"),
               "--shifts-out", str(folder / "shifts.csv")], 3, 12, 900),
        Limit(f"ingest, {VISITS:,} visits",
              ["ingest", str(many), "--config", str(settings), "--site", "big"], 1, 20, 1500),
    ]  # fmt: skip


def write_visits(visits: pd.DataFrame, path: Path) -> None:
    """Two million rows: the invented visits over and over, in time order."""
    times = -(-VISITS // len(visits))
    position = np.sort(np.tile(np.arange(len(visits)), times))[:VISITS]
    visits.iloc[position].to_csv(path, index=False, date_format="%Y-%m-%d %H:%M:%S")


def measure(limit: Limit) -> tuple[float, float]:
    """Least wall time in seconds, and largest peak memory in megabytes, over the runs."""
    seconds, peak = float("inf"), 0.0
    for _ in range(limit.runs):
        began = time.perf_counter()
        child = os.posix_spawn(
            EDINFLOW, [str(EDINFLOW), *limit.command], os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )  # fmt: skip
        _, status, used = os.wait4(child, 0)
        if status != 0:
            raise SystemExit(
                f"{limit.name}: edinflow ended with {os.waitstatus_to_exitcode(status)}"
            )
        seconds = min(seconds, time.perf_counter() - began)
        peak = max(peak, used.ru_maxrss / 1024)
    return seconds, peak


if __name__ == "__main__":
    sys.exit(main())
