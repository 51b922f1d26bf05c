"""Periods to be ignored, and broken counts, on the way from settings and command line."""

import json

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.settings import SettingsError, load
from forecasting.ignored import Period

SITE = '[[site]]\nname = "mercy"\ntime_zone = "Europe/London"\n'


@pytest.fixture
def arrivals(tmp_path, monkeypatch):
    """Ten weeks of hours with an impossible count in the last of them."""
    monkeypatch.chdir(tmp_path)
    hours = pd.date_range("2026-01-05", periods=70 * 24, freq="h")
    counts = np.random.default_rng(1).poisson(6, len(hours))
    counts[1500] = 9999
    frame = pd.DataFrame({"time": hours.strftime("%Y-%m-%d %H:%M"), "patients": counts})
    frame.to_csv(tmp_path / "mercy.csv", index=False)
    return tmp_path / "mercy.csv"


def forecast(file, capsys, *more):
    words = ["forecast", "--input", str(file), "--horizon", "7d", "--draws", "50", "--json"]
    assert main([*words, "--model", "profile", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_impossible_count_spoils_no_forecast_and_is_told(arrivals, capsys):
    out = arrivals.with_name("f.csv")
    said = forecast(arrivals, capsys, "--time-zone", "Europe/London", "--out", str(out))
    notes = said["forecasts"][0]["notes"]
    assert any("9,999 patients are recorded for the hour 8 March 2026 12:00" in n for n in notes)
    assert pd.read_csv(out)["mean"].max() < 12


def test_ignored_days_of_the_command_line_are_told(arrivals, capsys):
    said = forecast(
        arrivals, capsys, "--time-zone", "Europe/London",
        "--ignore", "2026-02-01..2026-02-03", "--ignore", "2026-03-08..2026-03-08",
    )  # fmt: skip
    notes = " ".join(said["forecasts"][0]["notes"])
    assert "1 February 2026 to 3 February 2026" in notes
    assert "9,999" not in notes


def test_ignored_days_of_the_settings_are_told(arrivals, capsys):
    config = arrivals.with_name("edinflow.toml")
    period = '{ from = "2026-02-01", to = "2026-02-03", reason = "flood" }'
    config.write_text(f"{SITE}ignore = [{period}]\n")
    assert load(config).sites[0].ignore == (Period("2026-02-01", "2026-02-03", "flood"),)
    said = forecast(arrivals, capsys, "--config", str(config))
    assert "(flood)" in " ".join(said["forecasts"][0]["notes"])


def test_a_period_that_is_none_is_refused_where_it_stands(arrivals, capsys):
    config = arrivals.with_name("edinflow.toml")
    config.write_text(f'{SITE}ignore = [{{ from = "2026-02-31", to = "2026-03-03" }}]\n')
    with pytest.raises(SettingsError, match=r"\[site\[1\].ignore\[1\]\].*'2026-02-31'"):
        load(config)
    assert main(["forecast", "--input", str(arrivals), "--ignore", "February"]) != 0
    assert "or FROM..TO" in capsys.readouterr().err
