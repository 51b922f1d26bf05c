"""What the page Import asks of the service; nothing of an upload is remembered here."""

from dashboard.service import imports
from dashboard.service.imports import Upload


def columns(upload: Upload) -> tuple[str, ...]:
    """Names of the file's columns."""
    return imports.columns(upload)
