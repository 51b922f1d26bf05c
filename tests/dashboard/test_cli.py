"""The terminal door: what it prints, how it ends, and what a manager who errs is told."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.cli.entry import parser
from dashboard.service.errors import ServiceError

ROOT = Path(__file__).resolve().parents[2]
VERBS = (
    *("demo", "ingest", "undo", "forecast", "explain", "backtest", "plan", "app", "doctor"),
    *("init", "models", "need", "simulate", "compare", "moves"),
    *("tune", "promote", "score", "fairness", "update"),
    *("events", "replay", "today", "import-roster", "export"),
    *("alerts", "huddle", "token"),
)
ZONE = "Europe/London"


def hourly(days: int = 70, start: str = "2026-01-05", seed: int = 1) -> pd.DataFrame:
    hours = pd.date_range(start, periods=days * 24, freq="h")
    shape = 6 + 4 * np.sin((np.asarray(hours.hour) - 9) / 24 * 2 * np.pi)
    counts = np.random.default_rng(seed).poisson(shape)
    return pd.DataFrame({"time": hours.strftime("%Y-%m-%d %H:%M"), "patients": counts})


@pytest.fixture(scope="module")
def arrivals_text() -> str:
    return hourly().to_csv(index=False)


@pytest.fixture
def arrivals(tmp_path, monkeypatch, arrivals_text) -> Path:
    """A file of ten weeks of hours, in the current folder, which has no settings."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mercy.csv"
    path.write_text(arrivals_text)
    return path


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_explains_itself_with_an_example(verb, capsys):
    assert main([verb, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"example:\n  edinflow {verb}" in said
    assert "--json" in said


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_of_a_command_is_a_command(verb, capsys):
    import shlex

    main([verb, "--help"])
    example = capsys.readouterr().out.split("example:\n")[1].strip()
    words = shlex.split(example)
    assert words[0] == "edinflow"
    assert parser().parse_args(words[1:]).verb == verb


def test_help_is_there_before_anything_heavy_is_loaded():
    code = (
        "import sys\nfrom dashboard.cli import main\nmain(['--help'])\n"
        "heavy = {'pandas', 'numpy', 'streamlit', 'prophet', 'statsmodels', 'duckdb'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_service_and_terminal_load_neither_pages_nor_models():
    code = (
        "import sys\nimport dashboard.cli, dashboard.service.answers, dashboard.service.jobs\n"
        "sys.exit(bool({'streamlit', 'prophet', 'statsmodels', 'plotly'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["forecast", "--draws", "many"],
        ["forecast", "--draws", "1"],
        ["forecast", "--columns", "time"],
        ["backtest", "--levels", "0.5,2"],
        ["backtest", "--grains", "fortnight"],
        ["app", "--port", "70000"],
        ["undo", "first"],
        ["forecast", "--hor", "28d"],
    ],
)
def test_a_command_asked_wrongly_ends_with_2(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().out == ""


def one_sentence(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    assert lines[0].startswith("edinflow: ")
    assert "Traceback" not in lines[0]
    assert "unexpected" not in lines[0]
    return lines[0]


def stateless(path: Path, *more: str) -> list[str]:
    return [
        *("forecast", "--input", str(path), "--time-zone", ZONE, "--horizon", "2d"),
        *("--draws", "50", "--out", "f.csv", *more),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\x7fELF\x00\x00" * 50, "mercy.csv"),
        (b"colour,shape\nred,round\nblue,square\n", "time"),
        (b"time,patients\n2026-01-05 00:00,-3\n2026-01-05 01:00,-4\n", "No row"),
        (b"time,patients\n2026-01-05 00:00,2.5\n2026-01-05 01:00,3.5\n", "No row"),
    ],
    ids=["empty", "binary", "no time column", "negative", "fractional"],
)
def test_a_file_that_cannot_be_used_is_one_sentence(arrivals, capsys, content, said):
    arrivals.write_bytes(content)
    assert main(stateless(arrivals)) == 1
    assert said in one_sentence(capsys)
    assert not Path("f.csv").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--time-zone", "Europe/Lundon"), "Europe/London"),
        (("--as-of", "2019-01-01 00:00"), "2026-01-05 00:00"),
        (("--as-of", "2030-01-01 00:00"), "more than a year"),
        (("--as-of", "yesterday-ish"), "2026-03-31 07:00"),
        (("--horizon", "a month"), "28d, 48h or 6w"),
        (("--horizon", "900d"), "366"),
        (("--country", "ZZ"), "ZZ"),
        (("--subdivision", "IA"), "--country"),
        (("--model", "profil"), "profil"),
        (("--stream", "acuity=2"), "acuity=2"),
        (("--columns", "count=people"), "people"),
        (("--absent", "ask"), "--absent zero"),
        (("--out", "/proc/none/f.csv"), "Cannot write"),
        (("--config", "nowhere.toml"), "edinflow init"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_forecast_that_cannot_be_made_is_one_sentence(arrivals, capsys, monkeypatch, more, said):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    words = stateless(arrivals, *more)
    assert main(words) == 1
    assert said in one_sentence(capsys)
    assert not Path("f.csv").exists()


def test_a_missing_file_is_one_sentence(arrivals, capsys):
    assert main(stateless(arrivals.with_name("none.csv"))) == 1
    assert "none.csv" in one_sentence(capsys)


def test_without_a_time_zone_the_option_is_named(arrivals, capsys):
    assert main(["forecast", "--input", str(arrivals)]) == 1
    assert "--time-zone" in one_sentence(capsys)


@pytest.mark.parametrize("verb", ["forecast", "explain", "backtest", "tune", "plan", "events"])
@pytest.mark.parametrize(
    ("option", "value"),
    [("--time-zone", "Asia/Kolkata"), ("--absent", "zero"), ("--covers-from", "2026-01-05")],
)
def test_how_to_read_a_file_is_refused_where_none_is_read(fresh_ward, capsys, verb, option, value):
    assert main([verb, option, value, "--config", str(fresh_ward.config)]) == 1
    assert f"{option} says how a file is read, and none is" in one_sentence(capsys)


def test_the_network_refuses_how_to_read_a_file(fresh_ward, capsys):
    assert main(["forecast", "--network", "--strict", "--config", str(fresh_ward.config)]) == 1
    assert "leave --strict out" in one_sentence(capsys)


def test_an_error_is_an_object_for_programs(arrivals, capsys):
    assert main(["forecast", "--input", str(arrivals), "--json"]) == 1
    assert "--time-zone" in json.loads(capsys.readouterr().out)["error"]


def test_what_nobody_expected_is_not_hidden(arrivals, capsys, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("dashboard.service.jobs.forecast", broken)
    assert main(stateless(arrivals)) == 1
    assert "RuntimeError" in capsys.readouterr().err
    assert main(stateless(arrivals, "--traceback")) == 1
    assert "secret" in capsys.readouterr().err


def test_an_interrupt_ends_quietly(arrivals, capsys, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.service.jobs.forecast", interrupted)
    assert main(stateless(arrivals)) == 130
    assert capsys.readouterr().err == ""


def test_init_writes_settings_that_load_and_never_replaces_them(tmp_path, monkeypatch, capsys):
    from dashboard import settings

    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    assert settings.load().source == tmp_path / "edinflow.toml"
    (tmp_path / "edinflow.toml").write_text("# mine\n")
    assert main(["init"]) == 1
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "edinflow.toml").read_text() == "# mine\n"
    assert main(["init", "--force"]) == 0
    assert settings.load().sites


def test_models_are_listed_with_cost_and_use(capsys):
    assert main(["models", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["models"]
    assert {"profile", "harmonic"} <= {model["name"] for model in listed}
    assert all(model["cost"] and model["when"] for model in listed)


def test_the_port_of_another_program_is_one_sentence(tmp_path, monkeypatch, capsys):
    import socket

    monkeypatch.chdir(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["app", "--port", str(port)]) == 1
    assert f"Port {port}" in one_sentence(capsys)


def test_the_dashboard_is_served_to_this_machine_only_unless_told_otherwise():
    from dashboard.cli import app

    command = app.server_command(8600, Path("/x/edinflow.toml"))
    assert command[3:] == [
        *("dashboard.web", "--host", "127.0.0.1", "--port", "8600"),
        *("--config", "/x/edinflow.toml"),
    ]


def test_who_lets_others_in_is_told_what_they_can_do():
    import socket

    from dashboard.cli import app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert app.serving(port, None, browse=False).warnings == ()
    [warning] = app.serving(port, None, browse=False, host="0.0.0.0").warnings
    assert "no sign-in" in warning
    with pytest.raises(ServiceError, match="no address of this machine"):
        app.serving(port, None, browse=False, host="203.0.113.1")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("undo", "x"), "LOAD: 'x' is not a whole number; see edinflow undo"),
        (("plan", "--budget", "much"), "--budget: 'much' is not a number; see edinflow plan"),
    ],
)
def test_a_number_that_is_none_is_refused_in_plain_words(line, sentence, capsys):
    assert main(line) == 2
    assert sentence in capsys.readouterr().err
