"""Writes of the planner's pages: versions of a plan, and today's roster."""

from collections.abc import Sequence

from dashboard import cache
from dashboard.service import plans, profiles, rosters
from dashboard.service.question import Answer
from staffing import roster_file
from staffing.edits import Change


def draft(site: str, level: float, note: str = "") -> int:
    """Keep the plan for the newest forecast as a draft; returns its version."""
    known = _shown(site, level)
    return plans.draft(
        cache.settings(), site, now=cache.now(), service_level=level, note=note, known=known
    )


def draft_of_roster(site: str, level: float, note: str = "") -> int:
    """Keep today's roster as a draft; returns its version."""
    return plans.draft_of_roster(
        cache.settings(), site, now=cache.now(), service_level=level, note=note
    )


def edit(
    site: str,
    number: int | None,
    level: float,
    changes: Sequence[Change],
    reason: str,
    below_minimum: bool,
    seen: int | None,
) -> int:
    """Keep an edit; returns the version that holds it.

    number: None = of the plan for the newest forecast, which becomes a draft first. seen: the
    newest edit of a version on the page.
    """
    settings, now = cache.settings(), cache.now()
    if number is None:
        return plans.edit_proposed(
            settings,
            site,
            changes,
            reason,
            now=now,
            service_level=level,
            below_minimum=below_minimum,
            known=_shown(site, level),
        )
    return plans.edit(
        settings, site, number, changes, reason, now=now, below_minimum=below_minimum, seen=seen
    )


def _shown(site: str, level: float) -> Answer | None:
    """The answer that the page shows: what was seen is kept, and nobody waits for another plan."""
    return cache.answer(cache.question(site, level=level))


def undo(site: str, number: int, seen: int) -> str:
    """Take the last edit of a draft back; returns its reason. seen: the newest on the page."""
    return plans.undo(cache.settings(), site, number, now=cache.now(), seen=seen)


def lock(site: str, number: int, note: str, why_low: str, seen: int) -> None:
    """Lock a draft for good. why_low: why it is below minimum cover; seen: as in `undo`."""
    plans.lock(cache.settings(), site, number, note, now=cache.now(), why_low=why_low, seen=seen)


def restore(site: str, number: int) -> int:
    """Make a new draft like an earlier version; returns its number."""
    return plans.restore(cache.settings(), site, number, now=cache.now())


def import_roster(site: str, content: bytes, file: str, profile: str | None) -> rosters.Imported:
    """Take in a roster file; profile: the export profile that it was written in, if any."""
    settings = cache.settings()
    if profile is not None:
        text = profiles.read_back(content, file, profiles.profile(settings, profile))
    else:
        text = roster_file.decoded(content, file)
    return rosters.take_in(settings, site, text, file, now=cache.now())
