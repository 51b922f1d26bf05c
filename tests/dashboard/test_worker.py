"""Work in a process of its own: it answers, it fails in words, or it is stopped."""

import os
import time

import pytest

from dashboard.service import worker
from forecasting.errors import ForecastError
from forecasting.guard import TimeExceeded


def add(one, two, progress):
    progress(0.5)
    return one + two


def refuse(progress):
    raise ForecastError("not here")


def divide(progress):
    return 1 / 0


def sleep_with_child(path, progress):
    import subprocess

    child = subprocess.Popen(["sleep", "60"])
    path.write_text(str(child.pid))
    time.sleep(60)


def die(progress):
    os._exit(3)


def running(pid):
    """Whether a process still runs; a zombie that nobody waited for does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as about:
            return about.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_answers_and_tells_how_far_it_is():
    told = []
    assert worker.call(add, 2, 3, limit_seconds=60, progress=told.append) == 5
    assert told == [0.5]


def test_a_refusal_comes_back_as_it_was_said():
    with pytest.raises(ForecastError, match="not here"):
        worker.call(refuse, limit_seconds=60)


def test_any_other_error_brings_its_trace_along():
    with pytest.raises(worker.WorkerError, match=r"return 1 / 0[\s\S]*ZeroDivisionError"):
        worker.call(divide, limit_seconds=60)


def test_a_worker_that_dies_is_reported():
    with pytest.raises(worker.WorkerError, match="code 3"):
        worker.call(die, limit_seconds=60)


def test_at_the_limit_it_is_stopped_with_all_that_it_started(tmp_path):
    path = tmp_path / "pid"
    began = time.monotonic()
    with pytest.raises(TimeExceeded, match="longer than 6 seconds and was stopped"):
        worker.call(sleep_with_child, path, limit_seconds=6)
    assert time.monotonic() - began < 20
    child = int(path.read_text())
    killed = time.monotonic()
    while running(child) and time.monotonic() - killed < 10:  # a killed process dies a moment later
        time.sleep(0.05)
    assert not running(child)  # by itself it would sleep a minute
