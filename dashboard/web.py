"""The server: one process that serves the pages to people and files to programs.

    python -m dashboard.web --port 8501 --config edinflow.toml      # started by `edinflow app`

`streamlit_app.py` stays the page script; here Streamlit's own ASGI application gets the routes of
`dashboard/api.py` beside it.
"""

import argparse
import gc
import importlib
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Thread

import pandas as pd
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import api, settings

SCRIPT = Path(__file__).resolve().parents[1] / "streamlit_app.py"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Nothing leaves the machine, nothing internal is shown, whatever other configuration there is.
SAFE: dict[str, str | bool | int] = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.disableDataExport": True,
    "client.toolbarMode": "viewer",
    "global.developmentMode": False,
    # After each run of a page it looks through all objects for garbage while everybody else waits:
    # two fifths of the computing of twenty visitors. Python looks by itself, as it needs to.
    "runner.postScriptGC": False,
}

# Pictures, sounds and fonts come from here, whatever stands in a name, a note or a reason: what
# people type is read as Markdown in places, which can show a picture and nothing else that loads.
OWN_CONTENT = (
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'"
)


class OwnContent:
    """Tells browsers with each answer that pictures, sounds and fonts come from here only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with that header beside its own."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = OWN_CONTENT
            await send(message)

        await self.app(scope, receive, told)


def application(config: Path | None) -> st.App:
    """Pages and pull addresses as one ASGI application. config: the settings file, if any."""

    async def pull(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            reply = api.refused(405, f"{request.method} means nothing here: use GET.")
        else:
            reply = await run_in_threadpool(
                api.respond,
                request.url.path,
                request.query_params.multi_items(),
                request.headers.get("authorization"),
                lambda: settings.load(config),
                pd.Timestamp.now("UTC"),
            )
        headers = {
            **reply.headers,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(reply.body, reply.status, headers, media_type=reply.kind)

    routes = [Route("/api/{rest:path}", pull, methods=METHODS)]
    return st.App(SCRIPT, routes=routes, lifespan=_ready, middleware=[Middleware(OwnContent)])


@asynccontextmanager
async def _ready(_app: st.App) -> AsyncIterator[None]:
    """Load all pages before the first visitor asks, and work ahead of them while they are served.

    Each clean-up of Python's looks through all objects: the libraries are kept out of it.
    """
    importlib.import_module("dashboard.pages")
    keep_ready = importlib.import_module("dashboard.cache_ahead").keep_ready
    gc.collect()
    gc.freeze()
    stop = Event()
    Thread(target=keep_ready, args=(stop,), name="ahead", daemon=True).start()
    yield
    stop.set()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="dashboard.web", description="Serve the dashboard.")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--config")
    args = parser.parse_args(arguments)
    # Streamlit finds its theme beside the script named here, and pages read what follows it.
    sys.argv = [str(SCRIPT), *(["--config", args.config] if args.config else [])]
    served = application(Path(args.config) if args.config else None)
    served.run(config={**SAFE, "server.address": args.host, "server.port": args.port})


if __name__ == "__main__":
    main()
