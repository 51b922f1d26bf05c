"""Which version of the program runs."""

from importlib import metadata


def version() -> str:
    """Return the version; "(not installed)" when the program runs from a folder."""
    try:
        return metadata.version("ed-inflow")
    except metadata.PackageNotFoundError:
        return "(not installed)"
