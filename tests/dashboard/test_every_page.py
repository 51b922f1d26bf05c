"""Each page in a real browser under axe-core: no serious or critical fault in our own markup.

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

from tests.dashboard.test_browser import PAGES, SCREENS, address, chromium, visit

__all__ = ["address", "chromium", "visit"]
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


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core."""
    if path := os.environ.get("ED_INFLOW_AXE"):
        return Path(path).read_text(encoding="utf-8")
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        pytest.skip("axe-core is not here: install axe-playwright-python, or set ED_INFLOW_AXE")
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}-{screen[2]}")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_fault_under_axe(visit, axe, path, screen):
    page, _ = visit("" if path == "today" else path, screen)
    page.evaluate(axe)
    assert page.evaluate(FAULTS, STREAMLITS_OWN) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_of_the_first_rank_landmarks_and_named_controls(visit, path):
    """What can be told without axe-core."""
    page, _ = visit("" if path == "today" else path)
    assert page.locator("h1").count() == 1
    assert page.locator("[data-testid=stMain]").evaluate(
        "at => at.closest('main, section') !== null"
    )
    assert page.locator("[data-testid=stSidebarNav]").count() == 1
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=stMain] input, [data-testid=stMain] "
        "textarea, [data-testid=stMain] select, [data-testid=stMain] button')]"
        # What is folded away counts once it is unfolded; the pickers that Streamlit's grid keeps
        # out of everybody's reach (tab index −1) never do.
        ".filter(at => at.checkVisibility() && at.tabIndex >= 0 && !at.labels?.length "
        "&& !at.ariaLabel && !at.textContent && !at.title "
        "&& !at.getAttribute('aria-labelledby') && at.type !== 'file')"
        ".map(at => at.outerHTML.slice(0, 160))"
    )
    assert unnamed == []
    missing = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]"
        ".filter(at => !(at.getAttribute('aria-label') || at.querySelector('[aria-label]') "
        "|| at.parentElement.innerText.length > 30)).length"
    )
    assert missing == 0
