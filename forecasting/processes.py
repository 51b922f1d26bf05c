"""Work spread over processes: fresh ones of one thread each, that end when their parent does."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from forecasting.errors import ForecastError

Given = TypeVar("Given")
Made = TypeVar("Made")
FEWEST_PIECES = 8
# Numerical libraries would otherwise start as many threads in each process as there are cores.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def worthwhile(pieces: int) -> int:
    """How many processes to use: one per core there is, but none for fewer than eight pieces.

    A process takes two seconds to start and load its libraries.
    """
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(cores, pieces // FEWEST_PIECES))


def spread_out(
    work: Callable[[Given], Made], todo: Sequence[Given], jobs: int
) -> Generator[tuple[Given, Made], None, None]:
    """Work on each in one of `jobs` processes, and hand each out with its result as it is done.

    work: a function of a module. With one job all is done here, in order. Closing the iterator,
    or an interrupt, ends the processes at once. Raises ForecastError where one dies.
    """
    if jobs == 1 or len(todo) < 2:
        for one in todo:
            yield one, work(one)
        return
    waiting = list(reversed(todo))
    running: dict[Future[Made], Given] = {}
    with _pool(min(jobs, len(todo))) as pool:
        while True:
            while waiting and len(running) < 2 * jobs:
                one = waiting.pop()
                running[pool.submit(work, one)] = one
            if not running:
                return
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                try:
                    made = future.result()
                except BrokenProcessPool as error:
                    raise ForecastError(
                        "A process that was forecasting ended unexpectedly, perhaps for want of "
                        f"memory: try again with fewer than {jobs} at once."
                    ) from error
                yield running.pop(future), made


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    before = {name: os.environ.get(name) for name in THREADS}
    strangers = set(multiprocessing.active_children())
    os.environ.update(dict.fromkeys(THREADS, "1"))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_settle)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - strangers:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _settle() -> None:
    """A worker leaves an interrupt to its parent, and ends when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
