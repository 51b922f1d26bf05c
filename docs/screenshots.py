"""Takes the pictures of the README and the docs from a fresh demo, so that they stay true.

.venv/bin/python docs/screenshots.py            # writes docs/images/*.png; needs Chromium
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
EDINFLOW = Path(sys.executable).with_name("edinflow")
PAGES = (
    *("today", "network", "wallboard", "staffing-plan", "versions", "forecast"),
    *("model-lab", "backtests"),
    *("data-quality", "events", "import", "method"),
)
BUSY = "[data-testid=stSkeleton],[data-testid=stStatusWidget]"


def main() -> int:
    """Serve a demo, open each page, keep the pictures; 1 without a browser."""
    wanted = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        sys.stderr.write("no chromium on this machine: install it first\n")
        return 1
    (wanted or IMAGES).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        subprocess.run([EDINFLOW, "demo", "--no-serve", "--dir", folder], check=True)
        config = str(Path(folder) / "demo.toml")
        models = ("harmonic", "gaussian", "profile", "seasonal-naive")
        named = [word for model in models for word in ("--model", model)]
        subprocess.run([EDINFLOW, "backtest", "--config", config, *named], check=True)
        server = subprocess.Popen([EDINFLOW, "app", "--config", config, "--port", port])
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            take(browser_path, f"http://127.0.0.1:{port}", wanted)
        finally:
            server.terminate()
            server.wait(timeout=20)
    return 0


def wait_for(url: str) -> None:
    """Until the server answers, for a minute at most."""
    for _ in range(240):
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:  # refused, or too busy to answer yet
            time.sleep(0.25)
    raise SystemExit("the dashboard did not answer within a minute")


def take(browser_path: str, address: str, every: Path | None) -> None:
    """One picture per page; per width and theme too where a folder for all of them is given."""
    themes = ("light", "dark") if every else ("light",)
    screens = ((1440, 1000), (390, 844)) if every else ((1440, 1000),)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        for theme in themes:
            for width, height in screens:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme
                )
                for name in PAGES:
                    page = context.new_page()
                    page.goto(f"{address}/{'' if name == 'today' else name}")
                    page.wait_for_selector("h1", timeout=60_000)
                    page.wait_for_timeout(3000)
                    page.wait_for_function(f"!document.querySelector('{BUSY}')", timeout=60_000)
                    file = (
                        every / f"{name}-{theme}-{width}.png" if every else IMAGES / f"{name}.png"
                    )
                    page.screenshot(path=file, full_page=bool(every))
                    page.close()
                context.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
