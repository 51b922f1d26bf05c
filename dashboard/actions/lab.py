"""What the page Model lab may do: try, stop, save, promote, go back."""

from dashboard import cache
from dashboard.service import jobs, lab_worker, promotion
from dashboard.service.errors import ServiceError
from dashboard.service.lab import Try
from dashboard.service.lab_promotion import Promotion
from data import configurations, history
from data import jobs as ledger
from data.store import Store
from forecasting import registry
from forecasting.configuration import Configuration

__all__ = ["back_to_auto", "promote", "save", "stop", "try_out"]


def try_out(asked: Try) -> int:
    """Run a backtest in the background; returns the job's number."""
    from dashboard.service import lab

    settings = cache.settings()
    series = history.arrivals(Store.open(settings.store), asked.site, asked.stream)
    lab.tasks(asked, settings, series)  # what cannot be done is said now, not later
    note = f", {asked.note}" if asked.note else ""
    return lab_worker.start(settings, asked, f"Try {registry.label(asked.model)}{note}")


def stop(job_id: int) -> None:
    """Ask a job to stop; it does within seconds."""
    ledger.ask_to_stop(Store.open(cache.settings().store), job_id)


def save(site: str, stream: str, chosen: Configuration, note: str) -> str:
    """Keep a configuration at a site; returns its label."""
    whole = registry.complete(chosen)
    configurations.keep(
        Store.open(cache.settings().store),
        site=site,
        stream=stream,
        model=whole.model,
        toml=whole.toml,
        mark=whole.hash,
        note=note.strip(),
        saved_at_utc=jobs.now(),
        who=promotion.person(),
    )
    return whole.label


def promote(site: str, stream: str, chosen: Configuration, overrule: str) -> int:
    """Ask the gate, in the background, to make a configuration live. overrule: a reason, or ""."""
    whole = registry.complete(chosen)
    asked = Promotion(site, stream, whole.toml, overrule.strip() or None)
    return lab_worker.start(cache.settings(), asked, f"Promote {whole.label}")


def back_to_auto(site: str, stream: str, reason: str) -> str:
    """Let the program choose again; returns what was live. Raises ServiceError."""
    if not reason.strip():
        raise ServiceError("Going back to automatic choice needs a reason: say why; it is kept.")
    return promotion.back_to_auto(
        Store.open(cache.settings().store), site, stream, now=jobs.now(), reason=reason.strip()
    )
