"""The terminal door: `edinflow VERB`. Verbs load what they need only when they run."""

from dashboard.cli.entry import main

__all__ = ["main"]
