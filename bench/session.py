"""A served dashboard, and sessions on it that speak to the server as the page in a browser does.

What a browser would draw is only counted: seconds are the server's, from the wish to the last
message of the run, and bytes are those of all messages of the run.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from dashboard.wording import notices

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
TROUBLE = notices.trouble(Exception()).partition("**")[2].partition("**")[0]


@dataclass(frozen=True)
class Reply:
    """One run of the page: wall seconds, bytes of its messages, and what went wrong in it."""

    seconds: float
    size: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, its process and its log."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def megabytes(self, what: str = "VmHWM") -> float:
        """Memory of the server by Linux's account; the most it ever held unless told otherwise."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) / 1024
        raise SystemExit(f"the system does not tell {what} of process {self.process.pid}")

    def processor_seconds(self) -> float:
        """Time that the server has spent computing so far, whatever else the machine did."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def complaints(self) -> list[str]:
        """Lines of the log that tell of a fault."""
        told = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in told if "Traceback" in line or "ERROR" in line]


@contextmanager
def serving(config: Path, folder: Path) -> Iterator[Server]:
    """The application with these settings, in a process of its own, while it is needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "dashboard.web", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--config", str(config.resolve())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = folder / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, cwd=folder, stdout=written, stderr=written, env=environment
        )
    try:
        _wait_for(port, process)
        yield Server(port, process, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:  # refused, or too busy to answer yet
            time.sleep(0.25)
    raise SystemExit("the dashboard did not answer within a minute")


class Session:
    """One open page. `open` draws a page; `again` draws it once more; `rest` lets time pass."""

    def __init__(self, port: int, site: str) -> None:
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._wire: ClientConnection = connect(
            address, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE
        )
        self._query = urlencode({"site": site})
        self._pages: dict[str, str] = {}
        self._page = ""
        self._timers: dict[str, tuple[float, float]] = {}  # fragment → seconds between, next

    def close(self) -> None:
        """Leave."""
        self._wire.close()

    @property
    def pages(self) -> list[str]:
        """Addresses of the pages, known once one has been opened; "" is the first."""
        return list(self._pages)

    def open(self, path: str = "") -> Reply:
        """Go to a page. Raises KeyError for one that the menu does not have."""
        wish = BackMsg()
        wish.rerun_script.query_string = self._query
        if self._pages:
            wish.rerun_script.page_script_hash = self._page = self._pages[path]
        else:
            wish.rerun_script.page_name = path
        self._timers.clear()
        return self._ask(wish)

    def again(self) -> Reply:
        """Draw the same page anew, as a change of a widget does."""
        wish = BackMsg()
        wish.rerun_script.query_string = self._query
        wish.rerun_script.page_script_hash = self._page
        return self._ask(wish)

    def rest(self, seconds: float) -> list[Reply]:
        """Look at the page for a while; the parts that renew themselves do so."""
        until, replies = time.monotonic() + seconds, []
        while True:
            due, part = min(
                ((at, part) for part, (_, at) in self._timers.items()), default=(until, "")
            )
            if due >= until:
                time.sleep(max(0.0, until - time.monotonic()))
                return replies
            time.sleep(max(0.0, due - time.monotonic()))
            every, _ = self._timers[part]
            self._timers[part] = (every, time.monotonic() + every)
            wish = BackMsg()
            wish.rerun_script.query_string = self._query
            wish.rerun_script.page_script_hash = self._page
            wish.rerun_script.fragment_id = part
            wish.rerun_script.is_auto_rerun = True
            replies.append(self._ask(wish))

    def _ask(self, wish: BackMsg) -> Reply:
        wish.rerun_script.context_info.timezone = "Europe/London"
        wish.rerun_script.context_info.locale = "en-GB"
        wish.rerun_script.context_info.color_scheme = "light"
        began, size, faults = time.perf_counter(), 0, []
        self._wire.send(wish.SerializeToString())
        while True:
            raw = self._wire.recv(timeout=PATIENCE)
            told = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            size += len(raw)
            faults += self._take_in(told)
            if told.WhichOneof("type") == "script_finished":
                if told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return Reply(time.perf_counter() - began, size, tuple(faults))
                faults = []  # the page asked to be drawn again at once

    def _take_in(self, told: ForwardMsg) -> list[str]:
        kind = told.WhichOneof("type")
        if kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash
                           for page in told.navigation.app_pages}  # fmt: skip
            self._page = told.navigation.page_script_hash
        elif kind == "auto_rerun":
            every = told.auto_rerun.interval
            self._timers[told.auto_rerun.fragment_id] = (every, time.monotonic() + every)
        elif kind == "stop_auto_rerun":
            for part in told.stop_auto_rerun.fragment_ids:
                self._timers.pop(part, None)
        elif kind == "script_finished":
            if told.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                return ["the script could not be compiled"]
        elif kind in ("page_not_found", "session_event"):
            return [kind]
        elif kind == "delta":
            return _faults(told)
        return []


def _faults(told: ForwardMsg) -> list[str]:
    """What an element of the page tells of a fault: a traceback, or a refusal in its place."""
    element = told.delta.new_element
    if element.WhichOneof("type") == "exception":
        return [f"{element.exception.type}: {element.exception.message}"]
    if element.WhichOneof("type") == "alert" and TROUBLE in element.alert.body:
        return [element.alert.body]
    return []
