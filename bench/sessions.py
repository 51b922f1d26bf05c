"""Twenty people who click through the pages of one server for two minutes.

    python bench/sessions.py            # print the figures
    python bench/sessions.py --check    # the same, and fail where a limit is broken

Each session speaks to the server as a browser does and draws nothing. It stays on a page for 3 to
9 seconds, lets the parts of it that renew themselves do so, and goes to another one, or draws the
same one anew, as a change of a widget does. They come one after the other in the first ten
seconds, to a server that has drawn nothing yet, and their first pages count, too.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from bench import figures, hospitals
from bench.figures import Figure, Sheet
from bench.session import Reply, Server, Session, serving

SESSIONS = 20
SECONDS, QUICK_SECONDS = 120.0, 30.0
ARRIVE_WITHIN = 10.0
STAY = (3.0, 9.0)
RENEWED = "(a part)"
STAYS_ON = 0.25  # share of clicks that draw the same page anew


def main() -> int:
    """Print how long runs took; 1 where a limit is broken, 0 otherwise."""
    with (
        hospitals.asked_for(__doc__) as (asked, config),
        tempfile.TemporaryDirectory() as folder,
        serving(config, Path(folder)) as server,
    ):
        seconds = QUICK_SECONDS if asked.quick else SECONDS
        with ThreadPoolExecutor(SESSIONS) as people:
            stays = [people.submit(person, server, number, seconds) for number in range(SESSIONS)]
            runs = pd.DataFrame([row for stay in stays for row in stay.result()])
        peak, complaints = server.megabytes(), server.complaints()
        computing = server.processor_seconds() / len(runs)
    pages = runs[runs["page"] != RENEWED]["seconds"]
    parts = runs[runs["page"] == RENEWED]["seconds"]
    title = f"{SESSIONS} sessions for {seconds:.0f} s, five hospitals"
    sheet = Sheet("sessions", title, page=hospitals.PAGE)
    faults = int(runs["faults"].sum()) + len(complaints)
    sheet.add(Figure("faults", faults, None, 0, digits=0))
    sheet.add(Figure("a page, 95 in 100 within", pages.quantile(0.95), None, 2, unit=" s",
                     digits=2))  # fmt: skip
    sheet.add(Figure("a page, median", pages.median(), unit=" s", digits=2))
    sheet.add(Figure("a page, slowest", pages.max(), unit=" s", digits=2))
    sheet.add(Figure("pages drawn", len(pages), digits=0))
    sheet.add(Figure("parts that renewed themselves", len(parts), digits=0))
    sheet.add(Figure("computing for each, mean", computing, unit=" s", digits=2))
    sheet.add(Figure("most memory of the server", peak, unit=" MB", digits=0))
    by_page = runs.groupby("page")["seconds"]
    table = pd.DataFrame(
        {"drawn": by_page.size(), "median s": by_page.median(), "95 % s": by_page.quantile(0.95)}
    )
    sheet.table("By page", table.reset_index(), digits=2)
    return sheet.close(asked)


def person(server: Server, number: int, seconds: float) -> list[dict[str, object]]:
    """What one session met: a row per run."""
    rng = np.random.default_rng(number)
    until = time.monotonic() + seconds
    time.sleep(ARRIVE_WITHIN * number / SESSIONS)
    session = Session(server.port, list(hospitals.SITES)[number % len(hospitals.SITES)])
    page, met = "", [_row("", session.open())]
    while time.monotonic() < until:
        met += [_row(RENEWED, reply) for reply in session.rest(rng.uniform(*STAY))]
        if rng.random() < STAYS_ON:
            met.append(_row(page, session.again()))
        else:
            page = str(rng.choice(session.pages))
            met.append(_row(page, session.open(page)))
    session.close()
    return met


def _row(page: str, reply: Reply) -> dict[str, object]:
    for fault in reply.faults:
        print(f"FAULT on {page or 'today'}: {fault}", flush=True)
    return {"page": page or "today", "seconds": reply.seconds, "faults": len(reply.faults)}


if __name__ == "__main__":
    figures.run(main)
