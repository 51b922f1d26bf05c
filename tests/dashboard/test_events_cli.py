"""Events and daily conditions at the doors: options, settings, doctor, and the verb `events`."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import settings
from dashboard.cli import main
from dashboard.service import calendars, jobs
from dashboard.wording import effects as words
from forecasting.effects import Effect
from forecasting.special_days import AFTER, EVE, HOLIDAY, Mark

ZONE = "Europe/London"
FAIRS = ["2026-01-14", "2026-01-28", "2026-02-11", "2026-02-25"]


@pytest.fixture
def ward(tmp_path, monkeypatch) -> Path:
    """Ten weeks of days to 15 March 2026, a third busier on fairs; the next is on 18 March."""
    monkeypatch.chdir(tmp_path)
    dates = pd.date_range("2026-01-05", "2026-03-15")
    level = np.where(dates.isin(pd.DatetimeIndex(FAIRS)), 800, 600)
    counts = np.random.default_rng(1).poisson(level)
    table = pd.DataFrame({"date": dates.strftime("%Y-%m-%d"), "patients": counts})
    table.to_csv("mercy.csv", index=False)
    rows = [f"Fair,{day},,event,mercy" for day in [*FAIRS, "2026-03-18"]]
    Path("events.csv").write_text("name,from,to,kind,site\n" + "\n".join(rows) + "\n")
    days = pd.date_range("2026-01-05", "2026-03-25").strftime("%Y-%m-%d")
    degrees = np.random.default_rng(2).normal(8, 3, len(days)).round(1)
    lines = [f"{day},{value},{value}" for day, value in zip(days, degrees, strict=True)]
    Path("weather.csv").write_text(
        "date,temperature_observed,temperature_forecast\n" + "\n".join(lines) + "\n"
    )
    return tmp_path


FROM_FILE = ("--input", "mercy.csv", "--time-zone", ZONE, "--country", "GB")
HARMONIC = ("--model", "harmonic", "--draws", "40", "--horizon", "14d")


def said(capsys, *words):
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_events_ahead_are_listed_with_what_past_ones_did(ward, capsys):
    found = said(capsys, "events", *FROM_FILE, "--events", "events.csv")["events"]
    fair = next(one for one in found if one["name"] == "Fair")
    assert (fair["first"], fair["last"], fair["seen"]) == ("2026-03-18", "2026-03-18", 4)
    assert 0.15 < fair["change"] < 0.36
    assert "more patients (seen 4 times, " in fair["says"]
    good_friday = next(one for one in found if one["name"] == "Good Friday")
    assert (good_friday["first"], good_friday["seen"]) == ("2026-04-03", 0)


@pytest.mark.parametrize(
    ("expect", "beside"),
    [("fewer", "; fewer expected: ▼ the other way"), ("more", "; ✓ more, as expected")],
)
def test_an_event_that_was_learned_the_other_way_is_listed_with_what_was_expected(
    ward, capsys, expect, beside
):
    rows = [f"Fair,{day},,event,mercy,{expect}" for day in [*FAIRS, "2026-03-18"]]
    Path("events.csv").write_text("name,from,to,kind,site,expect\n" + "\n".join(rows) + "\n")
    assert main(["events", *FROM_FILE, "--events", "events.csv"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "Fair:" in line]
    assert line.endswith(beside)
    found = said(capsys, "events", *FROM_FILE, "--events", "events.csv")["events"]
    fair = next(one for one in found if one["name"] == "Fair")
    assert fair["expected"] == expect
    assert fair["as_expected"] in beside


def test_without_a_country_or_a_file_the_way_to_events_is_told(ward, capsys):
    assert main(["events", "--input", "mercy.csv", "--time-zone", ZONE]) == 0
    assert "None known: say --country" in capsys.readouterr().out
    assert main(["events", *FROM_FILE, "--as-of", "2026-02-01"]) == 0
    assert "None in these weeks." in capsys.readouterr().out


def test_events_given_on_the_line_move_the_forecast(ward, capsys):
    means = []
    for more in ((), ("--events", "events.csv")):
        main(["forecast", *FROM_FILE, *HARMONIC, "--out", "f.csv", *more])
        table = pd.read_csv("f.csv")
        means.append(table.set_index(table["start_local"].str[:10])["mean"])
    assert means[1]["2026-03-18"] > 1.15 * means[0]["2026-03-18"]
    assert means[1]["2026-03-19"] == pytest.approx(means[0]["2026-03-19"], rel=0.05)


def test_days_without_a_forecast_of_the_weather_are_told(ward, capsys):
    assert main(["forecast", *FROM_FILE, *HARMONIC, "--regressors", "weather.csv"]) == 0
    assert "temperature is not forecast for 4 of the 14 days ahead" in capsys.readouterr().err


def test_a_backtest_says_on_how_many_days_no_model_knew_the_weather(ward, capsys):
    rows = Path("weather.csv").read_text(encoding="utf-8").splitlines()
    past = [f"{row.split(',')[0]},{row.split(',')[1]}," for row in rows[1:]]
    Path("past.csv").write_text("\n".join([rows[0], *past]) + "\n", encoding="utf-8")
    origin = ("--first-origin", "2026-03-08 00:00", "--last-origin", "2026-03-08 00:00")
    words = ["backtest", *FROM_FILE[:4], *HARMONIC[:2], *origin, "--horizon", "7d", "--jobs", "1"]
    assert main([*words, "--regressors", "past.csv"]) == 0
    said = capsys.readouterr().err
    assert (
        "temperature was not forecast for 7 of the 7 days ahead of these origins at mercy" in said
    )
    assert "or compare without it (--without temperature)." in said
    assert main([*words, "--regressors", "past.csv", "--without", "temperature"]) == 0
    assert "temperature was not" not in capsys.readouterr().err


def test_the_settings_name_both_files_beside_themselves(ward, tmp_path_factory, monkeypatch):
    file = ward / "edinflow.toml"
    file.write_text(
        f'[[site]]\nname = "mercy"\ntime_zone = "{ZONE}"\n'
        'events = "events.csv"\nregressors = "weather.csv"\n'
    )
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    loaded = settings.load(file)
    calendar = calendars.of_settings(loaded, "mercy", ZONE)
    assert len(calendar.events) == 5
    assert [one.name for one in calendar.regressors] == ["temperature"]
    assert calendars.of_settings(loaded, "general", ZONE).events == ()


def test_the_stored_forecast_uses_the_files_of_the_settings(ward, capsys):
    Path("edinflow.toml").write_text(
        f'[[site]]\nname = "mercy"\ntime_zone = "{ZONE}"\nevents = "events.csv"\n'
    )
    assert main(["ingest", "mercy.csv"]) == 0
    as_of = ("--as-of", "2026-03-16 00:00")
    assert main(["forecast", *HARMONIC, *as_of]) == 0
    loaded = settings.load()
    from data import history
    from data.store import Store

    series = history.arrivals(Store.open(loaded.store), "mercy", "all")
    assert len(jobs.site_calendar(loaded, series).events) == 5
    capsys.readouterr()
    found = said(capsys, "events", *as_of)["events"]
    assert [one["name"] for one in found] == ["Fair"]


def test_a_file_that_cannot_be_read_is_told_by_doctor_and_by_forecast(ward, capsys):
    Path("events.csv").write_text("name,from\nFair,18/03/2026\n")
    Path("edinflow.toml").write_text(
        f'[[site]]\nname = "mercy"\ntime_zone = "{ZONE}"\nevents = "events.csv"\n'
    )
    assert main(["doctor"]) == 1
    assert "events.csv, line 2: 'from' is '18/03/2026'" in capsys.readouterr().out
    assert main(["forecast", *FROM_FILE, *HARMONIC, "--events", "events.csv"]) == 1
    assert "events.csv, line 2" in capsys.readouterr().err


def test_the_same_condition_in_two_files_is_refused(ward, capsys):
    files = ("--regressors", "weather.csv", "--regressors", "weather.csv")
    assert main(["forecast", *FROM_FILE, *HARMONIC, *files]) == 1
    assert "weather.csv tells of 'temperature', as another file does" in capsys.readouterr().err


def test_events_that_are_all_of_another_site_are_told_of(ward, capsys):
    line = ("forecast", *FROM_FILE, *HARMONIC, "--events", "events.csv")
    assert main([*line, "--site", "Mercy"]) == 0
    told = capsys.readouterr().err
    assert "No event of events.csv is one of 'Mercy': they are of 'mercy'; name the site" in told
    assert main(line) == 0
    assert "No event of" not in capsys.readouterr().err
    Path("edinflow.toml").write_text(
        f'[[site]]\nname = "Mercy"\ntime_zone = "{ZONE}"\nevents = "events.csv"\n'
    )
    main(["doctor"])
    assert "Mercy: 0 events, daily conditions: none. No event of" in capsys.readouterr().out


def effect(kind, change, low, high, seen, name="Christmas Day"):
    day = pd.Timestamp("2026-12-25")
    return Effect(Mark(kind, name), day, day, change, low, high, seen)


@pytest.mark.parametrize(("one", "sentence"), [
    (effect(HOLIDAY, -0.28, -0.32, -0.24, 4),
     "Christmas Day: 28 % fewer patients (seen 4 times, 24 to 32)"),
    (effect(AFTER, 0.12, 0.05, 0.19, 1),
     "Day after Christmas Day: 12 % more patients (seen once, 5 to 19)"),
    (effect(EVE, 0.004, -0.03, 0.04, 2),
     "Day before Christmas Day: as many patients as usual (seen 2 times, 3 % fewer to 4 % more)"),
    (effect(HOLIDAY, -0.06, -0.15, 0.03, 0),
     "Christmas Day: 6 % fewer patients (not seen before, 15 % fewer to 3 % more)"),
    (effect("event", 0.0, 0.0, 0.0, 0, "Fair"),
     "Fair: not seen before, so it is taken for a usual day"),
])  # fmt: skip
def test_an_effect_is_a_sentence_that_a_planner_can_weigh(one, sentence):
    assert words.sentence(one) == sentence
