"""Background work in a process of its own, one piece at a time, that anybody can stop.

    python -m dashboard.service.lab_worker 7 --config edinflow.toml     # started by `start`

The process shows signs of life and its progress in the store, and looks there whether it is to
stop; so any browser, and any process, can watch and stop it. It is polite (nice) and leaves one
core to those who use the pages meanwhile.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard import settings as settings_file
from dashboard.service import backtests, first_run, group_check, jobs, lab, lab_promotion
from dashboard.service.errors import ServiceError
from dashboard.service.promotion import person
from dashboard.settings import Settings, SettingsError
from dashboard.wording import scores
from data import history, locale
from data import jobs as ledger
from data.errors import DataError
from data.store import Store
from forecasting.errors import ForecastError

ROOT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 1.0
TELL_SECONDS = 2.0
QUIET = pd.Timedelta(seconds=90)
EXPECTED = (DataError, ForecastError, ServiceError, SettingsError)
STOPPED = "Stopped by hand; what was done so far is kept, and the same work goes on from there."
Asked = (
    lab.Try
    | lab_promotion.Promotion
    | first_run.Forecasting
    | first_run.Demo
    | group_check.GroupCheck
)


def start(settings: Settings, asked: Asked, title: str) -> int:
    """Note the work in the store and start its process; returns the job's number."""
    store = Store.open(settings.store)
    number = ledger.begin(
        store,
        site=asked.site,
        stream=asked.stream,
        title=title,
        asked=asked.json,
        command=asked.command,
        who=person(),
        now=jobs.now(),
    )
    before = os.environ.get("PYTHONPATH")
    paths = os.pathsep.join([str(ROOT), *([before] if before else [])])
    command = [sys.executable, "-P", "-m", "dashboard.service.lab_worker", str(number)]
    command += ["--config", str(settings.source)] if settings.source else []
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": paths},
        start_new_session=True,
    )
    # Waited for, so that it does not stay as a zombie after its end.
    threading.Thread(target=process.wait, daemon=True).start()
    return number


def state(job: Any, now: pd.Timestamp) -> str:
    """State of a row of the ledger; "broken off" where its process gives no sign of life."""
    active = job["state"] in ("waiting", "running")
    return "broken off" if active and now - job["seen_at_utc"] > QUIET else str(job["state"])


@dataclass(eq=False)
class _Sign:
    """Signs of life: writes progress, and ends everything once somebody asked for that."""

    store: Store
    job_id: int
    share: float = 0.0
    phase: str = "waiting"
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look and tell until the work is over."""
        told = 0.0
        while not self.over.wait(LOOK_SECONDS):
            row = ledger.every(self.store, job_id=self.job_id).iloc[0]
            if row["cancel_asked"]:
                ledger.end(self.store, self.job_id, "cancelled", self.share, STOPPED, jobs.now())
                _end_all()
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                ledger.move(self.store, self.job_id, self.phase, self.share, jobs.now())

    def progress(self, share: float) -> None:
        """Take note of the share done."""
        self.share = min(max(share, 0.0), 1.0)


def main(arguments: list[str] | None = None) -> int:
    """Do one piece of work that stands in the store."""
    parser = argparse.ArgumentParser(prog="dashboard.service.lab_worker")
    parser.add_argument("job", type=int)
    parser.add_argument("--config")
    args = parser.parse_args(arguments)
    settings = settings_file.load(Path(args.config) if args.config else None)
    store = Store.open(settings.store)
    sign = _Sign(store, args.job)
    watcher = threading.Thread(target=sign.watch, daemon=True)
    watcher.start()
    try:
        _wait_for_earlier(store, args.job)
        sign.phase = "running"
        done, result = "done", _work(settings, store, args.job, sign.progress)
    except EXPECTED as error:
        done, result = "failed", str(error)
    except Exception as error:
        traceback.print_exc()
        done, result = "failed", f"Unexpected error ({type(error).__name__}); see the server's log."
    sign.over.set()
    watcher.join()
    ledger.end(store, args.job, done, 1.0 if done == "done" else sign.share, result, jobs.now())
    return 0 if done == "done" else 1


def _work(settings: Settings, store: Store, number: int, progress: Callable[[float], None]) -> str:
    row = ledger.every(store, job_id=number).iloc[0]
    text = str(row["asked"])
    locale.speak(settings.locale_of(str(row["site"])))
    return WORK[json.loads(text)["kind"]](settings, store, number, text, progress)


def _try(
    settings: Settings, store: Store, number: int, text: str, progress: Callable[[float], None]
) -> str:
    asked = lab.Try.of_json(text)
    with contextlib.suppress(AttributeError, OSError):  # not every system has manners
        os.nice(10)
    series = history.arrivals(store, asked.site, asked.stream)
    tasks = lab.tasks(asked, settings, series)
    keys = list(backtests.run_keys(tasks[0]).values())
    if asked.note:
        ledger.annotate(store, number, keys, asked.note, asked.command)
    cores = os.cpu_count() or 1
    worked = backtests.run(tasks, max(1, cores - 1), store, progress=progress)
    return " ".join([lab.outcome(worked.outcome, asked), *scores.unforecast(tasks)])


WORK: dict[str, Callable[[Settings, Store, int, str, Callable[[float], None]], str]] = {
    "try": _try,
    "promote": lambda settings, store, _number, text, progress: lab_promotion.promote(
        settings, store, text, progress
    ),
    "forecast": lambda settings, _store, _number, text, progress: first_run.forecast(
        settings, text, progress
    ),
    "groups": lambda settings, _store, _number, text, progress: group_check.check(
        settings, text, progress
    ),
    "demo": lambda settings, store, _number, _text, progress: first_run.demo(
        settings, store, progress
    ),
}


def _wait_for_earlier(store: Store, number: int) -> None:
    """Until no piece of work with a smaller number is alive."""
    while True:
        rows = ledger.every(store).to_dict("records")
        earlier = [row for row in rows if row["job_id"] < number]
        if not any(state(row, jobs.now()) in ("waiting", "running") for row in earlier):
            return
        time.sleep(LOOK_SECONDS)


def _end_all() -> None:
    """End this process and those that it has started, at once."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(130)


if __name__ == "__main__":
    sys.exit(main())
