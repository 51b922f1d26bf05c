"""`edinflow replay`: a fit check from the terminal that leaves nothing behind."""

import json

import pandas as pd
import pytest

from dashboard.cli import main

ZONE = "Europe/London"


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """Fifteen days on which everyone is seen after exactly 20 minutes, by plenty of staff."""
    folder = tmp_path_factory.mktemp("past")
    arrived = pd.date_range("2026-01-05", periods=15 * 96, freq="15min")
    seen = arrived + pd.Timedelta("20min")
    pd.DataFrame({"arrived_at": arrived, "seen_at": seen, "acuity": 3}).to_csv(
        folder / "visits.csv", index=False
    )
    days = pd.date_range("2026-01-04", periods=17).strftime("%Y-%m-%d")
    lines = [f"{day},physician,{code},12" for day in days for code in ("E", "L", "N")]
    (folder / "roster.csv").write_text("date,role,code,heads\n" + "\n".join(lines) + "\n")
    (folder / "edinflow.toml").write_text(
        f'[[site]]\nname = "Mercy"\ntime_zone = "{ZONE}"\n[department]\npickup_stop_minutes = 0\n'
    )
    return folder


def replayed(capsys, folder, *more):
    asked = ["replay", "--visits", str(folder / "visits.csv"), "--roster",
             str(folder / "roster.csv"), "--config", str(folder / "edinflow.toml")]  # fmt: skip
    capsys.readouterr()
    code = main([*asked, *more])
    return code, capsys.readouterr()


def test_plenty_of_staff_wait_for_nobody_and_the_difference_is_said(past, capsys):
    code, said = replayed(capsys, past, "--json")
    assert code == 0
    told = json.loads(said.out)
    assert told["rows"][0]["recorded"] == 20
    assert told["rows"][0]["simulated"] == pytest.approx(0, abs=0.01)
    assert told["apart_minutes"] == pytest.approx(-20, abs=0.01)
    code, said = replayed(capsys, past)
    assert "Recorded mean wait 20.0 minutes, simulated 0.0" in said.out
    assert "20.0 minutes too short (100%)" in said.out
    assert "seen = 'seen_at'" in said.err
    assert not list(past.glob("**/*.duckdb"))


def test_the_time_zone_may_be_said_without_settings(past, capsys, monkeypatch):
    monkeypatch.chdir(past.parent)
    asked = ["replay", "--visits", str(past / "visits.csv"), "--roster", str(past / "roster.csv")]
    assert main(asked) == 1
    assert "The time zone of 'visits' is not known" in capsys.readouterr().err
    assert main([*asked, "--time-zone", ZONE]) == 0


def test_what_cannot_be_is_one_sentence(past, capsys):
    for more, words in (
        (["--role", "porter"], "Unknown role 'porter'"),
        (["--columns", "seen=when"], "no column 'when' for 'seen'"),
    ):
        code, said = replayed(capsys, past, *more)
        assert code == 1
        assert words in said.err
        assert said.err.count("\n") == 1
