"""Shifts that are there before planning begins: today's roster, and shifts that are locked."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Given:
    """today, locked: role, code, start, end (UTC), heads; None where there is none.

    A time that no pattern has is kept as a shift of its own.
    """

    today: pd.DataFrame | None = None
    locked: pd.DataFrame | None = None

    def times(self, role: str) -> list[tuple[str, pd.Timestamp, pd.Timestamp]]:
        """Code, start and end of every given shift of a role, each time once."""
        found: dict[tuple[pd.Timestamp, pd.Timestamp], str] = {}
        for frame in (self.today, self.locked):
            if frame is None:
                continue
            own = frame[frame["role"] == role]
            for code, start, end in zip(own["code"], own["start"], own["end"], strict=True):
                found.setdefault((start, end), str(code))
        return [(code, start, end) for (start, end), code in found.items()]

    def most(self, role: str) -> int:
        """Most heads of a role in one given shift."""
        frames = [frame for frame in (self.today, self.locked) if frame is not None]
        own = [frame[frame["role"] == role] for frame in frames]
        return max(
            (int(f.groupby(["start", "end"])["heads"].sum().max()) for f in own if not f.empty),
            default=0,
        )


def changed(today: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Shifts in which a plan differs from today's roster: start (UTC), dropped, new, in heads.

    By times, not codes.
    """
    keys = ["role", "start", "end"]
    before = today.groupby(keys)["heads"].sum()
    after = planned.groupby(keys)["heads"].sum()
    less = before.subtract(after, fill_value=0).astype(np.int64)
    less = less[less != 0]
    return pd.DataFrame(
        {
            "start": less.index.get_level_values("start"),
            "dropped": less.clip(lower=0).to_numpy(),
            "new": (-less).clip(lower=0).to_numpy(),
        }
    )
