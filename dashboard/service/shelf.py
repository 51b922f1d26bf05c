"""Fits of a store, kept in a folder beside it: a command need not learn what another has learned.

A fit is a pickle, and reading one runs what is in it; so the folder and its files belong to one
user, and a file that somebody else owns or may write is left alone. Where a system cannot tell
who may, nothing is kept. Everything here can be deleted at any time: it costs a new fit.
"""

import json
import logging
import os
import secrets
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

LOG = logging.getLogger(__name__)
MOST = 64
SUFFIX = ".fit"


@dataclass(frozen=True)
class Label:
    """What lies in a file, to be read without opening the fit.

    place: fingerprint of all that a fit depends on beside arrivals and order. order: of the models
    and the seed asked for. mark: of the arrivals. learned_until: ISO 8601, UTC.
    """

    place: str
    order: str
    mark: str
    name: str
    reason: str
    learned_until: str


@dataclass(frozen=True)
class Shelf:
    """A folder of fits, one file per place and order; the oldest go first."""

    folder: Path
    most: int = MOST

    @classmethod
    def of(cls, store: Path) -> "Shelf":
        """The one beside a store."""
        return cls(store.with_name(f"{store.stem}.fits"))

    def labels(self, place: str) -> list[tuple[Label, Path]]:
        """What is kept of a place."""
        found = [(self._label(path), path) for path in self.folder.glob(f"{place}-*{SUFFIX}")]
        return [(label, path) for label, path in found if label is not None]

    def packed(self, path: Path) -> bytes | None:
        """The fit in a file of `labels`; None where it has gone meanwhile."""
        try:
            return path.read_bytes().partition(b"\n")[2]
        except FileNotFoundError:
            return None

    def put(self, label: Label, packed: bytes) -> None:
        """Keep a fit in place of the one of the same place and order.

        Where the folder cannot be written the log says so, and the next command learns anew.
        """
        path = self.folder / f"{label.place}-{label.order}{SUFFIX}"
        beside = path.with_name(f".{secrets.token_hex(4)}.part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours(self.folder):
                LOG.warning("Fits are not kept in %s: others may write it or own it.", self.folder)
                return
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(json.dumps(asdict(label)).encode() + b"\n" + packed)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
            self._clear_out()
        except OSError as error:
            LOG.warning("Fits cannot be kept in %s: %s.", self.folder, error.strerror)

    def _clear_out(self) -> None:
        by_age = sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda path: -path.stat().st_mtime)
        for path in by_age[self.most :]:
            path.unlink(missing_ok=True)

    def _label(self, path: Path) -> Label | None:
        try:
            if not _is_ours(self.folder) or not _is_ours(path):
                LOG.warning("%s is not read: others may write it or own it.", path)
                return None
            with path.open("rb") as file:
                return Label(**json.loads(file.readline()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            LOG.warning("%s is not a fit and is not read: %s.", path, error)
            return None


def _is_ours(path: Path) -> bool:
    """Whether this user owns a file or folder, no link, and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return False
    about = path.lstat()
    others = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return about.st_uid == os.getuid() and not others and not stat.S_ISLNK(about.st_mode)
