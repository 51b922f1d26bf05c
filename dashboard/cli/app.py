"""`edinflow app`: serves the dashboard to browsers, and files to programs, on this machine."""

import argparse
import errno
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

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8501
START_SECONDS = 60.0
STOP_SECONDS = 5.0
EVERYWHERE = ("0.0.0.0", "::")
OPEN_TO_OTHERS = (
    "whoever reaches this port can see every page and change plans and events, as there is no "
    "sign-in: let a proxy that asks for one stand before it, or leave --host out."
)


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "app",
        "Serve the dashboard, and files for other programs, until interrupted.",
        run,
        "edinflow app --port 8501",
    )
    parser.add_argument("--port", metavar="N", type=port, default=DEFAULT_PORT, help="port")
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default=ADDRESS,
        help=f"address to listen on; 0.0.0.0 for all of this machine's (default: {ADDRESS})",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(args: argparse.Namespace) -> Result:
    """Check that it can be served, say where, then serve."""
    from dashboard.cli.options import settings_of

    settings = settings_of(args)
    browse = not args.no_browser and has_screen()
    return serving(args.port, settings.source, browse=browse, host=args.host)


def serving(port_number: int, config: Path | None, *, browse: bool, host: str = ADDRESS) -> Result:
    """A result that serves the dashboard once it is printed. Raises ServiceError."""
    require_free(port_number, host)
    require_script()
    reached = ADDRESS if host in EVERYWHERE else host
    address = f"http://{f'[{reached}]' if ':' in reached else reached}:{port_number}"
    command = server_command(port_number, config, host)
    lines = [f"The dashboard is at {address} (Ctrl-C ends it)."]
    lines.append(f"  Programs pull {address}/api/v1/staffing.csv with a token: edinflow token NAME")
    return Result(
        tuple(lines),
        {"address": address},
        warnings=() if _is_local(host) else (OPEN_TO_OTHERS,),
        then=lambda: _serve(command, address, browse=browse),
    )


def require_script() -> None:
    """Refuse to serve where the page script is missing."""
    script = ROOT / "streamlit_app.py"
    if not script.is_file():
        raise ServiceError(f"The dashboard's script {script} is missing: install ed-inflow anew.")


def server_command(port_number: int, config: Path | None, host: str = ADDRESS) -> list[str]:
    """The command that serves pages and files."""
    # -P: a folder named like one of ours, where the command is given, is not taken for it.
    command = [sys.executable, "-P", "-m", "dashboard.web"]
    command += ["--host", host, "--port", str(port_number)]
    return command if config is None else [*command, "--config", str(config.resolve())]


def require_free(port_number: int, host: str = ADDRESS) -> None:
    """Refuse a port that another program serves on, or an address that is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port_number))
        except socket.gaierror as error:
            raise ServiceError(
                f"{host!r} is no address of this machine: say --host {ADDRESS}."
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise ServiceError(
                    f"{host!r} is no address of this machine: say --host {ADDRESS}."
                ) from error
            raise ServiceError(
                f"Port {port_number} cannot be used ({error.strerror}): say --port with another "
                f"number, such as {port_number + 1 if port_number < 65535 else DEFAULT_PORT}."
            ) from error


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


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
    before = os.environ.get("PYTHONPATH")
    paths = os.pathsep.join([str(ROOT), *([before] if before else [])])
    environment = os.environ | {"PYTHONPATH": paths}
    server = subprocess.Popen(command, stdout=sys.stderr, env=environment)
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
