"""Which calendar a site has: its public holidays, and the files of its events and conditions."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dashboard.service.errors import ServiceError
from dashboard.settings import Settings, Site
from data.events import Event, at_site, read_events
from data.regressors import Regressor, read_regressors
from forecasting.calendar import Calendar
from forecasting.ignored import Period

TOLD_APART = "Told for this forecast alone, otherwise than in the settings:"
FORGOTTEN = (
    "The forecast made before was told of its days otherwise than the settings do (holidays, "
    "events, conditions, ignored days); this one knows what the settings tell."
)


def of_site(site: Site, folder: Path | None = None) -> Calendar:
    """The calendar of a site. folder: from where its files' paths count (None: the current one).

    Raises DataError for a file that cannot be read, ForecastError for an unknown country, and
    ServiceError where two files tell of the same regressor.
    """
    base = folder or Path()
    events = _events(site, folder)
    regressors: dict[str, Regressor] = {}
    for file in site.regressors:
        for one in read_regressors(base / file):
            if one.name in regressors:
                raise ServiceError(
                    f"{file} tells of {one.name!r}, as another file does: give it once."
                )
            regressors[one.name] = one
    here = at_site(events, site.name)
    ignored = (
        Period(str(one.first), str(one.last), one.name) for one in here if one.expect == "ignore"
    )
    return Calendar(
        site.time_zone,
        site.country,
        site.subdivision,
        tuple(one for one in here if one.expect != "ignore"),
        tuple(regressors[name] for name in sorted(regressors)),
        (*site.ignore, *ignored),
    )


def of_other_sites(site: Site, folder: Path | None = None) -> str:
    """A sentence where the files list events, but of other sites alone; else empty.

    A name that is spelled otherwise would take every event away without a word.
    """
    events = _events(site, folder)
    if not events or at_site(events, site.name):
        return ""
    others = ", ".join(sorted({repr(one.site) for one in events}))
    return (
        f"No event of {', '.join(Path(file).name for file in site.events)} is one of "
        f"{site.name!r}: they are of {others}; name the site as the file does, or leave its "
        "column site empty where an event touches all."
    )


def _events(site: Site, folder: Path | None) -> list[Event]:
    """All that the site's files list, of whichever site."""
    base = folder or Path()
    return [one for file in site.events for one in read_events(base / file)]


def of_settings(settings: Settings, site: str, time_zone: str) -> Calendar:
    """The calendar that the settings give a site; one without holidays where they do not know it.

    time_zone: the one that its stored arrivals have.
    """
    named = settings.site(site)
    if named is None:
        return Calendar(time_zone)
    return of_site(replace(named, time_zone=time_zone), folder_of(settings))


def without(calendar: Calendar, names: Iterable[str]) -> Calendar:
    """The calendar less some of what it knows, to see what that is worth.

    names: "holidays" (the country's), "events", "regressors", "ignored", or one event or
    regressor by its name. Raises ServiceError for one that is not known.
    """
    for name in names:
        events = tuple(one for one in calendar.events if one.name != name)
        regressors = tuple(one for one in calendar.regressors if one.name != name)
        if name == "holidays":
            calendar = replace(calendar, country=None, subdivision=None)
        elif name == "events":
            calendar = replace(calendar, events=())
        elif name == "regressors":
            calendar = replace(calendar, regressors=())
        elif name == "ignored":
            calendar = replace(calendar, ignored=())
        elif (events, regressors) != (calendar.events, calendar.regressors):
            calendar = replace(calendar, events=events, regressors=regressors)
        else:
            named = dict.fromkeys(
                [one.name for one in calendar.events] + [one.name for one in calendar.regressors]
            )
            known = ", ".join(("holidays", "events", "regressors", "ignored", *named))
            raise ServiceError(f"Nothing here is called {name!r}; there are: {known}.")
    return calendar


def less(without: Iterable[str], ignored: Iterable[str]) -> str:
    """What a model was kept from knowing, in words; empty where it knows all.

    >>> less(["holidays"], ["2020-03-15..2020-06-30"])
    'without holidays, ignoring 2020-03-15..2020-06-30'
    """
    return ", ".join(
        [*(f"without {name}" for name in without), *(f"ignoring {period}" for period in ignored)]
    )


def told_apart(known: Calendar, settled: Calendar) -> str:
    """What a forecast was told of its days otherwise than the settings do; empty where nothing.

    known: its calendar. settled: the one that the settings give the site.
    """
    parts = {
        "public holidays": ((one.country, one.subdivision) for one in (known, settled)),
        "local events": (one.events for one in (known, settled)),
        "daily conditions": (one.regressors for one in (known, settled)),
        "ignored days": (one.ignored for one in (known, settled)),
    }
    names = [name for name, (told, usual) in parts.items() if told != usual]
    if not names:
        return ""
    return (
        f"{TOLD_APART} {', '.join(names)}. Pages and later forecasts know what the settings tell: "
        "name them there, or give them to each command."
    )


def folder_of(settings: Settings) -> Path | None:
    """Folder from which the paths in the settings count."""
    return settings.source.parent if settings.source else None
