"""`edinflow score` and `edinflow fairness` on a store with a month of live forecasts."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service import jobs, updates
from dashboard.service.horizon import Span
from dashboard.settings import Settings, Site
from data import clock, synthetic
from data import jobs as ledger
from data.ingest import ingest
from data.store import Store

ZONE = "Europe/London"
SITE = "Mercy"
ORDER = jobs.Order(("profile",), Span(9, "d"), 60, 1)
FIRST, LAST = "2026-01-30", "2026-03-02"  # the data ends where the last forecast begins
DAYS = 31


def ward(folder, visits: pd.DataFrame) -> tuple[Settings, list[str]]:
    """A store with the visits, and the words that point a command to it."""
    config = folder / "edinflow.toml"
    config.write_text(
        f'[store]\npath = "s.duckdb"\n[[site]]\nname = "{SITE}"\ntime_zone = "{ZONE}"'
    )
    settings = Settings(folder / "s.duckdb", (Site(SITE, ZONE),), source=config)
    visits.to_csv(folder / "visits.csv", index=False)
    ingest(Store.open(settings.store), folder / "visits.csv", site=SITE, time_zone=ZONE)
    return settings, ["--config", str(config)]


def forecast(settings: Settings, day: str, hours: int = 0) -> jobs.Made:
    """A live forecast that begins so many hours into a day and is made ten minutes later."""
    at = clock.instant(day, ZONE) + pd.Timedelta(hours=hours)
    return jobs.make_forecast(
        settings, SITE, order=ORDER, as_of=at, clock_now=lambda: at + pd.Timedelta(minutes=10)
    )[0]


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    return synthetic.visits(seed=3, start="2025-10-27", days=126, time_zone=ZONE)


@pytest.fixture(scope="module")
def busier(tmp_path_factory, visits):
    """A seventh more patients in the last three weeks; a forecast a day, four on 11 February."""
    rng = np.random.default_rng(1)
    recent = visits["arrived_at"] >= "2026-02-09"
    more = visits[recent & (rng.random(len(visits)) < 0.15)]
    table = pd.concat([visits, more]).sort_values("arrived_at")
    settings, words = ward(tmp_path_factory.mktemp("busier"), table)
    for hour in (1, 2, 3):
        forecast(settings, "2026-02-11", hour)
    for day in pd.date_range(FIRST, LAST):
        made = forecast(settings, f"{day:%Y-%m-%d}")
    return settings, words, made, table


def told(capsys, *words: str) -> dict:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_each_day_is_scored_once_at_each_lead_however_often_it_was_forecast(busier, capsys):
    _, words, _, _ = busier
    values = told(capsys, "score", *words)
    assert values["forecasts"] == DAYS + 3
    by = {(row["lead_hours"], row["grain"]): row for row in values["scores"]}
    assert by[0, "day"]["n"] == DAYS
    assert by[24, "day"]["n"] == DAYS - 1
    assert by[168, "day"]["n"] == DAYS - 7
    assert by[0, "hour"]["n"] == DAYS * 24
    assert by[0, "shift"]["n"] == DAYS * 3
    assert by[0, "day"]["compared"] == DAYS
    assert abs(by[0, "day"]["skill"]) < 0.1  # the live model is the profile itself
    assert by[0, "day"]["bias"] > by[168, "day"]["bias"]  # nearer in time, less behind the rise


def test_a_drift_is_said_in_the_score_in_the_forecast_and_by_the_doctor(busier, capsys):
    _, words, made, _ = busier
    drift = told(capsys, "score", *words)["drift"]
    assert drift["on"] == "live forecasts"
    assert drift["days"] == DAYS
    assert 0.05 < drift["bias"] < 0.25
    assert "2026-02-05" <= drift["since"][:10] <= "2026-02-13"
    assert drift["sentences"][0] in made.notes
    assert main(["score", *words]) == 0
    assert "Arrivals have run" in capsys.readouterr().err
    main(["doctor", *words])
    assert "Arrivals have run" in capsys.readouterr().out


def test_a_drift_is_still_said_after_an_update_within_the_day(busier, tmp_path):
    settings, _, made, _ = busier
    shutil.copy(settings.store, tmp_path / "s.duckdb")
    copied = replace(settings, store=tmp_path / "s.duckdb")
    again = updates.update_forecast(copied, SITE, as_of=clock.instant(LAST, ZONE)).made
    drift = [note for note in made.notes if "what was forecast since" in note]
    assert len(drift) == 1
    assert drift[0] in again.notes


def test_what_was_said_for_a_monday_stands_beside_what_came(busier, capsys):
    _, words, _, table = busier
    said = told(capsys, "score", "--on", "2026-02-16", *words)["said"]
    arrived = pd.to_datetime(table["arrived_at"])
    came = arrived[arrived.dt.normalize() == "2026-02-16"]
    days = [row for row in said if row["grain"] == "day"]
    assert len(days) == 9 + 3  # nine days' forecasts reach that far
    assert {row["actual"] for row in days} == {len(came)}
    night = next(row for row in said if row["grain"] == "shift")
    assert night["actual"] == (came.dt.hour < 8).sum()
    assert main(["score", "--on", "2026-02-16", *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Monday 16 February 2026" in lines[0]
    assert lines[1].split() == ["Said", "Model", "Day", "00–08", "08–16", "16–24"]
    assert len(lines) == 2 + 9 + 1
    assert str(len(came)) in lines[-1]


def test_the_forecast_that_was_live_at_a_time_is_shown_with_what_came(busier, capsys):
    _, words, _, _ = busier
    assert main(["score", "--at", "2026-02-20 09:00", *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "begins Fri 20 Feb 2026 00:00, made Fri 20 Feb 2026 00:10" in lines[0]
    assert len(lines) == 2 + 9
    assert main(["score", "--at", "2026-02-28 09:00", *words]) == 0
    assert "not known" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--on", "2026-06-01"], "those that there are begin from 2026-01-30 00:00"),
        (["--at", "2025-12-01 00:00"], "was live at 2025-12-01 00:00"),
        (["--from", "2027-01-01"], "choose an earlier --from"),
        (
            ["--from", "2026-02-02", "--to", "2026-01-02"],
            "--from 2026-02-02 00:00 does not lie before --to 2026-01-02 00:00: exchange them",
        ),
        (["--to", "2026-01-02"], "No forecast in the store told of an hour"),
        (["--on", "2026-02-16", "--from", "2026-01-01"], "leave them out"),
        (["--stream", "acuity=2"], "forecast regularly"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(busier, capsys, words, sentence):
    assert main(["score", *words, *busier[1]]) == 1
    assert sentence in capsys.readouterr().err


def test_one_forecast_made_with_hindsight_is_scored_and_said_to_be_so(tmp_path, visits, capsys):
    settings, words = ward(tmp_path, visits)
    jobs.make_forecast(
        settings, SITE, order=ORDER, as_of=clock.instant("2026-02-16", ZONE), clock_now=jobs.now
    )
    values = told(capsys, "score", *words)
    assert values["made_afterwards"]
    assert values["forecasts"] == 1
    assert values["drift"]["on"] == "backcasts"
    assert values["drift"]["days"] == 56
    assert values["drift"]["sentences"] == []
    assert main(["score", *words]) == 0
    assert "what would have been said" in capsys.readouterr().err


def test_a_group_that_grows_is_found_to_be_under_forecast(tmp_path, capsys):
    rng = np.random.default_rng(2)
    visits = synthetic.visits(seed=5, start="2025-10-01", days=150, time_zone=ZONE)
    age = (visits["arrived_at"].max() - visits["arrived_at"]) / pd.Timedelta(days=150)
    rare = (visits["arrival_mode"] == "ambulance") & (rng.random(len(visits)) > 0.7**age)
    _, words = ward(tmp_path, visits[~rare])
    values = told(capsys, "fairness", "--by", "mode", "--model", "profile", *words)
    assert values["origins"] == 13
    assert [one["stream"] for one in values["worse"]] == ["mode=ambulance"]
    assert "Patients arriving by ambulance were under-forecast by" in values["warnings"][0]
    groups = {row["stream"]: row for row in values["groups"]}
    assert groups["mode=ambulance"]["bias"] < -0.08
    assert abs(groups["mode=walk-in"]["bias"]) < 0.04
    assert main(["fairness", "--by", "mode", "--model", "profile", *words]) == 0
    shown = capsys.readouterr()
    assert "mode=ambulance" in shown.out
    assert "under-forecast" in shown.err
    assert main(["fairness", "--by", "site", *words]) == 1
    assert "no two groups by site" in capsys.readouterr().err


def test_a_comparison_of_all_groups_on_a_terminal_is_kept_for_the_page(tmp_path, visits, capsys):
    settings, words = ward(tmp_path, visits[visits["arrived_at"] < "2026-01-05"])  # ten weeks
    store = Store.open(settings.store)
    assert main(["fairness", "--by", "mode", *words]) == 0
    assert main(["fairness", "--model", "profile", *words]) == 0
    assert ledger.every(store).empty
    capsys.readouterr()
    values = told(capsys, "fairness", *words)
    [row] = ledger.every(store, site=SITE).to_dict("records")
    assert (row["state"], json.loads(row["asked"])) == ("done", {"kind": "groups", "site": SITE})
    assert row["result"].startswith(f"{len(values['groups'])} groups were compared on")
