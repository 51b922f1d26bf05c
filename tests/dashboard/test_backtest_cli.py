"""`edinflow backtest` from the command to the table: several series, stops, lists, refusals."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import backtest as verb
from dashboard.cli import main, progress
from data.ingest import ingest
from data.store import Store

ZONE = "America/Chicago"


@pytest.fixture(scope="module")
def wards(tmp_path_factory):
    """A store of two hospitals, one with acuity, and its settings file."""
    folder = tmp_path_factory.mktemp("wards")
    config = folder / "edinflow.toml"
    config.write_text('[store]\npath = "s.duckdb"\n', encoding="utf-8")
    store = Store.open(folder / "s.duckdb")
    rng = np.random.default_rng(1)
    hours = pd.date_range("2026-01-05", periods=70 * 24, freq="h").strftime("%Y-%m-%d %H:%M")
    for site, level in (("Mercy", 4.0), ("North", 8.0)):
        frame = pd.DataFrame({"time": hours, "count": rng.poisson(level, len(hours))})
        if site == "North":
            other = frame.assign(acuity=3, count=rng.poisson(2.0, len(hours)))
            frame = pd.concat([frame.assign(acuity=2), other])
        file = folder / f"{site}.csv"
        frame.to_csv(file, index=False)
        ingest(store, file, site=site, time_zone=ZONE)
    return config


WORDS = ["--every", "7d", "--first-origin", "2026-02-23 00:00", "--last-origin", "2026-03-09 00:00"]
WORDS += ["--horizon", "7d", "--draws", "20", "--jobs", "1", "--model", "profile"]


def told(capsys, words):
    assert main(["backtest", *WORDS, *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_sites_are_compared_without_naming_one(wards, capsys):
    assert main(["fairness", "--by", "site", "--config", str(wards)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("All sites: harmonic, a week ahead")
    assert "site=Mercy" in said
    assert "one on an end of it counts in part" in said
    assert "site=North" in said
    assert main(["fairness", "--by", "acuity", "--config", str(wards)]) == 1
    assert "say --site NAME" in capsys.readouterr().err


def test_every_site_and_stream_is_scored_by_itself(wards, capsys):
    found = told(capsys, ["--config", str(wards), "--site", "each", "--stream", "each"])
    series = [(one["site"], one["stream"]) for one in found["series"]]
    assert series == [
        ("Mercy", "all"), ("North", "all"), ("North", "acuity=2"), ("North", "acuity=3")
    ]  # fmt: skip
    days = [one for one in found["scores"] if one["grain"] == "day"]
    assert [(one["site"], one["stream"], one["n"]) for one in days] == [
        (*one, 21) for one in series
    ]
    kinds = told(capsys, ["--config", str(wards), "--site", "North", "--stream", "acuity=each"])
    assert [one["stream"] for one in kinds["series"]] == ["acuity=2", "acuity=3"]


def test_the_same_command_again_works_nothing_anew_and_says_so(wards, capsys):
    words = ["--config", str(wards), "--site", "Mercy", "--seed", "7"]
    first = told(capsys, words)
    again = told(capsys, words)
    assert (first["continued"], again["continued"], again["pieces"]) == (0, 3, 3)
    assert first["scores"] == again["scores"]
    assert first["scores_by_horizon"] == again["scores_by_horizon"]
    assert main(["backtest", *WORDS, *words]) == 0
    assert "All 3 fits were kept from before" in capsys.readouterr().out
    assert told(capsys, [*words, "--fresh"])["continued"] == 0


def test_backtests_that_are_kept_can_be_listed(wards, tmp_path, capsys):
    keep = tmp_path / "kept.duckdb"
    assert main(["backtest", "--list", "--keep", str(keep)]) == 0
    assert capsys.readouterr().out == "No backtest is kept here yet.\n"
    assert not keep.exists()
    told(capsys, ["--config", str(wards), "--site", "Mercy", "--keep", str(keep)])
    assert main(["backtest", "--list", "--keep", str(keep)]) == 0
    line = capsys.readouterr().out
    assert "Mercy: profile; 3 origins from Mon 23 Feb 2026 00:00 to Mon 9 Mar 2026 00:00" in line
    assert line.endswith(", 7 days ahead.\n")
    assert "UTC" not in line
    assert main(["backtest", "--list", "--input", "x.csv"]) == 1


def test_the_table_says_what_it_compares_with_and_where_origins_are_few(wards, capsys):
    words = [*WORDS, "--config", str(wards), "--site", "North", "--levels", "0.1,0.5,0.9"]
    assert main(["backtest", *words, "--model", "seasonal-naive", "--by-horizon"]) == 0
    said = capsys.readouterr().out
    assert "North: 3 forecasts from Mon 23 Feb 2026 00:00 to Mon 9 Mar 2026 00:00." in said
    assert "crps is over the levels 0.1, 0.5, 0.9 here" in said
    assert "below that of profile" in said
    assert "3 origins are too few to tell a difference from luck" in said
    row = next(line for line in said.splitlines() if line.startswith("  profile"))
    assert row.split()[1] == str(3 * 168 - 1), "hours are counted, and in whole numbers"
    assert "7–24" in said


def test_a_single_origin_is_one(wards, capsys):
    words = [*WORDS, "--config", str(wards), "--site", "North", "--last-origin", "2026-02-23"]
    assert main(["backtest", *words, "--model", "seasonal-naive"]) == 0
    assert "1 origin is too few to tell a difference from luck" in capsys.readouterr().out


def test_the_baseline_is_scored_but_its_rows_are_not_written_unasked(wards, tmp_path, capsys):
    out = tmp_path / "rows.parquet"
    words = ["backtest", *WORDS[:-2], "--model", "seasonal-naive", "--config", str(wards)]
    assert main([*words, "--site", "Mercy", "--quantiles-out", str(out)]) == 0
    assert "  profile" in capsys.readouterr().out
    assert set(pd.read_parquet(out)["model"]) == {"seasonal-naive"}


def test_a_model_that_cannot_be_fitted_is_named_with_its_origin(wards, capsys):
    early = ["--first-origin", "2026-01-26 00:00", "--last-origin", "2026-02-09 00:00"]
    words = ["backtest", *WORDS, *early, "--config", str(wards), "--site", "Mercy"]
    assert main([*words, "--model", "ets"]) == 0
    warning = capsys.readouterr().err
    assert (
        "ets could not forecast Mercy from 1 of 3 origins, first Mon 26 Jan 2026 00:00" in warning
    )
    assert "28 complete days" in warning


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--model", "profil"], "did you mean 'profile'"),
        (["--stream", "mode=each"], "its streams are: all"),
        (["--baseline", "naive"], "There is no model 'naive'"),
    ],
)
def test_what_is_not_there_is_refused_before_any_work(wards, capsys, words, hint):
    assert main(["backtest", *WORDS, "--config", str(wards), "--site", "Mercy", *words]) == 1
    assert hint in capsys.readouterr().err


def test_a_stop_says_that_the_same_command_goes_on(wards, capsys, monkeypatch):
    def interrupted(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.service.backtests.run", interrupted)
    assert main(["backtest", *WORDS, "--config", str(wards), "--site", "Mercy"]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_a_line_now_and_then_tells_the_time_left(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    lines = progress.Lines("Forecasting")
    for seconds, share in ((1, 0.5), (20, 0.55), (61, 0.6), (70, 0.61), (400, 1.0)):
        now[0] = float(seconds)
        lines(share)
    # From 1 s to 61 s it went from 50 to 60 %, so 40 % more takes 240 s.
    assert capsys.readouterr().err == "Forecasting: 60% done, about 4 minutes left.\n"


def test_no_bar_is_drawn_where_there_is_no_terminal(capsys):
    with progress.time_left("Forecasting") as report:
        report(0.5)
    assert not sys.stderr.isatty()
    assert capsys.readouterr().err == ""


def test_levels_are_read_in_order():
    assert verb.levels("0.9, 0.1,0.9") == (0.1, 0.9)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--grains", "week", "--horizon", "2d"], "No whole week lies in a horizon of 2d"),
        (
            ["--draws", "x"],
            "--draws: 'x' is not a whole number from 20 to 10000; see edinflow back",
        ),
        (["--ignore", "2026-13-01..2026-01-01"], "write it as 2020-03-15; see edinflow back"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_in_one_line(wards, capsys, words, says):
    assert main(["backtest", "--config", str(wards), "--site", "Mercy", *WORDS, *words]) in (1, 2)
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_a_first_origin_from_which_nothing_can_be_compared_is_told_where_the_last_one_lies(
    wards, capsys
):
    asked = ["--first-origin", "2027-01-01", "--horizon", "7d", "--model", "profile"]
    assert main(["backtest", "--config", str(wards), "--site", "Mercy", *asked]) == 1
    said = capsys.readouterr().err
    assert "the last one from which 7d can be compared with what came: choose an earlier" in said
    assert "exchange" not in said


def test_a_wrong_option_is_json_where_json_was_asked_for(capsys):
    assert main(["forecast", "--draws", "x", "--json"]) == 2
    assert "'x' is not a whole number" in json.loads(capsys.readouterr().out)["error"]
