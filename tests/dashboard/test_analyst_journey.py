"""An analyst's hour in a real browser: from a changed parameter to a live model, and its line."""

import re
import shlex

import pytest
from playwright.sync_api import expect

from dashboard.cli import main
from data import configurations
from data.store import Store
from tests.dashboard.conftest import SITE, make_ward
from tests.dashboard.test_browser import chromium, serving

__all__ = ["chromium"]
PATIENCE = 90_000


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    import pandas as pd

    made = make_ward(tmp_path_factory.mktemp("journey"), pd.Timedelta(0), days=150)
    made.forecast()
    return made


def test_from_a_changed_parameter_to_a_live_model(chromium, ward, tmp_path, capsys):
    with serving(ward.config, tmp_path) as url:
        page = chromium.new_context(viewport={"width": 1440, "height": 1400}).new_page()
        page.goto(f"{url}/model-lab?lab_model=profile&origins=3&every=7&reach=7")
        level = page.get_by_label("Level days", exact=True)
        level.wait_for(timeout=PATIENCE)
        level.fill("14")
        level.press("Enter")
        main_part = page.get_by_test_id("stMain")
        expect(main_part).to_contain_text("level_days 14 instead of 56", timeout=PATIENCE)
        # The line is drawn after the words above it: until then the last one stands there.
        code = page.locator("code").first
        expect(code).to_contain_text("level_days", timeout=PATIENCE)
        line = code.inner_text()

        page.get_by_role("button", name="Run in the background").click()
        expect(main_part).to_contain_text("✓ done", timeout=PATIENCE)
        expect(main_part).to_contain_text("profile (baseline)", timeout=PATIENCE)
        label = re.search(r"profile@[0-9a-f]{6}", main_part.inner_text())[0]

        page.get_by_role("button", name="Save configuration").click()
        expect(page.locator("table").filter(has_text="Note")).to_contain_text(
            label, timeout=PATIENCE
        )
        reason = page.get_by_label("Reason to overrule the gate, or to go back")
        reason.fill("The ward has a new wing.")
        reason.press("Enter")
        page.get_by_role("button", name=f"Promote {label}").click()
        expect(main_part).to_contain_text(f"Live now: {label}", timeout=PATIENCE)

        link = page.url
        other = chromium.new_context(viewport={"width": 1440, "height": 1400}).new_page()
        other.goto(link)
        expect(other.get_by_test_id("stMain")).to_contain_text(
            "level_days 14 instead of 56", timeout=PATIENCE
        )
        other.goto(f"{url}/backtests")
        expect(other.locator("table").first).to_contain_text(label, timeout=PATIENCE)

    live = configurations.live(Store.open(ward.settings.store), SITE)
    assert f"{live.model}@{live.hash}" == label
    assert live.reason == "The ward has a new wing." or not live.overruled
    words = shlex.split(line)[1:]
    assert main([*words, "--config", str(ward.config), "--json"]) == 0
    assert f'"{label}"' in capsys.readouterr().out
