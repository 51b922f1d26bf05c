"""`edinflow explain`: from a file alone, and of the live forecast of a store."""

import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service import answers, jobs
from dashboard.service.explained import parts_table
from dashboard.service.horizon import Span
from dashboard.wording import parts as words
from data import archive, clock
from data.store import Store
from forecasting.explain import Parts
from forecasting.factors import RECENT_WEEKS, USUAL_WEEK

SITE = "Riverside General"


@pytest.fixture
def arrivals(tmp_path, monkeypatch):
    """Eighty days of hours up to Christmas Eve, in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    hours = pd.date_range("2025-10-06", periods=24 * 80, freq="h")
    counts = np.random.default_rng(1).poisson(6 + 4 * np.sin((hours.hour - 9) / 24 * 2 * np.pi))
    path = tmp_path / "mercy.csv"
    pd.DataFrame({"time": hours.strftime("%Y-%m-%d %H:%M"), "patients": counts}).to_csv(
        path, index=False
    )
    return ["explain", "--input", str(path), "--time-zone", "Europe/London", "--country", "GB"]


def test_days_are_explained_from_a_file_alone(arrivals, tmp_path, capsys):
    out = tmp_path / "parts.csv"
    assert main([*arrivals, "--model", "harmonic", "--horizon", "7d", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Usual week" in said
    assert "than on a usual" in said
    assert "is a mean of possible futures and may differ from this one by a patient" in said
    table = pd.read_csv(out)
    assert list(table.columns) == [
        *("site", "stream", "model", "start_local", "utc_offset", "start_utc"),
        *("part", "patients"),
    ]
    assert table["start_utc"].nunique() == 168


def test_one_day_is_explained_by_the_hour_and_adds_up(arrivals, capsys, tmp_path):
    asked = [*arrivals, "--model", "harmonic", "--horizon", "3d", "--day", "2025-12-26", "--json"]
    out = tmp_path / "parts.csv"
    assert main([*asked, "--out", str(out)]) == 0
    written = pd.read_csv(out)
    assert set(written["start_local"].str[:10]) == {"2025-12-26"}
    assert written["start_utc"].nunique() == 24
    found = json.loads(capsys.readouterr().out)
    assert len(found["rows"]) == 24
    for row in found["rows"]:
        assert sum(row["parts"].values()) == pytest.approx(row["expected"])
    assert found["drivers"][0].startswith("Friday 26 December: ")
    assert found["drivers"][1].startswith("Busiest hour, ")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--model", "seasonal-naive"], "cannot tell what its forecast is made of"),
        (["--model", "profile", "--day", "2031-01-01"], "lies outside the forecast"),
    ],
)
def test_what_cannot_be_explained_is_said_in_a_sentence(arrivals, capsys, asked, told):
    assert main([*arrivals, "--horizon", "2d", *asked]) == 1
    assert told in capsys.readouterr().err


def test_a_day_that_is_no_date_is_refused(arrivals, capsys):
    assert main([*arrivals, "--day", "Friday"]) == 2
    assert "'Friday' is not a date such as 2018-03-04" in capsys.readouterr().err


def test_the_live_forecast_is_explained_as_it_was_issued(fresh_ward, capsys):
    asked = ["explain", "--config", str(fresh_ward.config), "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    store = Store.open(fresh_ward.settings.store)
    issued = archive.latest_forecast(store, SITE)
    total = sum(row["expected"] for row in told["rows"])
    assert told["model"] == issued.model == "profile"
    assert total == pytest.approx(issued.draws.mean(axis=1).sum(), rel=0.05)
    # Profile's own way to say it: the fit made again gives the very parts that were kept.
    assert main([*asked, "--model", "profile", "--horizon", "10d"]) == 0
    anew = json.loads(capsys.readouterr().out)
    assert [row["expected"] for row in anew["rows"]] == pytest.approx(
        [row["expected"] for row in told["rows"]]
    )


def test_the_answer_carries_the_parts_of_its_forecast(fresh_ward):
    asked = answers.question(fresh_ward.settings, SITE)
    found = answers.answer(fresh_ward.settings, asked)
    assert found.parts.index.equals(found.forecast.index)
    assert list(found.parts.frame.columns) == [USUAL_WEEK, RECENT_WEEKS]


def test_only_the_newest_forecast_keeps_its_parts(new_ward):
    ward = new_ward(days=15)
    ward.forecast()
    store = Store.open(ward.settings.store)
    first = archive.forecast_id(store, SITE)
    assert archive.forecast_parts(store, first) is not None
    ward.forecast(20)
    assert archive.forecast_parts(store, first) is None
    assert archive.forecast_parts(store, archive.forecast_id(store, SITE)) is not None


def test_a_forecast_that_cannot_be_explained_is_kept_all_the_same(new_ward, capsys):
    ward = new_ward(days=15)
    order = jobs.Order(("seasonal-naive",), Span(2, "d"), 20, 1)
    jobs.make_forecast(ward.settings, SITE, order=order, clock_now=lambda: ward.until)
    assert answers.answer(ward.settings, answers.question(ward.settings, SITE)).parts is None
    assert main(["explain", "--config", str(ward.config)]) == 1
    assert "parts of the live forecast by 'seasonal-naive' are not known" in capsys.readouterr().err


def test_without_a_forecast_the_way_to_one_is_told(unforecast_ward, capsys):
    assert main(["explain", "--config", str(unforecast_ward.config)]) == 1
    assert "has no forecast" in capsys.readouterr().err


@pytest.fixture
def autumn():
    """Twenty-five hours of the day on which the clock goes back."""
    index = clock.steps_from(clock.instant("2026-11-01", "America/Chicago"), 25, "hour",
                             "America/Chicago")  # fmt: skip
    frame = pd.DataFrame({USUAL_WEEK: 4.44, "Diwali": 0.38, RECENT_WEEKS: -0.13}, index=index)
    return Parts("harmonic", "here", "all", "America/Chicago", "hour", frame)


def test_both_autumn_hours_are_in_the_tables(autumn):
    rows = pd.read_csv(io.BytesIO(parts_table(autumn)))
    assert rows["start_utc"].nunique() == 25
    assert rows["start_local"].nunique() == 24
    assert words.by_step(autumn, date(2026, 11, 1))["From"].is_unique


def test_a_row_of_the_table_adds_up_as_it_is_read(autumn):
    row = words.by_step(autumn, date(2026, 11, 1)).iloc[0].to_dict()
    assert row == {
        "From": "00:00",
        "Expected": "4.7",
        "Usual week": "4.4",
        "Special days": "+0.4",
        "Recent weeks": "−0.1",
    }
    day = words.by_day(autumn).iloc[0].to_dict()
    assert day["Expected"] == "117"
    assert (day["Usual week"], day["Special days"], day["Recent weeks"]) == ("111", "+9", "−3")
