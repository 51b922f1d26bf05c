"""Progress of long work, with the time that is left: a bar on a terminal, lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.cli.command import Progress
from data import locale

SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def time_left(label: str) -> Iterator[Progress]:
    """Show on the error stream how far work is and how long it will take.

    The function handed out takes the share done, from 0 to 1; what was done before the first call
    does not count as speed. Where there is no terminal, a line every half a minute.
    """
    if not sys.stderr.isatty():
        yield Lines(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=min(max(share, 0.0), 1.0))


class Lines:
    """Writes a line now and then: the share done and the time left at the speed so far."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.first: tuple[float, float] | None = None
        self.said = time.monotonic()

    def __call__(self, share: float) -> None:
        """Take the share done; say it where the last line is half a minute old."""
        now = time.monotonic()
        self.first = self.first or (now, share)
        if now - self.said < SECONDS_BETWEEN_LINES or share >= 1:
            return
        self.said = now
        began, begun = self.first
        gained = share - begun
        left = f", {duration((now - began) * (1 - share) / gained)} left" if gained > 0 else ""
        sys.stderr.write(f"{self.label}: {locale.percent(share)} done{left}.\n")
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """A length of time in round words.

    >>> duration(50), duration(100), duration(7500)
    ('less than a minute', 'about 2 minutes', 'about 2.1 hours')
    """
    if seconds < 60:
        return "less than a minute"
    if seconds < 90:
        return "about a minute"
    if seconds < 5400:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {locale.number(seconds / 3600, 1)} hours"
