"""Which calendar a site has: its public holidays, and the files of its events and conditions."""

from dataclasses import replace
from pathlib import Path

from dashboard.service.errors import ServiceError
from dashboard.settings import Settings, Site
from data.events import at_site, read_events
from data.regressors import Regressor, read_regressors
from forecasting.calendar import Calendar


def of_site(site: Site, folder: Path | None = None) -> Calendar:
    """The calendar of a site. folder: from where its files' paths count (None: the current one).

    Raises DataError for a file that cannot be read, ForecastError for an unknown country, and
    ServiceError where two files tell of the same regressor.
    """
    base = folder or Path()
    events = [one for file in site.events for one in read_events(base / file)]
    regressors: dict[str, Regressor] = {}
    for file in site.regressors:
        for one in read_regressors(base / file):
            if one.name in regressors:
                raise ServiceError(
                    f"{file} tells of {one.name!r}, as another file does: give it once."
                )
            regressors[one.name] = one
    return Calendar(
        site.time_zone,
        site.country,
        site.subdivision,
        at_site(events, site.name),
        tuple(regressors[name] for name in sorted(regressors)),
        site.ignore,
    )


def of_settings(settings: Settings, site: str, time_zone: str) -> Calendar:
    """The calendar that the settings give a site; one without holidays where they do not know it.

    time_zone: the one that its stored arrivals have.
    """
    named = settings.site(site)
    if named is None:
        return Calendar(time_zone)
    return of_site(replace(named, time_zone=time_zone), folder_of(settings))


def folder_of(settings: Settings) -> Path | None:
    """Folder from which the paths in the settings count."""
    return settings.source.parent if settings.source else None
