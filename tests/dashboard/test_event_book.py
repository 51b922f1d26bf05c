"""Local events edited on a page: whole in the file that the site names, and nothing lost."""

from datetime import date

import pytest

from dashboard import settings
from dashboard.service import calendars, event_book
from dashboard.service.errors import ServiceError
from data.errors import DataError
from data.events import Event, read_events

MATCH = Event("Match", date(2026, 5, 2), date(2026, 5, 2), "event", "Mercy", "more")
SHARED = Event("School holiday", date(2026, 7, 20), date(2026, 9, 1), "school", None)
OTHER = Event("Fair", date(2026, 6, 1), date(2026, 6, 3), "event", "St Elsewhere")
FILE = """\
# Our hospitals.
[[site]]
name = "St Elsewhere"   # the old one
time_zone = "Europe/London"

[[site]]
name = "Mercy"
time_zone = "Europe/London"
country = "GB"
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "edinflow.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def book(config, site="Mercy"):
    return event_book.read(settings.load(config), site)


def test_a_site_without_a_file_gets_one_and_its_settings_name_it(config):
    before = book(config)
    assert before.file is None
    file = event_book.save(settings.load(config), before, [MATCH])
    assert file == config.parent / "events.csv"
    assert read_events(file) == (MATCH,)
    text = config.read_text(encoding="utf-8")
    assert text == FILE.replace('name = "Mercy"\n', 'name = "Mercy"\nevents = "events.csv"\n')
    assert settings.load(config).site("Mercy").events == ("events.csv",)
    assert book(config).events == (MATCH,)


def test_events_of_other_sites_stay_as_they_are(config):
    file = event_book.save(settings.load(config), book(config), [MATCH])
    file.write_bytes(event_book.text_of([OTHER, MATCH, SHARED]))
    now = book(config)
    assert now.events == (MATCH, SHARED)
    event_book.save(settings.load(config), now, [SHARED])
    assert read_events(file) == (OTHER, SHARED)
    assert read_events(file.with_name("events.csv.before")) == (OTHER, MATCH, SHARED)


def test_each_site_without_a_file_gets_one_of_its_own(config):
    event_book.save(settings.load(config), book(config), [MATCH])
    file = event_book.save(settings.load(config), book(config, "St Elsewhere"), [OTHER])
    assert file == config.parent / "events-St-Elsewhere.csv"
    assert book(config).events == (MATCH,)
    assert book(config, "St Elsewhere").events == (OTHER,)
    assert settings.load(config).site("St Elsewhere").events == (file.name,)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(config):
    file = event_book.save(settings.load(config), book(config), [MATCH])
    mine = book(config)
    file.write_bytes(event_book.text_of([MATCH, SHARED]))
    with pytest.raises(ServiceError, match="changed by somebody else"):
        event_book.save(settings.load(config), mine, [])
    assert read_events(file) == (MATCH, SHARED)


def test_a_file_that_lies_there_unnamed_is_not_overwritten(config):
    (config.parent / "events.csv").write_text("name,from\nMine,2026-01-01\n", encoding="utf-8")
    with pytest.raises(ServiceError, match="no hospital names it: nothing was saved"):
        event_book.save(settings.load(config), book(config), [MATCH])


def test_without_settings_the_sentence_says_what_to_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nothing = settings.load(None)
    with pytest.raises(ServiceError, match="edinflow init"):
        event_book.save(nothing, event_book.read(nothing, "Mercy"), [MATCH])


def test_days_that_teach_nothing_are_ignored_and_are_no_event(config):
    outage = Event("Outage", date(2026, 3, 3), date(2026, 3, 4), "event", "Mercy", "ignore")
    event_book.save(settings.load(config), book(config), [MATCH, outage])
    known = calendars.of_settings(settings.load(config), "Mercy", "Europe/London")
    assert known.events == (MATCH,)
    [period] = known.ignored
    assert (period.first, period.last, period.reason) == ("2026-03-03", "2026-03-04", "Outage")


def test_what_is_expected_must_be_known(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("name,from,expect\nMatch,2026-05-02,lots\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2: What is expected of 'Match' is 'lots'"):
        read_events(file)


def test_an_event_keeps_its_comma_quote_and_accent(config):
    odd = Event('Café "Été", day', date(2026, 7, 14), date(2026, 7, 14), "event", "Mercy")
    event_book.save(settings.load(config), book(config), [odd])
    assert book(config).events == (odd,)
