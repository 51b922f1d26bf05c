"""What a forecast was told otherwise than the settings tell, or does not use, is said."""

from dataclasses import replace

import pandas as pd

from dashboard.service import answers, calendars, updates
from dashboard.wording import notices
from data import history, locale
from data.events import Event
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.test_updates import forecast, store_of


def test_days_told_for_one_forecast_alone_are_not_lost_without_a_word(new_ward):
    ward = new_ward(hours_old=3, days=21)
    usual = calendars.of_settings(ward.settings, SITE, ZONE)
    day = (ward.until - pd.Timedelta(days=7)).date()
    told = replace(usual, events=(Event("Lakeside Fair", day, day),))
    made, _ = forecast(ward, calendar=told)
    apart = [note for note in made.notes if note.startswith(calendars.TOLD_APART)]
    assert len(apart) == 1
    assert "local events" in apart[0]
    assert "holidays" not in apart[0]

    def notes(**more):
        at = ward.until + pd.Timedelta(minutes=50)
        return updates.update_forecast(ward.settings, SITE, clock_now=lambda: at, **more).made.notes

    assert apart[0] in notes(calendar=told)  # the terminal can tell them again
    assert calendars.FORGOTTEN in notes()
    assert calendars.FORGOTTEN in notes()  # and again, until a forecast is made anew
    forecast(ward)
    assert not [note for note in notes() if note.startswith(updates.APART)]


def test_a_forecast_as_of_an_earlier_time_says_what_it_does_not_use_on_every_page(new_ward):
    ward = new_ward(hours_old=3, days=63)
    at = ward.until + pd.Timedelta(minutes=5)
    begun = ward.until - pd.Timedelta(days=2)
    made, _ = forecast(ward)
    assert not [note for note in made.notes if "uses no arrivals" in note]
    made, _ = forecast(ward, as_of=begun)
    [unused] = [note for note in made.notes if "uses no arrivals" in note]
    assert locale.moment(begun.tz_convert(ZONE), year=True) in unused
    end = history.arrivals(store_of(ward), SITE).end
    assert locale.moment(end.tz_convert(ZONE), year=True) in unused
    told = answers.answer(ward.settings, answers.question(ward.settings, SITE), at)
    assert unused in notices.warning(told, at).split("  \n")
    # An update goes on from what is known now, so the remark is over.
    updated = updates.update_forecast(ward.settings, SITE, clock_now=lambda: at)
    assert not [note for note in updated.made.notes if "uses no arrivals" in note]
    again = updates.update_forecast(ward.settings, SITE, as_of=ward.until, clock_now=lambda: at)
    assert not [note for note in again.made.notes if "uses no arrivals" in note]
