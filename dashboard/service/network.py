"""The network: every site of the store at one moment, the one that is shortest of staff first."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard.service.situation import Situation
from dashboard.settings import Settings


@dataclass(frozen=True, eq=False)
class SiteNow:
    """A site and its situation; None: it has no forecast yet.

    short_hours: staff hours that the next 24 hours lack; chance: of a surge in this or the next
    shift, the larger, None where it is not known.
    """

    site: str
    situation: Situation | None
    short_hours: float = 0.0
    chance: float | None = None


@dataclass(frozen=True, eq=False)
class Network:
    """Sites, most short of staff first, then by the chance of a surge; those unknown come last."""

    sites: tuple[SiteNow, ...]


def network(settings: Settings, found: Mapping[str, Situation | None]) -> Network:
    """Sort the sites of a moment; of equals, the settings' order holds."""
    order = [site.name for site in settings.sites]
    rows = [_site(name, situation) for name, situation in found.items()]
    rows.sort(key=lambda row: order.index(row.site) if row.site in order else len(order))
    rows.sort(key=lambda row: (row.situation is None, -row.short_hours, -(row.chance or 0.0)))
    return Network(tuple(rows))


def _site(name: str, situation: Situation | None) -> SiteNow:
    if situation is None:
        return SiteNow(name, None)
    briefing = situation.briefing
    chances = [
        w.surge_chance for w in briefing.windows if w.is_shift and w.surge_chance is not None
    ]
    short = sum(
        lacking.heads * (lacking.stop - lacking.start) / pd.Timedelta(hours=1)
        for lacking in briefing.shortages
    )
    return SiteNow(name, situation, float(short), max(chances, default=None))
