"""Numbers, dates and the clock as four hospitals write them, in English words."""

import datetime as dt
import re
import threading

import pandas as pd
import pytest

from dashboard import settings
from dashboard.settings import Settings, SettingsError
from dashboard.wording import amounts, edits, parts, times
from data import locale
from forecasting import drivers

CHICAGO = "America/Chicago"
AT = pd.Timestamp("2026-11-24 21:05", tz="UTC")  # a quarter past three in the afternoon there
HOUR = pd.Timedelta(hours=1)
LOCALES = ("en_GB", "en_US", "de_DE", "en_IN")


def said(words):
    """What each of the four says, with plain spaces."""
    found = []
    for name in LOCALES:
        with locale.use(name):
            found.append(words().replace("\u00a0", " "))
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (lambda: amounts.number(1234567), ["1,234,567", "1,234,567", "1.234.567", "12,34,567"]),
        (
            lambda: amounts.likely(999, 1234),
            ["999–1,234", "999–1,234", "999–1.234", "999–1,234"],
        ),
        (lambda: locale.number(1234.56, 1), ["1,234.6", "1,234.6", "1.234,6", "1,234.6"]),
        (
            lambda: locale.number(-123456, 2),
            ["-123,456.00", "-123,456.00", "-123.456,00", "-1,23,456.00"],
        ),
        (lambda: locale.percent(0.305, 1), ["30.5%", "30.5%", "30,5 %", "30.5%"]),
        (lambda: locale.short(7.5), ["7.5", "7.5", "7,5", "7.5"]),
        (lambda: parts.signed(-1234.5, 1), ["−1,234.5", "−1,234.5", "−1.234,5", "−1,234.5"]),
        (lambda: parts.signed(0.04, 1), ["0", "0", "0", "0"]),
        (lambda: amounts.signed(-0.04, 1), ["0.0", "0.0", "0,0", "0.0"]),
        (lambda: times.clock_time(AT, CHICAGO), ["15:05", "3:05 PM", "15:05", "3:05 PM"]),
        (
            lambda: times.span(AT.floor("h"), AT.floor("h") + 12 * HOUR, CHICAGO),
            ["15:00–03:00", "3 PM–3 AM", "15:00–03:00", "3 PM–3 AM"],
        ),
        (lambda: times.short_clock(AT.floor("h"), CHICAGO), ["15", "3 PM", "15", "3 PM"]),
        (
            lambda: times.day(AT, CHICAGO),
            ["Tue 24 Nov", "Tue Nov 24", "Tue 24. Nov", "Tue 24 Nov"],
        ),
        (lambda: times.weekday(AT, CHICAGO), ["Tuesday"] * 4),
        (
            lambda: times.moment(AT, CHICAGO, year=True),
            [
                "Tue 24 Nov 2026, 15:05",
                "Tue Nov 24, 2026, 3:05 PM",
                "Tue 24. Nov 2026, 15:05",
                "Tue 24 Nov 2026, 3:05 PM",
            ],
        ),
        (
            lambda: edits.shift_name("X", "07:30", 7.5),
            ["X 07:30–15", "X 7:30a–3p", "X 07:30–15", "X 7:30a–3p"],
        ),
        (
            lambda: locale.date(dt.date(2026, 11, 24), year=True, long=True),
            ["24 November 2026", "November 24, 2026", "24. November 2026", "24 November 2026"],
        ),
        (
            lambda: ",".join(locale.weekday(day) for day in locale.days_of_week()),
            [
                "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
                "Sun,Mon,Tue,Wed,Thu,Fri,Sat",
                "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
                "Sun,Mon,Tue,Wed,Thu,Fri,Sat",
            ],
        ),
        (
            lambda: drivers._clock(AT, CHICAGO),
            ["15:05", "3:05 PM", "15:05", "3:05 PM"],
        ),
    ],
)  # fmt: skip
def test_each_hospital_reads_what_it_is_used_to(words, expected):
    assert said(words) == expected


@pytest.mark.parametrize("name", LOCALES)
@pytest.mark.parametrize(
    ("first", "zone"),
    [
        ("2026-11-01 05:00", CHICAGO),  # 00:00, 01:00, 01:00 again, 02:00
        ("2026-10-24 23:00", "Europe/London"),
        ("2026-10-31 16:30", "Australia/Adelaide"),
    ],
)
def test_hours_of_a_night_of_25_are_told_apart(name, first, zone):
    hours = [pd.Timestamp(first, tz="UTC") + step * HOUR for step in range(24)]
    with locale.use(name):
        words = [times.clock_time(hour, zone) for hour in hours]
    assert len(set(words)) == 24


def test_one_hospital_does_not_change_the_writing_of_another():
    found, ready = {}, threading.Barrier(2)

    def page(name):
        with locale.use(name):
            ready.wait(5)
            found[name] = locale.number(1234.5, 1)
            ready.wait(5)
            found[name] += " " + times.day(AT, CHICAGO)

    both = [threading.Thread(target=page, args=(name,)) for name in ("de_DE", "en_US")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert found == {"de_DE": "1.234,5 Tue 24. Nov", "en_US": "1,234.5 Tue Nov 24"}
    assert locale.current() == locale.USUAL


def test_every_locale_that_is_known_writes_english_words():
    from babel.localedata import locale_identifiers

    for name in locale_identifiers():
        with locale.use(locale.known(name)):
            written = f"{locale.day(AT, year=True)} {locale.day(AT, long=True)} {locale.clock(15)}"
        assert written.replace("\u00a0", " ").isascii(), (name, written)
        assert {"Tue", "Nov", "Tuesday", "November"} <= set(re.split(r"[\s.,]+", written))


SITES = '[[site]]\nname = "A"\ntime_zone = "Europe/Berlin"\n[[site]]\nname = "B"\n'
SITES += 'time_zone = "America/Chicago"\n'


def read(folder, text) -> Settings:
    path = folder / "edinflow.toml"
    path.write_text(text, encoding="utf-8")
    return settings.load(path)


def test_a_locale_holds_for_all_sites_but_those_that_have_their_own(tmp_path):
    found = read(tmp_path, f'locale = "de_DE"\n{SITES}locale = "en_US"\n')
    assert [found.locale_of(name) for name in ("A", "B", "not named", None)] == [
        "de_DE", "en_US", "de_DE", "de_DE",
    ]  # fmt: skip
    assert read(tmp_path, SITES).locale_of("A") == "en_GB"


def test_pages_of_several_sites_write_as_all_of_them_do(tmp_path):
    both = SITES.replace('name = "B"\n', 'locale = "en_US"\nname = "B"\n').replace(
        'name = "A"\n', 'name = "A"\nlocale = "en_US"\n'
    )
    assert read(tmp_path, both).locale_of(None) == "en_US"


def test_what_is_cached_for_one_locale_is_not_shown_in_another(tmp_path):
    hashes = {read(tmp_path, f'locale = "{name}"\n{SITES}').hash for name in LOCALES}
    assert len(hashes) == len(LOCALES)


@pytest.mark.parametrize(
    ("text", "line", "near"),
    [
        ('locale = "de-DE"\n' + SITES, "line 1", "did you mean 'de_DE'?"),
        (SITES + 'locale = "en_GBR"\n', "line 7", "did you mean 'en_GB'?"),
        ('locale = "english"\n', "line 1", "use a name such as 'en_GB'"),
    ],
)
def test_an_unknown_locale_is_refused_with_its_line(tmp_path, text, line, near):
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    assert f"edinflow.toml, {line}: " in str(caught.value)
    assert "Unknown locale" in str(caught.value)
    assert near in str(caught.value)
