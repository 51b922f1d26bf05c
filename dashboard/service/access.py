"""Tokens: who may pull files over HTTP. Kept as hashes, a file each that only its owner reads."""

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.promotion import person
from dashboard.settings import Settings

PREFIX = "edinflow_"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True)
class Token:
    """What is kept of a token: its name, its SHA-256, when (UTC) and by whom it was made.

    The token itself has 256 random bits, so a plain hash of it cannot be guessed back.
    """

    name: str
    sha256: str
    made_at: pd.Timestamp
    made_by: str


def folder_of(settings: Settings) -> Path:
    """Where the tokens lie: beside the store, so that a copy of the settings holds none."""
    return settings.store.with_name(f"{settings.store.stem}.tokens")


def make(settings: Settings, name: str, now: pd.Timestamp) -> str:
    """Make a token and return it; this is the only time that it is seen. Raises ServiceError."""
    if not NAME.fullmatch(name):
        raise ServiceError(
            f"{name!r} cannot name a token: use up to 60 letters, digits, dots and hyphens, "
            "such as rota-system."
        )
    word = PREFIX + secrets.token_urlsafe(32)
    about = {"sha256": _hash(word), "made_at": now.isoformat(), "made_by": person()}
    path = _path(settings, name)
    beside = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(about, file)
        try:
            os.link(beside, path)  # whole or not at all, and never over a token that is there
        except FileExistsError:
            raise ServiceError(
                f"There is a token {name!r} already: choose another name, or take it back with "
                f"edinflow token --revoke {name}."
            ) from None
        finally:
            beside.unlink()
    except OSError as error:
        raise ServiceError(f"Cannot keep a token in {path.parent}: {error.strerror}.") from error
    return word


def tokens(settings: Settings) -> tuple[Token, ...]:
    """Every token there is, by name. Raises ServiceError for one that others may read."""
    folder = folder_of(settings)
    if not folder.is_dir():
        return ()
    return tuple(_read(path) for path in sorted(folder.glob("*.json")))


def revoke(settings: Settings, name: str) -> None:
    """Take a token back: from now on it opens nothing. Raises ServiceError where there is none."""
    known = [token.name for token in tokens(settings)]
    if name not in known:
        listed = ", ".join(known) or "none"
        raise ServiceError(f"There is no token {name!r}; there are: {listed}.")
    _path(settings, name).unlink()


def holder(settings: Settings, word: str) -> Token | None:
    """The token that a word is; None where it is none, or was taken back."""
    asked = _hash(word)
    found = [one for one in tokens(settings) if hmac.compare_digest(one.sha256, asked)]
    return found[0] if found else None


def _read(path: Path) -> Token:
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text(encoding="utf-8")
        about = json.loads(text)
        token = Token(
            path.stem, about["sha256"], pd.Timestamp(about["made_at"]), str(about["made_by"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ServiceError(
            f"The token file {path} cannot be read: delete it and make the token anew."
        ) from error
    if os.name == "posix" and mode & 0o077:
        raise ServiceError(
            f"The token file {path} is open to others: make it yours alone with chmod 600."
        )
    return token


def _path(settings: Settings, name: str) -> Path:
    return folder_of(settings) / f"{name}.json"


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
