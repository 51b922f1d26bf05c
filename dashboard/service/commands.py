"""Commands as a reader must type them: with the settings file, where it is not the folder's own."""

import shlex
from pathlib import Path

from dashboard.settings import FILE_NAME, Settings


def flag(settings: Settings) -> str:
    """What to add, as --config FILE, where a command would not find the file; else empty."""
    if settings.source is None or settings.source == (Path.cwd() / FILE_NAME).resolve():
        return ""
    return f" --config {shlex.quote(str(settings.source))}"
