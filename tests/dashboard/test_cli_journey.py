"""The terminal door from an empty folder on: load, forecast, plan, demo, doctor, serve."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.settings import load
from tests.dashboard.test_cli import (
    ROOT,
    ZONE,
    arrivals,
    arrivals_text,
    hourly,
    one_sentence,
    stateless,
)

__all__ = ["arrivals", "arrivals_text"]


def test_days_are_covered_up_to_the_last_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "days.csv").write_text(
        "date,arrivals\n2020-01-06,90\n2020-01-07,80\n2020-01-08,85\n"
    )
    assert main(["ingest", "days.csv", "--site", "Mercy", "--time-zone", ZONE]) == 0
    assert "Covers Mon 6 Jan 2020 to Wed 8 Jan 2020: 3 days observed" in capsys.readouterr().out


def test_ingest_forecast_plan_and_undo_follow_one_another(arrivals, capsys):
    assert main(["ingest", str(arrivals), "--site", "Mercy", "--time-zone", ZONE]) == 0
    said = capsys.readouterr().out
    assert "1,680 rows, 1,680 accepted" in said
    assert "time = 'time'" in said
    assert "Covers Mon 5 Jan 2026 00:00 to Mon 16 Mar 2026 00:00" in said

    assert main(["ingest", str(arrivals)]) == 0  # the store's only site, and its clock
    assert "nothing changed" in capsys.readouterr().out

    words = ["forecast", "--as-of", "2026-03-16 00:00", "--horizon", "3d", "--model", "profile"]
    assert main([*words, "--draws", "100", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["forecasts"][0]["steps"] == 72
    assert told["forecast_ids"] == [1]

    assert main(["plan", "--out", "staffing.csv", "--shifts-out", "shifts.csv", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert set(planned["roles"]) == {"physician", "nurse", "triage nurse"}
    assert len(pd.read_csv("staffing.csv")) == 72 * 2 * 3
    assert len(pd.read_csv("shifts.csv"))

    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for what in ("data until", "made"):
        assert re.search(rf"Mercy: {what} \w{{3}} \d\d? \w{{3}} \d{{4}} \d\d:\d\d", said)

    assert main(["undo", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["load_id"] == 1
    assert main(["undo", "9"]) == 1
    assert "9" in one_sentence(capsys)


def test_one_bad_file_does_not_keep_the_others_out(arrivals, capsys):
    bad = arrivals.with_name("bad.csv")
    bad.write_bytes(b"")
    words = ["ingest", str(bad), str(arrivals), "--site", "Mercy", "--time-zone", ZONE]
    assert main(words) == 1
    captured = capsys.readouterr()
    assert "bad.csv" in captured.err
    assert "1,680 accepted" in captured.out


def test_refused_rows_are_listed_and_the_good_ones_load(arrivals, capsys):
    lines = arrivals.read_text().splitlines()
    lines[5] = "2026-01-05 04:00,-1"
    arrivals.write_text("\n".join(lines) + "\n")
    words = ["ingest", str(arrivals), "--site", "Mercy", "--time-zone", ZONE]
    assert main([*words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["loads"][0]
    assert (report["accepted"], report["rejected"]) == (1679, 1)
    assert "-1" in Path(report["rejects_file"]).read_text()


def test_strict_loads_nothing_when_a_row_is_refused(arrivals, capsys):
    lines = arrivals.read_text().splitlines()
    lines[5] = "2026-01-05 04:00,-1"
    arrivals.write_text("\n".join(lines) + "\n")
    words = ["ingest", str(arrivals), "--site", "Mercy", "--time-zone", ZONE, "--strict"]
    assert main(words) == 1
    assert "strict" in one_sentence(capsys)
    assert main(["forecast"]) == 1
    assert "no arrivals" in one_sentence(capsys)


def test_a_store_without_arrivals_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for verb in ("forecast", "plan", "backtest"):
        assert main([verb]) == 1
        assert "edinflow ingest" in one_sentence(capsys)


def test_doctor_without_a_store_finds_nothing_broken(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "It works; 1 to look at: see ▲ above." in said
    assert not (tmp_path / "var").exists()


def test_doctor_ends_with_1_when_the_settings_are_broken(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "edinflow.toml").write_text("[store]\npth = 'x'\n")
    assert main(["doctor"]) == 1
    assert "'path'" in capsys.readouterr().out


def test_the_demo_invents_forecasts_and_plans_an_emergency_department(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["demo", "--no-serve", "--days", "60", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["forecast"]["steps"] in (28 * 24 - 1, 28 * 24, 28 * 24 + 1)
        assert told["plan"]["roles"]["nurse"]["paid_hours"] > 0
        for name in ("demo.duckdb", "demo.toml", "forecast.csv", "staffing.csv", "shifts.csv"):
            assert (tmp_path / "var" / name).stat().st_size > 0
    assert not (tmp_path / "var" / "edinflow.duckdb").exists()
    assert main(["plan", "--config", "var/demo.toml"]) == 0
    assert "Staff for Demo General" in capsys.readouterr().out


def test_the_dashboard_answers_and_ends_with_the_command(tmp_path):
    import signal
    import socket
    import time
    from urllib.error import URLError
    from urllib.request import urlopen

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        f"import sys; from dashboard.cli import main; sys.exit(main(['app', '--port', '{port}']))"
    )
    health = f"http://127.0.0.1:{port}/_stcore/health"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CI": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as command:
        assert command.stdout is not None
        assert f"http://127.0.0.1:{port}" in command.stdout.readline()
        deadline = time.monotonic() + 30
        up = False
        while not up and time.monotonic() < deadline:
            try:
                with urlopen(health, timeout=2) as reply:
                    up = reply.status == 200
            except (URLError, OSError):
                time.sleep(0.2)
        command.send_signal(signal.SIGTERM)
        assert command.wait(timeout=15) == 130
    assert up
    with pytest.raises(URLError):
        urlopen(health, timeout=2)


def test_one_day_of_history_gives_a_forecast_that_says_so(arrivals, capsys):
    hourly(days=1).to_csv(arrivals, index=False)
    assert main(stateless(arrivals, "--json")) == 0
    told = json.loads(capsys.readouterr().out)["forecasts"][0]
    assert told["model"] == "profile"
    assert "too little history" in told["reason"]
    assert len(pd.read_csv("f.csv")) == 48


def test_three_weeks_without_data_are_not_taken_as_quiet(arrivals, capsys):
    whole = hourly()
    gap = whole["time"].between("2026-02-01", "2026-02-22")
    whole[~gap].to_csv(arrivals, index=False)
    assert main(stateless(arrivals, "--model", "profile")) == 0
    with_gap = pd.read_csv("f.csv")["mean"].mean()
    assert "not observed" in capsys.readouterr().err
    whole.to_csv(arrivals, index=False)
    assert main(stateless(arrivals, "--model", "profile")) == 0
    assert with_gap == pytest.approx(pd.read_csv("f.csv")["mean"].mean(), rel=0.1)


def test_an_hour_that_stands_twice_is_refused_and_said(arrivals, capsys):
    lines = arrivals.read_text().splitlines()
    arrivals.write_text("\n".join([*lines, lines[30].split(",")[0] + ",99"]) + "\n")
    assert main(stateless(arrivals, "--model", "profile")) == 0
    assert "1 row is refused of 1,681" in capsys.readouterr().err
    assert main(stateless(arrivals, "--strict")) == 1


def test_a_shortfall_is_said_and_is_not_a_failure(arrivals, capsys):
    arrivals.with_name("edinflow.toml").write_text(
        '[[department.role]]\nname = "nurse"\nminutes = [150, 90, 60, 30, 20]\nminimum = 0\n'
        '[[department.shift]]\ncode = "D"\nstart = "08:00"\nhours = 8\n'
    )
    words = ["plan", "--input", str(arrivals), "--time-zone", ZONE, "--model", "profile"]
    assert main([*words, "--horizon", "2d", "--department", "edinflow.toml"]) == 0
    said = capsys.readouterr().out
    assert "SHORT in" in said
    assert "nurses short from" in said


def test_options_that_the_stored_forecast_ignores_are_refused(arrivals, capsys):
    assert main(["plan", "--as-of", "2026-03-01 00:00"]) == 1
    assert "--as-of needs --input" in one_sentence(capsys)


def test_init_puts_in_what_is_said_of_the_site(tmp_path, capsys):
    path = tmp_path / "edinflow.toml"
    said = ["init", "--config", str(path), "--site", 'St "E"', "--time-zone", "Asia/Kolkata"]
    assert main(said) == 0
    capsys.readouterr()
    (site,) = load(path).sites
    assert (site.name, site.time_zone, site.country) == ('St "E"', "Asia/Kolkata", None)
    assert main(["init", "--config", str(tmp_path / "b.toml"), "--time-zone", "Asia/Kolkatta"]) == 1
    assert "did you mean 'Asia/Kolkata'" in capsys.readouterr().err
    assert not (tmp_path / "b.toml").exists()
