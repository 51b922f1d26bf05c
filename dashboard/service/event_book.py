"""The local events of a site as a table that people edit, kept in the CSV file that it names.

The file stays the one truth, so that `edinflow forecast` on a schedule, a spreadsheet and the page
all see the same. It is written whole, the version before it stays beside it, and a change that
somebody else made meanwhile is never overwritten.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard import settings as settings_file
from dashboard.service.calendars import folder_of
from dashboard.service.csv_text import table
from dashboard.service.errors import ServiceError
from dashboard.service.files import write_whole
from dashboard.settings import Settings
from data.events import OURS, Event, read_events

USUAL_FILE = "events.csv"


@dataclass(frozen=True)
class Book:
    """Events of a site, those of other sites in the same file, and the file's fingerprint.

    file: None where the settings name none yet.
    """

    site: str
    file: Path | None
    events: tuple[Event, ...]
    others: tuple[Event, ...]
    mark: str


def read(settings: Settings, site: str) -> Book:
    """The book of a site as it is now. Raises DataError for a file that cannot be read."""
    file = _file(settings, site)
    if file is None or not file.is_file():
        return Book(site, file, (), (), _mark(file))
    mark = _mark(file)
    events = read_events(file)
    own = tuple(one for one in events if one.site in (None, site))
    return Book(site, file, own, tuple(one for one in events if one not in own), mark)


def save(settings: Settings, book: Book, events: Sequence[Event]) -> Path:
    """Write the events of a site in the place of those that the book held; returns the file.

    A site without a file gets one beside edinflow.toml, and a line there that names it.
    Raises ServiceError where the file has changed since the book was read.
    """
    for one in events:
        if one.site not in (None, book.site):
            raise ServiceError(f"{one.name!r} is of {one.site!r}, not of {book.site!r}.")
    contents: dict[Path, bytes] = {}
    file = _file(settings, book.site)
    if file is None and book.file is None:
        file, text = _named(settings, book.site)
        if file.exists():
            raise ServiceError(
                f"{file.name} lies beside {settings.source} and no hospital names it: nothing was "
                f'saved; give {book.site!r} the line events = "{file.name}", or rename the file.'
            )
        if settings.source is not None:
            contents[settings.source] = text.encode()
    elif file is None or _mark(file) != book.mark:
        about = file or book.file
        assert about is not None, "the branch before has neither"
        raise ServiceError(
            f"{about.name} was changed by somebody else since this page was opened: nothing was "
            "saved; copy what you typed, open the page anew, and save it then."
        )
    if file.is_file():
        contents[file.with_name(f"{file.name}.before")] = file.read_bytes()
    contents[file] = text_of([*book.others, *events])
    write_whole(contents)
    return file


def text_of(events: Sequence[Event]) -> bytes:
    """Events as CSV, a row each, in their order."""
    rows = [
        (one.name, str(one.first), str(one.last), one.kind, one.site or "", one.expect)
        for one in events
    ]
    return table(OURS, rows)


def _file(settings: Settings, site: str) -> Path | None:
    about = settings.site(site)
    if about is None or not about.events:
        return None
    return (folder_of(settings) or Path()) / about.events[0]


def _free_name(settings: Settings, site: str) -> str:
    """Name of a file that is no other site's."""
    taken = {name for one in settings.sites for name in one.events}
    own = "".join(letter if letter.isalnum() else "-" for letter in site)
    more = (f"events-{own}-{number}.csv" for number in range(2, 3 + len(taken)))
    return next(name for name in (USUAL_FILE, f"events-{own}.csv", *more) if name not in taken)


def _named(settings: Settings, site: str) -> tuple[Path, str]:
    """A new file for a site, and the settings with a line that names it."""
    source, name = settings.source, _free_name(settings, site)
    if source is None or settings.site(site) is None:
        raise ServiceError(
            f"No settings file names {site!r}: write one with edinflow init, and give the site "
            f'the line events = "{name}".'
        )
    text = source.read_text(encoding="utf-8")
    line = re.compile(r"^(\s*)name\s*=\s*(.+?)\s*(#.*)?$")
    lines = text.splitlines(keepends=True)
    for place, one in enumerate(lines):
        found = line.match(one.rstrip("\n"))
        if found and _value(found[2]) == site:
            added = f"{found[1]}events = {json.dumps(name)}\n"
            whole = "".join([*lines[: place + 1], added, *lines[place + 1 :]])
            if _says_only_that(settings, whole, site, name):
                return source.parent / name, whole
    raise ServiceError(
        f'Add the line events = "{name}" to the site {site!r} in {source.name}, then save again.'
    )


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return None


def _says_only_that(settings: Settings, text: str, site: str, file: str) -> bool:
    """Whether the changed settings differ in that one line of meaning only."""
    assert settings.source is not None
    try:
        changed = settings_file.parse(text, settings.source)
    except (settings_file.SettingsError, tomllib.TOMLDecodeError):
        return False
    wanted = tuple(
        replace(one, events=(file,)) if one.name == site else one for one in settings.sites
    )
    return changed == replace(settings, sites=wanted)


def _mark(file: Path | None) -> str:
    if file is None or not file.is_file():
        return "none"
    return hashlib.sha256(file.read_bytes()).hexdigest()
