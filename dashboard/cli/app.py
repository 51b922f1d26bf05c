"""`edinflow app`: serves the dashboard to browsers on this machine."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import port
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8501
START_SECONDS = 60.0
STOP_SECONDS = 5.0
# Nothing leaves the machine, nothing internal is shown, whatever other configuration there is.
SERVER_FLAGS = (
    f"--server.address={ADDRESS}",
    "--server.headless=true",
    "--server.fileWatcherType=none",
    "--server.showEmailPrompt=false",
    "--browser.gatherUsageStats=false",
    "--client.showErrorDetails=none",
    "--client.showErrorLinks=false",
    "--client.disableDataExport=true",
    "--client.toolbarMode=viewer",
    "--global.developmentMode=false",
)


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "app",
        "Serve the dashboard on this machine until interrupted.",
        run,
        "edinflow app --port 8501",
    )
    parser.add_argument("--port", metavar="N", type=port, default=DEFAULT_PORT, help="port")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(args: argparse.Namespace) -> Result:
    """Check that it can be served, say where, then serve."""
    from dashboard.cli.options import settings_of

    settings = settings_of(args)
    return serving(args.port, settings.source, browse=not args.no_browser and has_screen())


def serving(port_number: int, config: Path | None, *, browse: bool) -> Result:
    """A result that serves the dashboard once it is printed. Raises ServiceError."""
    require_free(port_number)
    script = app_script()
    address = f"http://{ADDRESS}:{port_number}"
    command = server_command(script, port_number, config)
    return Result(
        (f"The dashboard is at {address} (Ctrl-C ends it).",),
        {"address": address},
        then=lambda: _serve(command, address, browse=browse),
    )


def app_script() -> Path:
    """The page script that Streamlit runs."""
    import dashboard

    script = Path(dashboard.__path__[0]).resolve().parent / "streamlit_app.py"
    if not script.is_file():
        raise ServiceError(f"The dashboard's script {script} is missing: install ed-inflow anew.")
    return script


def server_command(script: Path, port_number: int, config: Path | None) -> list[str]:
    """The command that serves the page script."""
    command = [sys.executable, "-m", "streamlit", "run", str(script), *SERVER_FLAGS]
    command.append(f"--server.port={port_number}")
    return command if config is None else [*command, "--", "--config", str(config.resolve())]


def require_free(port_number: int) -> None:
    """Refuse a port that another program serves on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port_number))
        except OSError as error:
            raise ServiceError(
                f"Port {port_number} cannot be used ({error.strerror}): say --port with another "
                f"number, such as {port_number + 1 if port_number < 65535 else DEFAULT_PORT}."
            ) from error


def has_screen() -> bool:
    """Whether a browser can be opened: there is a screen, and no automatic build runs."""
    if os.environ.get("CI"):
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _serve(command: list[str], address: str, *, browse: bool) -> int:
    """Serve until the server ends or somebody ends this program; the server ends with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = subprocess.Popen(command, stdout=sys.stderr)
    try:
        if browse and _wait_until(lambda: _answers(address), server):
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        if server.poll() is None:
            server.terminate()
            try:
                server.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_until(ready: Callable[[], bool], server: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if ready():
            return True
        time.sleep(0.3)
    return False


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False
