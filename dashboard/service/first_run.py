"""First steps that take a while: an invented department to look at, and a first forecast."""

import json
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from dashboard.service import invented, jobs
from dashboard.service.files import Reading
from dashboard.settings import Settings
from data import locale
from data.store import Store

INVENTED = "Invented General (demo)"


@dataclass(frozen=True)
class Forecasting:
    """A forecast that is to be made now."""

    site: str
    stream: str = "all"

    @property
    def json(self) -> str:
        """The value as text."""
        return json.dumps({"kind": "forecast", **asdict(self)})

    @property
    def command(self) -> str:
        """The line on a terminal that does the same."""
        words = ["edinflow", "forecast", "--site", self.site]
        words += [] if self.stream == "all" else ["--stream", self.stream]
        return shlex.join(words)


@dataclass(frozen=True)
class Demo:
    """An invented department that is to be loaded beside the real sites, and forecast."""

    site: str = INVENTED
    stream: str = "all"

    @property
    def json(self) -> str:
        """The value as text."""
        return json.dumps({"kind": "demo"})

    @property
    def command(self) -> str:
        """The line on a terminal that does much the same, in a folder of its own."""
        return "edinflow demo"


def forecast(settings: Settings, text: str, progress: Callable[[float], None]) -> str:
    """Make the forecast; returns what came of it."""
    values = json.loads(text)
    made, _ = jobs.make_forecast(settings, values["site"], values["stream"], progress=progress)
    return f"{made.forecast.model} has forecast {values['site']}: {made.reason}"


def demo(settings: Settings, store: Store, progress: Callable[[float], None]) -> str:
    """Invent three years of visits, load them and forecast; returns what came of it."""
    visits, hour = invented.visits_until(jobs.now())
    progress(0.2)
    reading = Reading(INVENTED, invented.ZONE, covers_to=f"{hour:%Y-%m-%d %H:%M}")
    with tempfile.TemporaryDirectory(prefix="edinflow-") as folder:
        file = Path(folder) / "invented_visits.csv"
        visits.to_csv(file, index=False)
        progress(0.4)
        report = reading.load(store, file)
    progress(0.6)
    made, _ = jobs.make_forecast(settings, INVENTED)
    return (
        f"{INVENTED}: {locale.number(report.accepted)} invented visits, forecast by "
        f"{made.forecast.model}. "
        f"Take it away again with edinflow undo {report.load_id}."
    )
