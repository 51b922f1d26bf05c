"""Each page in a real browser, on both screens: no fault, nothing from elsewhere, open to all.

axe-core is a script that ships in the Python package axe-playwright-python. Where that is not
installed, say where the script lies, and these tests run: ED_INFLOW_AXE=/path/axe.min.js.

What is let pass is Streamlit's own markup, by rule:
list, listitem: groups of the page menu in the sidebar are <li> in <ul> with a wrapper between.
scrollable-region-focusable: the frame of a table that is wider than a narrow screen.
"""

import importlib.util
import os
from pathlib import Path

import pytest

from tests.dashboard.test_browser import PAGES, SCREENS, address, chromium, opened

__all__ = ["address", "chromium"]
CHARTED = ("today", "staffing-plan", "forecast")  # even where nothing was tested or uploaded yet
STREAMLITS_OWN = {
    "list": "stSidebarNav",
    "listitem": "stSidebarNav",
    "scrollable-region-focusable": "stTable",
}
FAULTS = """own => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .flatMap(one => one.nodes
    .map(node => document.querySelector(node.target[node.target.length - 1]))
    .filter(at => !(one.id in own && at?.closest(
      `[data-testid^=${own[one.id]}], .${own[one.id]}`)))
    .map(at => `${one.id}: ${at?.outerHTML.slice(0, 200)}`)))"""
# The date pickers that Streamlit's grid keeps out of everybody's reach do not count.
UNNAMED = """() => [...document.querySelector('[data-testid=stMain]')
  .querySelectorAll('input, textarea, select, button')]
  .filter(at => at.offsetParent && at.type !== 'file' && !at.labels?.length && !at.ariaLabel
    && !at.innerText && !at.title && !at.getAttribute('aria-labelledby')
    && !(at.tabIndex < 0 && at.closest('[data-testid=hidden-dateinput-container]')))
  .map(at => at.outerHTML.slice(0, 160))"""
UNDESCRIBED = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
  .filter(at => !(at.getAttribute('aria-label') || at.querySelector('[aria-label]')
    || at.parentElement.innerText.length > 30)).length"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core."""
    if path := os.environ.get("ED_INFLOW_AXE"):
        return Path(path).read_text(encoding="utf-8")
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        reason = "axe-core is not here: install axe-playwright-python, or set ED_INFLOW_AXE"
        if os.environ.get("ED_INFLOW_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(
    scope="module",
    params=[(path, screen) for path in PAGES for screen in SCREENS],
    ids=lambda shown: f"{shown[0]}-{shown[1][0]}-{shown[1][2]}",
)
def shown(request, chromium, address, tmp_path_factory):
    """(path, page, what went wrong on the way) of each page, opened once for all that is asked."""
    path, screen = request.param
    link = "" if path == "today" else path
    with opened(chromium, address, link, screen, tmp_path_factory.mktemp("page")) as (page, wrong):
        yield path, page, wrong


def unfold(page) -> None:
    """Open whatever is folded away, so that it is looked at, too."""
    folded = page.locator("[data-testid=stMain] details:not([open]) > summary")
    while folded.count():
        folded.first.click()
        page.wait_for_timeout(300)  # its contents may bring more


def test_a_page_opens_without_a_fault_and_asks_nothing_of_other_machines(shown):
    path, page, wrong = shown
    assert page.locator("h1").inner_text() == PAGES[path]
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    if path in CHARTED:
        page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    assert page.locator("[data-testid=stException]").count() == 0
    assert wrong == []


def faults(page) -> list[str]:
    """What axe finds, once nothing is faded because it is being drawn anew."""
    page.wait_for_function("!document.querySelector('[data-stale=true]')", timeout=60_000)
    return page.evaluate(FAULTS, STREAMLITS_OWN)


def test_a_page_has_no_serious_fault_under_axe(shown, axe):
    _, page, _ = shown
    page.evaluate(axe)
    assert faults(page) == []
    unfold(page)
    assert faults(page) == []


def test_a_page_has_one_heading_of_the_first_rank_landmarks_and_named_controls(shown):
    """What can be told without axe-core."""
    _, page, _ = shown
    unfold(page)
    assert page.locator("h1").count() == 1
    assert page.locator("[data-testid=stMain]").evaluate(
        "at => at.closest('main, section') !== null"
    )
    assert page.locator("[data-testid=stSidebarNav]").count() == 1
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(UNDESCRIBED) == 0
