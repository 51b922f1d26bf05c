"""The pages Events, Import and Data quality: what they say of the data and write of it."""

from datetime import date

import pandas as pd

from dashboard import settings, wording
from dashboard.service import event_book, imports
from dashboard.service.files import Reading
from data.events import Event
from tests.dashboard.test_views import opened, words

__all__ = ["opened"]


def test_the_privacy_of_patients_is_stated(opened, fresh_ward):
    assert wording.trust.PRIVACY in words(opened(fresh_ward, "data_quality"))


def test_what_a_local_event_did_is_shown_once_it_is_over(opened, new_ward):
    ward = new_ward(days=100)
    text = ward.config.read_text(encoding="utf-8")
    ward.config.write_text(text + 'events = "events.csv"\n', encoding="utf-8")
    days = [ward.until - pd.Timedelta(days=back) for back in (10, 24, 38)]
    lines = [f"Fair,{day:%Y-%m-%d},,event,,more" for day in days]
    lines.append(f"Fair,{ward.until + pd.Timedelta(days=9):%Y-%m-%d},,event,,more")
    (ward.config.parent / "events.csv").write_text(
        "name,from,to,kind,site,expect\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    app = opened(ward, "events")
    assert not app.exception
    ahead, before = (table.value for table in app.table[:2])
    assert ahead.set_index("Day").loc["Fair", "Seen"] == "3\u00a0times"
    past = before[before["Day"] == "Fair"]
    assert len(past) == 3
    assert set(past["As expected?"]) <= {"✓ more, as expected", "not clear yet", "▼ the other way"}
    assert ahead.set_index("Day").loc["Fair", "As expected?"] in set(past["As expected?"])


def test_the_name_of_an_event_is_shown_as_it_was_typed_and_draws_no_picture(opened, new_ward):
    ward = new_ward(days=63)
    book = event_book.read(settings.load(ward.config), "Riverside General")
    name, day = "![x](http://example.org/p.png) *Derby*", (ward.until - pd.Timedelta(days=9)).date()
    event_book.save(
        settings.load(ward.config), book, [Event(name, day, day, "event", "Riverside General")]
    )
    app = opened(ward, "events")
    shown = app.table[-1].value["Day"]
    assert r"!\[x\](http://example.org/p.png) \*Derby\*" in list(shown)


def test_where_no_country_is_named_holidays_are_called_unknown_not_absent(opened, new_ward):
    ward = new_ward(days=63)
    assert ward.settings.site("Riverside General").country
    assert wording.events.NO_COUNTRY not in words(opened(ward, "events"))
    text = ward.config.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("country", "subdivision"))]
    ward.config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = words(opened(ward, "events"))
    assert wording.events.NO_COUNTRY in said
    assert wording.events.NONE_AHEAD not in said


def test_events_are_saved_from_the_page(opened, new_ward):
    ward = new_ward(days=63)
    book = event_book.read(settings.load(ward.config), "Riverside General")
    event_book.save(
        settings.load(ward.config), book,
        [Event("Marathon", date(2026, 4, 5), date(2026, 4, 5), "event", "Riverside General")],
    )  # fmt: skip
    app = opened(ward, "events")
    assert not app.exception
    [save] = [one for one in app.button if one.label == "Save events"]
    app = save.click().run()
    assert not app.exception
    assert not app.error
    again = event_book.read(settings.load(ward.config), "Riverside General")
    assert [one.name for one in again.events] == ["Marathon"]


def test_an_uploaded_file_is_looked_at_loaded_and_taken_back(opened, new_ward):
    ward = new_ward(days=0)
    app = opened(ward, "import_data")
    lines = [
        f"2026-03-{day:02d} {hour:02d}:{7 * hour * day % 60:02d}"
        for day in range(1, 28)
        for hour in range(24)
    ]
    content = ("arrival\n" + "\n".join(lines) + "\nnever\n").encode()
    app = app.file_uploader(key="file").upload("v.csv", content, "text/csv").run()
    assert not app.exception
    said = words(app)
    assert "647 accepted, 2 refused" in said  # one is no time, one the clock skipped
    assert not ward.settings.store.exists()
    [load] = [one for one in app.button if one.label.startswith("Load into")]
    app = load.click().run()
    assert not app.exception
    assert "is loaded (load 1)" in words(app)
    [back] = [one for one in app.button if one.label == "Take load 1 back"]
    app = back.click().run()
    assert "not observed any more" in words(app)


def test_where_no_day_was_observed_whole_that_is_said_and_no_empty_chart_drawn(opened, new_ward):
    app = opened(new_ward(days=0), "import_data")
    hours = pd.date_range("2026-03-02", periods=240, freq="h")
    counts = ["1,234" if hour.hour == 9 else str(3 + hour.hour % 5) for hour in hours]
    rows = [f'{hour:%Y-%m-%d %H:%M},"{n}"' for hour, n in zip(hours, counts, strict=True)]
    content = ("time,arrivals\n" + "\n".join(rows) + "\n").encode()
    app = app.file_uploader(key="file").upload("h.csv", content, "text/csv").run()
    assert not app.exception
    assert wording.imports.NO_WHOLE_DAY in words(app)
    assert not app.get("plotly_chart")


def test_a_file_is_meant_for_the_hospital_that_is_looked_at_and_words_are_the_pages_own(
    opened, new_ward
):
    ward = new_ward(days=63)
    text = ward.config.read_text(encoding="utf-8")
    more = '[[site]]\nname = "Coastal"\ntime_zone = "America/Chicago"\n'
    ward.config.write_text(f"{text}\n{more}", encoding="utf-8")
    app = opened(ward, "import_data", site="Coastal")
    app = app.file_uploader(key="file").upload("x.csv", b"a,b\nx,y\n", "text/csv").run()
    assert not app.exception
    assert app.selectbox(key="into").value == "Coastal"
    assert "Name it under “Columns, dates and empty hours”." in app.error[0].value
    assert not [one for one in app.button if one.label.startswith("Load into")]
    rows = "".join(f"2026-03-02 {hour:02d}:15\n2026-03-02 {hour:02d}:40\n" for hour in range(24))
    app = app.file_uploader(key="file").upload("y.csv", f"t\n{rows}".encode(), "text/csv").run()
    [load] = [one for one in app.button if one.label == "Load into Coastal"]
    app = load.click().run()
    assert "is loaded" in words(app)
    assert app.session_state["site_before"] == "Coastal"


def test_the_first_page_offers_an_invented_department_and_an_import(opened, new_ward):
    app = opened(new_ward(days=0), "today")
    assert [one.label for one in app.button] == [wording.notices.INVENT]
    [way] = app.get("link_button")
    assert way.proto.url == "./import?site=Riverside+General"
    assert "edinflow ingest" in words(app)


def test_every_check_of_the_data_is_named_whether_it_found_something_or_not(opened, fresh_ward):
    app = opened(fresh_ward, "data_quality")
    checks = app.table[0].value
    assert len(checks) == 8
    assert set(checks["State"]) <= {"✓\u00a0Nothing", *wording.trust.SEVERITY.values()}


def test_an_event_is_added_by_a_form_and_one_without_a_day_is_refused(opened, new_ward):
    ward = new_ward(days=63)
    app = opened(ward, "events")
    app.text_input[0].set_value("Marathon")
    [add] = [one for one in app.button if one.label == "Add event"]
    app = add.click().run()
    assert "'Marathon' has no first day" in app.error[0].value
    app.text_input[0].set_value("Marathon")
    app.date_input[0].set_value((date(2026, 4, 5), date(2026, 4, 6)))
    [add] = [one for one in app.button if one.label == "Add event"]
    app = add.click().run()
    assert not app.error
    [event] = event_book.read(settings.load(ward.config), "Riverside General").events
    assert (event.name, event.first, event.last) == ("Marathon", date(2026, 4, 5), date(2026, 4, 6))


def test_refused_rows_are_handed_out_only_to_someone_who_says_that_they_are_needed(
    opened, new_ward
):
    ward = new_ward(days=63)
    rows = b"time\n2026-03-02 10:15\n2026-03-02 10:55\nMary Miller\n2026-03-02 11:30\n"
    upload = imports.Upload("odd.csv", rows)
    imports.commit(ward.settings, upload, Reading("Riverside General", "America/Chicago"))
    app = opened(ward, "data_quality")
    assert wording.quality.REJECTS in words(app)
    assert not app.get("download_button")
    app = app.checkbox(key="rejects").check().run()
    assert not app.exception
    (button,) = app.get("download_button")
    assert button.proto.label.startswith("Refused rows of load 2")
    assert "Mary" not in words(app)
