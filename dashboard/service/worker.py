"""Work in a process of its own, ended at a time limit: the only sure way to stop a long fit.

    python -m dashboard.service.worker      # reads one job from its input; started by `call`

A thread cannot be stopped, and what a model has started itself (a compiled optimiser) would run
on. So the work runs in a fresh interpreter that leads its own group, and the group is killed.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from data import locale
from data.errors import DataError
from forecasting.errors import ForecastError
from forecasting.guard import TimeExceeded

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parents[2]


class WorkerError(RuntimeError):
    """The work broke off; the text holds the worker's own traceback."""


def call(
    function: Callable[..., Result],
    *arguments: Any,
    limit_seconds: float,
    progress: Callable[[float], None] | None = None,
) -> Result:
    """function(*arguments, progress) in a process of its own.

    The function is one that a fresh interpreter can import; arguments and result are pickled.
    Raises TimeExceeded at the limit, DataError and ForecastError as the function does, and
    WorkerError for anything else.
    """
    before = os.environ.get("PYTHONPATH")
    paths = os.pathsep.join([str(ROOT), *([before] if before else [])])
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.service.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths},
        start_new_session=True,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        _end(process)

    timer = threading.Timer(limit_seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        outcome = _talk(process, (locale.current(), function, arguments), progress)
    finally:
        timer.cancel()
        _end(process)
    if late.is_set() and outcome is None:
        raise TimeExceeded(f"it took longer than {limit_seconds:g} seconds and was stopped.")
    if outcome is None:
        raise WorkerError(f"the worker ended with code {process.returncode} and no answer")
    kind, value = outcome
    if kind == "refused":
        raise value
    if kind == "broke":
        raise WorkerError(value)
    result: Result = value
    return result


def _talk(
    process: "subprocess.Popen[bytes]",
    job: tuple[str, Callable[..., Any], tuple[Any, ...]],
    progress: Callable[[float], None] | None,
) -> tuple[str, Any] | None:
    """Hand over the job and read until its outcome; None where the worker ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:  # a dead worker shows below
        pickle.dump(job, process.stdin)
    with process.stdout:
        while True:
            try:
                kind, value = pickle.load(process.stdout)
            except (EOFError, pickle.UnpicklingError):
                return None
            if kind != "progress":
                return kind, value
            if progress is not None:
                progress(value)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the worker's group, and wait for it."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def main() -> None:
    """The worker's side: one job in, its progress and its outcome out."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print goes to the error stream, not between the answers
    written, function, arguments = pickle.load(sys.stdin.buffer)
    locale.speak(written)

    def tell(share: float) -> None:
        _send(answers, ("progress", share))

    try:
        outcome = ("done", function(*arguments, tell))
    except (ForecastError, DataError) as error:
        outcome = ("refused", error)
    except Exception:  # `call` raises it as a WorkerError; the guard logs that and tells the reader
        outcome = ("broke", traceback.format_exc())
    _send(answers, outcome)


def _send(answers: BinaryIO, message: tuple[str, Any]) -> None:
    pickle.dump(message, answers)
    answers.flush()


if __name__ == "__main__":
    main()
