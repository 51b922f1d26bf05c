"""What a command is told to write: never over what it reads, nor two results over each other."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from dashboard.cli.command import WrongUse

WRITTEN = ("out", "draws_out", "shifts_out", "quantiles_out", "scores_out", "save", "rejects")
READ = (
    *("input", "events", "regressors", "configuration", "hours_from", "department"),
    *("roster", "other", "locked", "visits", "file", "files"),
)
USUAL_SETTINGS = "edinflow.toml"
DATABASE = b"DUCK"
DATABASE_AT = 8


def check(args: argparse.Namespace) -> None:
    """Raise WrongUse where a result would take the place of records that are not made again.

    It is looked at before any work, as a file that was written over does not come back.
    """
    taken: dict[Path, str] = {}
    for option, path in _files(args, READ):
        taken[path.resolve()] = f"is what {option} reads"
    settings = Path(getattr(args, "config", None) or USUAL_SETTINGS)
    taken.setdefault(settings.resolve(), "holds the settings")
    for option, path in _files(args, WRITTEN):
        place = path.resolve()
        tuned_again = option == "--save" and taken.get(place) == "is what --configuration reads"
        if tuned_again:
            continue
        why = taken.get(place) or ("is a store" if _is_database(place) else None)
        if why:
            raise WrongUse(f"{option}: {path} {why} and would be written over: name another file.")
        taken[place] = f"is what {option} writes"


def _files(args: argparse.Namespace, names: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for name in names:
        given = getattr(args, name, None)
        for text in given if isinstance(given, list) else [given]:
            if isinstance(text, str) and text:
                yield _spelled(name), Path(text)


def _spelled(name: str) -> str:
    """How the option that holds a name is written on the line."""
    if name in ("file", "files"):
        return "this command"
    return "--with" if name == "other" else f"--{name.replace('_', '-')}"


def _is_database(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe would have to be waited for
            return False
        with path.open("rb") as file:
            return file.read(DATABASE_AT + len(DATABASE))[DATABASE_AT:] == DATABASE
    except OSError:
        return False
