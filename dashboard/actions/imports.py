"""What the page Import may do: look at a file, load it, take it back."""

from dashboard import cache
from dashboard.service import imports
from dashboard.service.files import Reading
from dashboard.service.imports import Preview, Upload
from data.load_report import LoadReport

__all__ = ["commit", "preview", "take_back"]


def preview(upload: Upload, reading: Reading) -> Preview:
    """Read a file and keep nothing of it."""
    return imports.preview(cache.settings(), upload, reading)


def commit(upload: Upload, reading: Reading) -> LoadReport:
    """Load a file."""
    return imports.commit(cache.settings(), upload, reading)


def take_back(load_id: int) -> str:
    """Undo a load; returns what it did."""
    return imports.take_back(cache.settings(), load_id).notes[0]
