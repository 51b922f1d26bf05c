"""What the page Events says."""

from collections.abc import Sequence

import pandas as pd

from dashboard.service.event_book import Book
from dashboard.wording import effects
from data.events import Event
from forecasting.effects import Effect
from forecasting.special_days import AFTER, EVE

EXPECT = {"": "not sure", "more": "▲ more patients", "fewer": "▼ fewer patients",
          "ignore": "⊘ learn nothing from it"}  # fmt: skip
KINDS = ("event", "holiday", "school", "closed")
AHEAD_HELP = (
    "Against the usual weekday, in brackets the range in per cent. Days of the same name are taken "
    "to be alike: what is learned from one holds for the next."
)
NO_COUNTRY = (
    "▲ Public holidays are not known here, so forecasts take them for usual days: name the "
    "hospital's country in edinflow.toml, in a `[[site]]` of its own."
)
NONE_AHEAD = "No holiday and no local event in the next six weeks."
NONE_BEFORE = "No holiday and no local event in the last year."
EDIT_HELP = (
    "A match day, a marathon, a strike, an outage, school terms. Kind: “event” stands alone; "
    "“school”, “closed” or a word of your own share what they have in common; “holiday” is a "
    "public holiday that the country's list lacks. Expected: a note to compare with what is "
    "learned afterwards; no forecast is bent by it. “Learn nothing from it” keeps the days of an "
    "outage out of learning."
)
COLUMNS = {
    "name": "Name",
    "first": "First day",
    "last": "Last day",
    "kind": "Kind",
    "expect": "Expected",
    "everywhere": "All sites",
}
NEW_FILE = "Saving makes a file of events beside edinflow.toml, and names it there."
NEXT = "The next forecast knows them."


def where(book: Book) -> str:
    """Which file holds the events."""
    if book.file is None:
        return NEW_FILE
    return f"Kept in {book.file.name}, which a spreadsheet can edit, too. {NEXT}"


def saved(file: str) -> str:
    """After saving."""
    return f"Saved in {file}. {NEXT}"


def ahead(found: Sequence[Effect], events: Sequence[Event]) -> pd.DataFrame:
    """Special days to come: what past ones did, and what is expected of them."""
    return _table(found, events, [_kept(effects.days(one)) for one in found])


def before(found: Sequence[Effect], events: Sequence[Event]) -> pd.DataFrame:
    """Special days that are over, newest first: what was learned of each, and what was expected."""
    shown = sorted(found, key=lambda one: one.first, reverse=True)
    return _table(shown, events, [_dated(one) for one in shown])


def _table(shown: Sequence[Effect], events: Sequence[Event], when: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "When": when,
            "Day": [effects.name(one) for one in shown],
            "Patients": [_patients(one) for one in shown],
            "Seen": [_kept(effects.seen(one)) for one in shown],
        }
    )
    verdicts = [effects.verdict(expected(one, events), one) for one in shown]
    return table.assign(**{"As expected?": verdicts}) if set(verdicts) - {"–"} else table


def expected(effect: Effect, events: Sequence[Event]) -> str:
    """What was noted of a local event; empty for other days, and those before or after one."""
    if effect.mark.kind in (EVE, AFTER):
        return ""
    return {one.name: one.expect for one in events}.get(effect.mark.name, "")


def _patients(effect: Effect) -> str:
    if effect.seen == 0 and effect.low == effect.high:
        return "taken for a usual day"
    change = effects.change(effect.change).removesuffix(" patients")
    return f"{_kept(change)} ({effects.spread(effect)})"


def _dated(effect: Effect) -> str:
    return f"{_kept(effects.days(effect))} {effect.last.year}"


def _kept(words: str) -> str:
    return words.replace(" ", "\u00a0")
