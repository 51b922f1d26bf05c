"""A planner's whole way in a real browser: roster in, edit, undo, lock, compare, file out."""

import csv
import io
import json
import re
import socket
import subprocess
import sys
from hashlib import sha256

import pandas as pd
import pytest

from dashboard.service import answers, plans
from dashboard.wording import tables
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.test_browser import ROOT, _is_fault, _settle, _wait_for, chromium

__all__ = ["chromium"]
ROW, HEADER = 35, 35  # pixels of the grid
DAY_COLUMN, CODE_COLUMN = 106, 109


@pytest.fixture
def page(chromium, copied_ward, tmp_path):
    """The staffing plan of a ward of its own, open in a browser; faults are in page.wrong."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")]
    command += [f"--server.port={port}", "--", "--config", str(copied_ward.config)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}", server)
        context = chromium.new_context(viewport={"width": 1440, "height": 1600})
        opened = context.new_page()
        wrong = []
        opened.on("console", lambda said: wrong.append(said.text) if _is_fault(said) else None)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.goto(f"http://127.0.0.1:{port}/staffing-plan?role=Nurse")
        opened.wait_for_selector("[data-testid=stDataFrame]", timeout=90_000)
        _settle(opened)
        yield opened, wrong
        context.close()
    finally:
        server.terminate()
        server.wait(timeout=20)


def press(page, label: str, then: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    page.wait_for_selector(f"text={then}", timeout=60_000)
    _settle(page)


def figure(page, label: str) -> str:
    card = page.locator("[data-testid=stMetric]").filter(has_text=label)
    return card.locator("[data-testid=stMetricValue]").inner_text()


def grid_top(page) -> float:
    """Pixels from the title of the page down to the grid."""
    return page.locator("[data-testid=stDataFrame]").first.evaluate(
        "grid => grid.getBoundingClientRect().top"
        " - document.querySelector('h1').getBoundingClientRect().top"
    )


def set_cell(page, row: int, column: int, value: str) -> None:
    """Type into the grid as a person does: click, double click, type."""
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    place = {
        "x": DAY_COLUMN + CODE_COLUMN * column + CODE_COLUMN // 2,
        "y": HEADER + ROW * row + ROW // 2,
    }
    grid.click(position=place)
    page.wait_for_timeout(300)
    grid.dblclick(position=place)
    page.wait_for_selector(".gdg-input", timeout=15_000)
    page.locator(".gdg-input").fill(value)
    page.keyboard.press("Enter")


def empty_cell(page, row: int, column: int) -> None:
    """Press Delete on a cell of the grid, which refuses to be without a number."""
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    x, y = DAY_COLUMN + CODE_COLUMN * column + CODE_COLUMN // 2, HEADER + ROW * row + ROW // 2
    grid.click(position={"x": x, "y": y})
    page.wait_for_timeout(300)
    page.keyboard.press("Delete")
    _settle(page)


def roster_text(ward) -> str:
    first = ward.until.tz_convert(ZONE).tz_localize(None).normalize() - pd.Timedelta(days=1)
    lines = ["date,role,code,heads"]
    for day in pd.date_range(first, periods=14, freq="D"):
        lines += [f"{day:%Y-%m-%d},nurse,{code},4" for code in ("E", "L", "N")]
    return "\n".join(lines)


def test_roster_edit_undo_lock_compare_and_export(page, copied_ward, tmp_path):
    page, wrong = page
    page.locator("summary").filter(has_text="Today’s roster").click()
    text = roster_text(copied_ward).encode()
    wrong_code = text.replace(b",N,", b",Q,")
    file = {"name": "today.csv", "mimeType": "text/csv", "buffer": wrong_code}
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_selector("button:has-text('Use as today’s roster')", timeout=60_000)
    press(page, "Use as today’s roster", "'Q': known are")
    file["buffer"] = text  # the fold is still open for another try
    page.locator("input[type=file]").set_input_files(file)
    _settle(page)
    press(page, "Use as today’s roster", "today.csv is today’s roster now, for nurse, ")
    settings = copied_ward.settings
    weeks = tables.weeks(answers.answer(settings, answers.question(settings, SITE)).need)
    start, stop = list(weeks.values())[tables.opening(weeks)]
    paid = round((stop - start) / pd.Timedelta("1D")) * 3 * 4 * 8
    assert f"Today’s: {paid} h" in page.locator("[data-testid=stMain]").inner_text()

    before, top = figure(page, "Paid hours"), grid_top(page)
    empty_cell(page, 3, 0)
    assert figure(page, "Paid hours") == before
    set_cell(page, 3, 0, "30")
    page.wait_for_selector("text=Not kept yet", timeout=60_000)
    _settle(page)
    assert grid_top(page) == top  # else the next value lands in the cell of another day
    chips = page.locator("[data-testid=stMetricDelta]")
    cut = chips.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
    assert (chips.count() >= 5, cut) == (True, 0)
    said = page.locator("[data-testid=stMain]").inner_text()
    heads = int(re.findall(r"Not kept yet: \+(\d+) E on", said)[0])
    after = figure(page, "Paid hours")
    assert hours(after) == hours(before) + 8 * heads
    press(page, "Keep this edit", "An edit needs a reason")
    page.get_by_role("textbox", name="Why this edit").fill("marathon *day*")
    page.get_by_role("textbox", name="Why this edit").press("Tab")
    _settle(page)
    press(page, "Keep this edit", "Kept as a draft: version 1.")
    assert figure(page, "Paid hours") == after
    assert "plan=Version+1" in page.url
    press(page, "Undo the last kept edit", "Taken back: marathon *day*")
    assert figure(page, "Paid hours") == before

    page.get_by_role("link", name="Versions & export").click()
    page.wait_for_selector("h1:has-text('Versions & export')", timeout=60_000)
    _settle(page)
    page.get_by_role("textbox", name="Note").fill("agreed")
    page.get_by_role("textbox", name="Note").press("Tab")
    _settle(page)
    press(page, "Lock this version", "Version 1 is locked.")
    press(page, "Draft from today’s roster", "Version 2 is a new draft.")
    page.get_by_role("radio", name="Differences").click()
    page.wait_for_selector("text=From version 1 to version 2", timeout=60_000)
    _settle(page)
    assert "part=Differences" in page.url  # also after a message above has gone

    page.get_by_role("radio", name="Export").click()
    page.wait_for_selector("text=First 20 rows", timeout=60_000)
    _settle(page)
    content = saved(page, "Download CSV", tmp_path)
    about = json.loads(saved(page, "Download manifest", tmp_path))
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    cells = page.locator("table").last.locator("tbody tr").first.locator("td").all_inner_texts()
    assert [cell.strip("\u00a0") for cell in cells] == list(rows[0].values())  # empty ones
    assert about["files"][0]["sha256"] == sha256(content).hexdigest()
    assert about["plan_version"] == 2
    found = plans.version(copied_ward.settings, SITE, 2)
    assert [int(row["gap"]) for row in rows] == found.plan.long_frame()["gap"].tolist()
    assert wrong == []


def hours(text: str) -> int:
    return int(text.split()[0].replace(",", ""))


def saved(page, label: str, folder) -> bytes:
    with page.expect_download(timeout=60_000) as started:
        page.get_by_role("button", name=label).click()
    target = folder / started.value.suggested_filename
    started.value.save_as(target)
    return target.read_bytes()
