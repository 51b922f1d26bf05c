"""How long a page waits for an edit of a plan: six weeks, three roles, one session.

    python bench/plan_edit.py            # print the figures
    python bench/plan_edit.py --check    # the same, and fail where a limit is broken

The page Staffing plan is run as its server runs it, without a browser: from a changed cell of the
grid until all of the page has been made anew (waits replayed on 200 futures, charts, tables), and
from a kept edit until the page shows the version that holds it. Wall time, of each the longest, as
each of them is waited for.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.testing.v1 import AppTest

from bench import figures, invented
from bench.figures import Figure, Sheet
from dashboard import settings as settings_file
from dashboard.service import jobs, plans
from dashboard.service.horizon import Span
from data import synthetic
from data.ingest import ingest
from data.store import Store

SITE, ROLE = "invented", "Nurse"
ORDER = jobs.Order(("profile",), Span(6, "w"), 1000, 1)
EDITS = 8
LIMIT = 1.5
PAGE = (
    "from dashboard import controls\nfrom dashboard.views import staffing_plan as page\n"
    "controls.page('staffing_plan', page.render)()\n"
)


def main() -> int:
    """Print the seconds; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    title = "Seconds until the page shows an edit of a plan of six weeks"
    sheet = Sheet("plan-edit", title, page=figures.DOCS / "dashboard.md")
    with tempfile.TemporaryDirectory() as folder:
        changed, kept = edited(planned(Path(folder)))
    for name, seconds in (
        (f"a cell is changed, longest of {EDITS}", max(changed)),
        (f"an edit is kept, longest of {EDITS}", max(kept)),
    ):
        sheet.add(Figure(name, seconds, None, LIMIT, unit=" s", digits=2))
    return sheet.close(asked)


def planned(folder: Path) -> Path:
    """Settings of a store that has half a year of visits, a forecast and version 1 of its plan."""
    config = folder / "edinflow.toml"
    zone = invented.CALENDAR.time_zone
    config.write_text(
        f'[store]\npath = "s.duckdb"\n\n[[site]]\nname = "{SITE}"\ntime_zone = "{zone}"\n'
        'country = "US"\n',
        encoding="utf-8",
    )
    found = settings_file.load(config)
    start = pd.Timestamp.now(zone).tz_localize(None).normalize() - pd.Timedelta(days=180)
    visits = synthetic.visits(seed=1, start=f"{start:%Y-%m-%d}", days=180, time_zone=zone)
    visits.to_csv(folder / "visits.csv", index=False)
    ingest(Store.open(found.store), folder / "visits.csv", site=SITE, time_zone=zone)
    jobs.make_forecast(found, SITE, order=ORDER)
    plans.draft(found, SITE, now=pd.Timestamp.now("UTC"))
    return config


def edited(config: Path) -> tuple[list[float], list[float]]:
    """Seconds for cells that are changed, and for edits that are kept."""
    more = 0  # heads that somebody types on top
    shown = st.data_editor

    def changing(frame: pd.DataFrame, **kept: object) -> pd.DataFrame:
        """The grid as it is, and what comes back when somebody has typed into a cell."""
        shown(frame, **kept)
        typed = frame.copy()
        typed.iloc[1, 0] += more
        return typed

    st.data_editor = changing
    asked = sys.argv
    sys.argv = ["streamlit_app.py", "--config", str(config)]
    app = AppTest.from_string(PAGE, default_timeout=300)
    app.query_params["plan"], app.query_params["role"] = "Version 1", ROLE
    run(app)
    changed, kept = [], []
    for more in range(1, EDITS + 1):  # noqa: B007 - read by `changing`
        changed.append(timed(lambda: run(app)))
    for number in range(EDITS):
        more = 1
        run(app)
        app.text_input(key="plan_reason").set_value(f"edit {number}")
        keep = next(button for button in app.button if button.label == "Keep this edit")
        more = 0
        keep.click()
        kept.append(timed(lambda: run(app)))
    sys.argv = asked  # it stands beside the figures
    return changed, kept


def run(app: AppTest) -> None:
    """The page, once; what went wrong in it goes on."""
    app.run()
    if app.exception:
        raise RuntimeError(app.exception[0].message)


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of some work."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
