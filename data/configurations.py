"""Configurations: which model is live where, who decided so, when, why and on which scores.

It knows texts and frames, not the forecasting floor's classes.
"""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.store import Store


@dataclass(frozen=True)
class StoredConfiguration:
    """A decision as it was taken; model, toml and hash are empty where it was "back to auto"."""

    promotion_id: int
    site: str
    stream: str
    model: str
    toml: str
    hash: str
    promoted_at_utc: pd.Timestamp
    who: str
    reason: str
    overruled: bool
    gate_scores: tuple[dict[str, Any], ...]


def save(
    store: Store,
    *,
    site: str,
    stream: str,
    model: str | None,
    toml: str | None,
    mark: str | None,
    promoted_at_utc: pd.Timestamp,
    who: str,
    reason: str,
    overruled: bool,
    gate_scores: pd.DataFrame,
) -> int:
    """Keep a decision and return its number; earlier ones stay.

    mark: the configuration's hash. model, toml and mark are None for "back to auto".
    """
    with store.transaction() as write:
        number = int(write.frame("next_promotion_id")["promotion_id"].iloc[0])
        row = {
            "promotion_id": number,
            "site": site,
            "stream": stream,
            "model": model,
            "toml": toml,
            "hash": mark,
            "promoted_at_utc": promoted_at_utc,
            "who": who,
            "reason": reason,
            "overruled": overruled,
            "gate_scores": gate_scores.to_json(orient="records"),
        }
        write.append("model_configurations", pd.DataFrame([row]))
    return number


def live(store: Store, site: str, stream: str = "all") -> StoredConfiguration | None:
    """The configuration that is live; None where there is none, or none any more."""
    found = store.frame("live_configuration", site=site, stream=stream)
    return None if found.empty or pd.isna(found["model"].iloc[0]) else _stored(found.iloc[0])


def of_hash(store: Store, site: str, mark: str) -> StoredConfiguration | None:
    """A configuration that was once promoted at the site, by its hash; None where none was."""
    found = store.frame("configuration_of_hash", site=site, hash=mark)
    return None if found.empty else _stored(found.iloc[0])


def decisions(store: Store, site: str | None = None) -> pd.DataFrame:
    """Every decision, newest first: the columns of `StoredConfiguration`, and live.

    live: whether it is the one that counts for its site and stream.
    """
    found = store.frame("configurations", site=site)
    texts = ["model", "toml", "hash"]
    found[texts] = found[texts].astype(object).where(found[texts].notna(), "")
    return found


def keep(
    store: Store,
    *,
    site: str,
    stream: str,
    model: str,
    toml: str,
    mark: str,
    note: str,
    saved_at_utc: pd.Timestamp,
    who: str,
) -> None:
    """Keep a configuration that need not be live; mark: its hash. Kept again, the note is new."""
    row = {
        "site": site,
        "stream": stream,
        "model": model,
        "toml": toml,
        "hash": mark,
        "note": note,
        "saved_at_utc": saved_at_utc,
        "who": who,
    }
    with store.transaction() as write:
        write.append("saved_configurations", pd.DataFrame([row]))


def kept(store: Store, site: str) -> pd.DataFrame:
    """Return the configurations kept at a site, newest first: the columns of `keep`, and hash."""
    return store.frame("saved_configurations", site=site)


def _stored(row: pd.Series) -> StoredConfiguration:
    return StoredConfiguration(
        promotion_id=int(row["promotion_id"]),
        site=row["site"],
        stream=row["stream"],
        model=row["model"],
        toml=row["toml"],
        hash=row["hash"],
        promoted_at_utc=row["promoted_at_utc"],
        who=row["who"],
        reason=row["reason"],
        overruled=bool(row["overruled"]),
        gate_scores=tuple(json.loads(row["gate_scores"])),
    )
