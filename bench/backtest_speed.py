"""How long a backtest of every model takes, what a second process gains, and what memory it needs.

    python bench/backtest_speed.py            # Iowa, 52 weekly origins, 28 days × 1000 draws
    python bench/backtest_speed.py --quick    # 8 origins
    python bench/backtest_speed.py --check    # the same, and fail where a limit is broken

Both runs are made one after the other on the same machine; wall time says little where others use
it. Memory is the largest sum of what the bench and its processes hold, looked at ten times a second
(Linux; pages that processes share are counted in each).
"""

import threading
import time
from pathlib import Path

import pandas as pd

from bench import figures, real_data
from bench.figures import Figure, Sheet
from data import clock
from forecasting import campaign, registry
from forecasting.backtest import Trial
from forecasting.campaign import Task

ORIGINS, QUICK = 52, 8
AHEAD_DAYS = 28


def main() -> int:
    """Print seconds and megabytes; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    real_data.leave_without_data()
    pieces = campaign.pieces([task(QUICK if asked.quick else ORIGINS)])
    memory = Memory()
    two, rows = timed(pieces, 2)
    peak = memory.stop()
    one, same = timed(pieces, 1)
    if not rows.equals(same):
        raise SystemExit("Two processes found other rows than one: a backtest depends on them.")
    count = len(pieces[0].task.trial.origins)
    sheet = Sheet("backtest", f"A backtest of {len(registry.MODELS)} models × {count} origins")
    sheet.add(Figure("on two processes", two, None, 600, unit=" s", digits=0))
    sheet.add(Figure("on one process", one, unit=" s", digits=0))
    sheet.add(Figure("one ÷ two", one / two, 1.7, None, digits=2))
    sheet.add(Figure("peak memory, all processes", peak, None, 1.5, unit=" GB", digits=2))
    return sheet.close(asked)


def task(origins: int) -> Task:
    """Every model of the registry on Iowa's last weekly origins."""
    series, calendar = real_data.iowa(), real_data.CALENDARS["iowa"]
    end = clock.floor_to_step(series.end, "day", series.time_zone)
    starts, steps = [], []
    for back in range(origins - 1, -1, -1):
        start = clock.days_after(end, -AHEAD_DAYS - 7 * back, series.time_zone)
        stop = clock.days_after(start, AHEAD_DAYS, series.time_zone)
        starts.append(start)
        steps.append(len(clock.steps_between(start, stop, "hour", series.time_zone)))
    return Task(series, calendar, tuple(registry.MODELS), Trial(tuple(starts), tuple(steps)))


def timed(pieces: list[campaign.Piece], jobs: int) -> tuple[float, pd.DataFrame]:
    """Wall seconds of the pieces in so many processes, and the rows that they give."""
    began = time.perf_counter()
    outcome = campaign.run(pieces, jobs)
    if outcome.refused:
        raise SystemExit(f"A model refused: {next(iter(outcome.refused.values()))}")
    return time.perf_counter() - began, outcome.report.rows


class Memory:
    """Watches what this process and its descendants hold, until it is stopped."""

    def __init__(self) -> None:
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The largest sum, in gigabytes."""
        self._ended.set()
        self._thread.join()
        return self._peak / 1e9

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._peak = max(self._peak, sum(held(Path("/proc/self"))))


def held(process: Path) -> list[int]:
    """Bytes resident in a process and each of its descendants; one that has ended holds none."""
    found: list[int] = []
    try:
        for line in (process / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                found.append(int(line.split()[1]) * 1024)
        for thread in (process / "task").iterdir():
            for child in (thread / "children").read_text().split():
                found += held(Path("/proc") / child)
    except (FileNotFoundError, ProcessLookupError):
        return found
    return found


if __name__ == "__main__":
    figures.run(main)
