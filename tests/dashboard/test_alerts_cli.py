"""`edinflow alerts`: warnings are listed, decided on and reported as on the page."""

import json

import pytest

from dashboard.cli.entry import main
from tests.dashboard.conftest import SITE


@pytest.fixture
def surge_config(new_ward) -> str:
    """Settings of a ward whose every shift is a surge: its limit is one patient."""
    ward = new_ward()
    text = ward.config.read_text(encoding="utf-8")
    limits = ", ".join(f'{{ shift = "{at}", above = 1 }}' for at in ("07:00", "19:00"))
    ward.config.write_text(f"{text}surge = [{limits}]\n", encoding="utf-8")
    ward.forecast()
    return str(ward.config)


def told(capsys, *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_warnings_are_listed_decided_on_and_reported(surge_config, capsys):
    verb = ("alerts", "--config", surge_config)
    assert main(list(verb)) == 0
    said = capsys.readouterr().out
    assert "1  ⬤ Surge likely" in said
    assert "To do: Tell the bed manager" in said
    assert f"edinflow alerts --learn --site '{SITE}' --config {surge_config}" in said
    listed = told(capsys, *verb)["alerts"]
    surges = [one for one in listed if one["kind"] == "surge"]
    assert {one["state"] for one in listed} == {"open"}
    assert len(surges) >= 1
    done = told(capsys, *verb, "--override", "1", "--number", "88", "--reason", "x", "--who", "eve")
    assert done["decision"] == 1
    assert told(capsys, *verb)["alerts"][0]["state"] == "overridden"
    report = told(capsys, *verb, "--report")
    assert report["overrides"] is None
    (one,) = report["decisions"]
    assert (one["who"], one["number"], one["action"]) == ("eve", 88, "override")
    assert one["subject"]["expected"] == surges[0]["expected"]
    assert main([*verb, "--report"]) == 0
    assert "Overridden to 88 patients by eve" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--acknowledge", "99"], "no warning number 99"),
        (["--acknowledge", "1", "--number", "7"], "belongs to an override"),
        (["--act", "1", "--reason", "x", "--hours", "2"], "belongs to a snooze"),
        (["--override", "1", "--number", "7"], "why the forecast is overridden"),
        (["--snooze", "1"], "time in the future"),
        (["--act", "1"], "what is done"),
    ],
)
def test_half_a_decision_is_refused(surge_config, capsys, asked, said):
    assert main(["alerts", "--config", surge_config, *asked]) == 1
    assert said in capsys.readouterr().err


def test_too_short_a_history_teaches_no_threshold_and_says_so(fresh_ward, capsys):
    found = told(capsys, "alerts", "--config", str(fresh_ward.config), "--learn")
    assert found["rule"] is None
    assert main(["alerts", "--config", str(fresh_ward.config), "--learn"]) == 0
    assert "4 months of arrivals" in capsys.readouterr().out


@pytest.mark.parametrize("hours", ["0", "169", "nan", "soon"])
def test_a_warning_is_silenced_for_a_week_at_most(hours, capsys):
    assert main(["alerts", "--snooze", "1", "--hours", hours]) == 2
    assert "up to 168" in capsys.readouterr().err
