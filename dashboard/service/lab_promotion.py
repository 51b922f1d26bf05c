"""Promotion asked for on a page: the gate takes a while, so it is background work as well."""

import json
import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass

from dashboard.service import jobs, promotion
from dashboard.settings import Settings
from data import history
from data.store import Store
from forecasting.configuration import Configuration, from_toml


@dataclass(frozen=True)
class Promotion:
    """A configuration that is to be live at a site. overrule: why in spite of the gate."""

    site: str
    stream: str
    toml: str
    overrule: str | None = None

    @property
    def configuration(self) -> Configuration:
        """The configuration meant."""
        return from_toml(self.toml, "configuration")

    @property
    def json(self) -> str:
        """The value as text."""
        return json.dumps({"kind": "promote", **asdict(self)})

    @property
    def command(self) -> str:
        """The line on a terminal that does the same, once the TOML is saved under its name."""
        file = f"{self.configuration.model}-{self.configuration.hash}.toml"
        words = ["edinflow", "promote", file, "--site", self.site]
        words += [] if self.stream == "all" else ["--stream", self.stream]
        words += [] if self.overrule is None else ["--overrule", self.overrule]
        return shlex.join(words)


def promote(settings: Settings, store: Store, text: str, progress: Callable[[float], None]) -> str:
    """Promote through the gate; returns what came of it. Raises ServiceError if refused."""
    values = json.loads(text)
    asked = Promotion(values["site"], values["stream"], values["toml"], values["overrule"])
    series = history.arrivals(store, asked.site, asked.stream)
    decision = promotion.promote(
        store,
        series,
        jobs.site_calendar(settings, series),
        asked.configuration,
        now=jobs.now(),
        overrule=asked.overrule,
        seed=settings.forecast.seed,
        progress=progress,
    )
    how = "although the gate was against it" if decision.overruled else "through the gate"
    reason = decision.reason.rstrip(".")  # a person's own may end without a full stop
    return f"{decision.configuration.label} is live, {how}: {reason}. The next forecast uses it."
