"""How long the server takes for each page, and how many bytes it sends, on five hospitals.

    python bench/pages.py            # print the figures
    python bench/pages.py --check    # the same, and fail where a limit is broken

Three years of invented hours at each of five sites. Cold: the first page of a server that has just
begun to answer. Warm: the page is drawn once more, as for a change of a widget, and nothing in the
store has changed; "computing" is the processor's share of it. Bytes are all messages of a page to
a browser that has none of them yet.
"""

import statistics
import tempfile
from pathlib import Path

import pandas as pd

from bench import figures, hospitals
from bench.figures import Figure, Sheet
from bench.session import Reply, Server, Session, serving

COLD_RUNS = 3
WARM_RUNS = 9
MEGABYTE = 1_000_000


def main() -> int:
    """Print the seconds and bytes; 1 where a limit is broken, 0 otherwise."""
    with hospitals.asked_for(__doc__) as (asked, config):
        runs = 1 if asked.quick else COLD_RUNS
        cold = statistics.median(first_page(config) for _ in range(runs))
        with tempfile.TemporaryDirectory() as folder, serving(config, Path(folder)) as server:
            table = every_page(server)
            peak = server.megabytes()
            complaints = server.complaints()
    title = "Pages of five hospitals with three years of hours each"
    sheet = Sheet("pages", title, page=hospitals.PAGE)
    sheet.add(Figure("Today, cold", cold, None, 3, unit=" s", digits=2))
    warm = table.set_index("page")["warm s"]
    sheet.add(Figure("Today, warm, median", warm["today"], None, 0.3, unit=" s", digits=2))
    others = warm.drop("today")
    slowest = str(others.idxmax())
    sheet.add(Figure(f"slowest other page, warm, median ({slowest})", others[slowest], None, 0.6,
                     unit=" s", digits=2))  # fmt: skip
    sheet.add(Figure("largest page", table["MB"].max(), None, 1.5, unit=" MB", digits=2))
    sheet.add(Figure("faults", int(table["faults"].sum()) + len(complaints), None, 0, digits=0))
    sheet.add(Figure("most memory of the server", peak, unit=" MB", digits=0))
    sheet.table("By page", table.drop(columns="faults"), digits=2)
    return sheet.close(asked)


def first_page(config: Path) -> float:
    """Seconds of the first page of a new server."""
    with tempfile.TemporaryDirectory() as folder, serving(config, Path(folder)) as server:
        session = Session(server.port, hospitals.FIRST)
        try:
            return told(session.open()).seconds
        finally:
            session.close()


def every_page(server: Server) -> pd.DataFrame:
    """A row per page: seconds at first and again, bytes, and faults."""
    entrance = Session(server.port, hospitals.FIRST)
    entrance.open()
    rows = []
    for path in entrance.pages:
        first = entrance.open(path)
        spent = server.processor_seconds()
        again = [entrance.again() for _ in range(WARM_RUNS)]
        spent = server.processor_seconds() - spent
        rows.append(
            {
                "page": path or "today",
                "first s": first.seconds,
                "warm s": statistics.median(one.seconds for one in again),
                "computing s": spent / WARM_RUNS,
                "MB": first.size / MEGABYTE,
                "faults": sum(len(told(one).faults) for one in (first, *again)),
            }
        )
    entrance.close()
    return pd.DataFrame(rows)


def told(reply: Reply) -> Reply:
    """The reply, its faults printed."""
    for fault in reply.faults:
        print(f"FAULT: {fault}")
    return reply


if __name__ == "__main__":
    figures.run(main)
