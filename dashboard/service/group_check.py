"""Whether all groups of patients are served alike: background work, as it takes minutes."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.service import fairness, jobs
from dashboard.service.promotion import person
from dashboard.settings import Settings
from dashboard.wording import fairness as words
from data import jobs as ledger
from data.store import Store
from forecasting.fairness import Fairness

TITLE = "Compare groups of patients"


@dataclass(frozen=True)
class GroupCheck:
    """A comparison of the groups of a site that is to be made now."""

    site: str
    stream: str = "all"

    @property
    def json(self) -> str:
        """The value as text."""
        return json.dumps({"kind": "groups", "site": self.site})

    @property
    def command(self) -> str:
        """The line on a terminal that does the same."""
        return shlex.join(["edinflow", "fairness", "--site", self.site])


def check(settings: Settings, text: str, progress: Callable[[float], None]) -> str:
    """Compare; returns a sentence per group that is served worse, or that none is."""
    found = fairness.compare(settings, json.loads(text)["site"], progress=progress)
    return words.verdict(found)


def keep(settings: Settings, site: str, found: Fairness) -> None:
    """Note a comparison of all groups made elsewhere, so that the page tells what it said."""
    store, asked = Store.open(settings.store), GroupCheck(site)
    number = ledger.begin(
        store,
        site=site,
        stream=asked.stream,
        title=TITLE,
        asked=asked.json,
        command=asked.command,
        who=person(),
        now=jobs.now(),
    )
    ledger.end(store, number, "done", 1.0, words.verdict(found), jobs.now())
