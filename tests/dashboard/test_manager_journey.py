"""A manager's whole way at 07:00 on a phone: what is wrong, what to do, done and kept, on paper."""

import re
from pathlib import Path

import pandas as pd
import pytest

from dashboard.service import rosters
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.test_browser import _is_fault, _settle, chromium, serving

__all__ = ["chromium"]
PHONE = {"width": 390, "height": 844}
CARDS = ("Next 4 hours", "This shift", "Next shift", "Next 24 hours")


@pytest.fixture
def thin_ward(copied_ward):
    """A ward whose roster of these days has one nurse a shift, and whose shifts are all surges."""
    ward = copied_ward
    text = ward.config.read_text(encoding="utf-8")
    limits = ", ".join(f'{{ shift = "{at}", above = 1 }}' for at in ("07:00", "19:00"))
    ward.config.write_text(f"{text}surge = [{limits}]\n", encoding="utf-8")
    today = ward.until.tz_convert(ZONE).tz_localize(None).normalize()
    days = pd.date_range(today - pd.Timedelta(days=1), periods=4, freq="D")
    rows = [f"{day:%Y-%m-%d},nurse,{code},1" for day in days for code in ("LD", "LN")]
    roster = "\n".join(["date,role,shift,heads", *rows])
    rosters.take_in(ward.settings, SITE, roster, "roster.csv", now=pd.Timestamp.now("UTC"))
    return ward


@pytest.fixture
def phone(chromium, thin_ward, tmp_path):
    """Today on a phone, and what went wrong in the browser."""
    with serving(thin_ward.config, tmp_path) as url:
        context = chromium.new_context(viewport=PHONE)
        page, wrong = context.new_page(), []
        page.on("console", lambda said: wrong.append(said.text) if _is_fault(said) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(url)
        page.wait_for_selector("[data-testid=stMetric]", timeout=90_000)
        _settle(page)
        yield page, wrong
        context.close()


def verdict_box(page):
    """The box that sums up the day."""
    return page.locator("[data-testid=stAlert]").filter(has_text="in the next 24 hours").first


def verdict(page) -> str:
    """What it says."""
    return verdict_box(page).inner_text().replace("\n", " ")


def cards(page) -> dict[str, tuple[str, str]]:
    """Expected patients and likely range by the name of a card."""
    found = {}
    for name in CARDS:
        card = page.locator("[data-testid=stMetric]").filter(has_text=name)
        found[name] = (
            card.locator("[data-testid=stMetricValue]").inner_text(),
            card.locator("[data-testid=stMetricDelta]").inner_text().removeprefix("likely "),
        )
    return found


def printed(page) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """The sheet taken away at a moment when the screen says the same before and after."""
    for _ in range(3):  # an hour may begin in between
        before = verdict(page), cards(page)
        with page.expect_download(timeout=60_000) as taken:
            page.get_by_role("button", name="Huddle sheet").click()
        _settle(page)
        if (verdict(page), cards(page)) == before:
            return Path(taken.value.path()).read_text(encoding="utf-8"), *before
    raise AssertionError("the screen changed three times while the sheet was taken")


def test_the_day_is_understood_acted_on_kept_and_printed(phone, chromium, tmp_path):
    page, wrong = phone

    # Is today normal, when is the peak, where am I short, by how many, of which role, what to do?
    said = verdict(page)
    assert "Surge likely" in said
    assert re.search(r"The peak is .*\d\d:\d\d–\d\d:\d\d.* with about \d+ patients", said)
    short = re.search(r"Short of (\d+) nurses? (\d\d:\d\d\S*–\d\d:\d\d)", said)
    assert short
    assert re.search(r": (move|call in) ", said[short.end() :])
    top = verdict_box(page).bounding_box()
    assert top["y"] + top["height"] <= PHONE["height"]  # seen without scrolling
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth - box.clientWidth") <= 0

    # Act on that shortage, with what is done and why.
    heads, span = short.groups()
    name = page.get_by_role("textbox", name="Your name")
    name.fill("anna")
    name.press("Enter")
    _settle(page)
    warned = page.locator("[class*=st-key-alert-short-nurse]").filter(has_text=span).first
    assert f"{heads} nurse" in warned.inner_text()
    warned.get_by_role("button", name="Act", exact=True).click()
    more = page.get_by_role("textbox", name="More on it (optional)")
    more.fill("agency sends two")
    more.press("Tab")
    page.get_by_role("button", name="Keep", exact=True).last.click()
    page.wait_for_selector("text=Acted on by anna", timeout=60_000)
    _settle(page)
    assert "agency sends two" in warned.inner_text()
    assert page.locator("[data-testid=stPopoverBody]").count() == 0  # else it is kept twice

    # It stands in the decision log.
    page.get_by_text("Decisions, newest first").click()
    row = page.locator("tr").filter(has_text="Acted on by anna").first
    row.wait_for(timeout=30_000)
    assert f"{heads} nurse" in row.inner_text()
    assert span in row.inner_text()
    assert "agency sends two" in row.inner_text()

    # The sheet says what the screen says, opens without a network, and prints to one page.
    text, on_screen, figures = printed(page)
    file = tmp_path / "sheet.html"
    file.write_text(text, encoding="utf-8")
    away = chromium.new_context(offline=True)
    sheet = away.new_page()
    sheet.goto(file.as_uri())
    assert sheet.locator(".verdict").inner_text() == on_screen
    on_paper = {}
    for line in sheet.locator("table.windows tbody tr").all():
        cells = line.locator("th, td").all_inner_texts()
        on_paper[cells[0]] = (cells[2], cells[3])
    assert on_paper == figures
    done = sheet.locator("table.tick tr").filter(has_text="Acted on by anna")
    assert f"{heads} nurse" in done.inner_text()
    assert len(re.findall(rb"/Type\s*/Page\b", sheet.pdf(prefer_css_page_size=True))) == 1
    away.close()
    assert wrong == []
