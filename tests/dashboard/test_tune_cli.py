"""`edinflow tune` and `edinflow models MODEL`: what an analyst reads, and the file that is left."""

import json
import tomllib

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from forecasting import configuration, registry

ZONE = "America/Chicago"
DAYS = 365 + 13 * 28 + 60


@pytest.fixture(scope="module")
def restless(tmp_path_factory):
    """Counts by the day whose level jumps every six weeks, so that a shorter memory is right."""
    rng = np.random.default_rng(3)
    level = np.repeat(rng.choice([0.9, 1.0, 1.1], DAYS // 45 + 1), 45)[:DAYS]
    dates = pd.date_range("2024-01-01", periods=DAYS, freq="D")
    path = tmp_path_factory.mktemp("tune") / "mercy.csv"
    table = pd.DataFrame({"date": dates, "arrivals": rng.poisson(200 * level)})
    table.to_csv(path, index=False)
    return path


def words(path, *more: str) -> list[str]:
    return ["tune", "--input", str(path), "--time-zone", ZONE, "--model", "profile", *more]


def test_a_search_shows_its_trials_and_leaves_a_file_that_forecasts(restless, tmp_path, capsys):
    saved = tmp_path / "mercy.toml"
    asked = words(restless, "--trials", "5", "--shorter-reserve", "58", "--save", str(saved))
    assert main(asked) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].startswith("mercy: 5 trials of profile, each on 7 forecasts of 28 days; nothin")
    assert lines[2].split()[:3] == ["1", "*", "1.0000"]
    assert lines[2].endswith("defaults")
    assert "Stopped after 5 trials." in said.out
    assert f"Written: {saved}" in said.out
    assert "Only the last 58 days stayed unseen" in said.err

    found = configuration.read(saved)
    assert found.values["level_days"] < 56
    assert registry.complete(found) == found
    head = saved.read_text().splitlines()[:2]
    assert head == [f"# {found.label}", "# Tuned on mercy, all, before 2026-01-01."]
    forecast = ["forecast", "--input", str(restless), "--time-zone", ZONE, "--horizon", "2d"]
    assert main([*forecast, "--draws", "50", "--configuration", str(saved), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["forecasts"][0]["model"] == found.label


def test_the_last_year_is_left_alone_unless_it_is_asked_for(restless, capsys):
    assert main(words(restless, "--json")) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error.startswith("Tuning needs 1095 days of history (365 that stay unseen, a year to")
    assert main(words(restless, "--shorter-reserve", "10")) == 2
    assert "from 56 to 365" in capsys.readouterr().err


def test_one_model_is_tuned_at_a_time(restless, capsys):
    assert main(words(restless, "--model", "harmonic")) == 1
    assert "One model is tuned at a time" in capsys.readouterr().err


def test_a_model_tells_its_parameters_with_a_file_to_start_from(capsys):
    assert main(["models", "profile"]) == 0
    said = capsys.readouterr().out
    example = said[said.index("    model = ") :]
    table = tomllib.loads(example)
    assert table["parameters"] == {"level_days": 56, "shape_days": 364}
    assert "last days that make the level now; a whole number from 7 to 364" in said
    assert main(["models", "seasonal-naive"]) == 0
    assert "It has no parameters." in capsys.readouterr().out
    assert main(["models", "profil"]) == 1
    assert "did you mean 'profile'?" in capsys.readouterr().err
