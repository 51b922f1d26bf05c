"""From a tuned file to the live model: through the gate, with a trace, and back again."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service import jobs, promotion, updates
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.settings import Settings, load
from data import configurations, history, locale
from data.ingest import ingest
from data.store import Store
from forecasting import gate, registry
from forecasting.calendar import Calendar
from forecasting.configuration import Configuration, parse

ZONE = "America/Chicago"
CALENDAR = Calendar(ZONE)
# Where arrivals climb by 1 % a day, a memory of a week must win over one of eight; where they are
# steady it must lose, as a week's level is known to 3 % only.
CLIMBING, STEADY = "Climbing", "Steady"
SHORT = registry.complete(parse("profile(level_days=7)"))
AUTO = jobs.Order(("auto",), Span(2, "d"), 60, 1)
DAYS = 150


@dataclass(frozen=True)
class Place:
    """A store of two sites, and its settings."""

    config: Path
    settings: Settings
    store: Store

    def series(self, site):
        return history.arrivals(self.store, site)

    def forecast(self, site, order=AUTO):
        made, _ = jobs.make_forecast(self.settings, site, order=order)
        return made


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("promotion")
    (folder / "edinflow.toml").write_text('[store]\npath = "s.duckdb"\n')
    store = Store.open(folder / "s.duckdb")
    today = pd.Timestamp.now(tz=ZONE).tz_localize(None).normalize()
    dates = pd.date_range(end=today - pd.Timedelta(days=1), periods=DAYS, freq="D")
    growth = np.exp(0.01 * np.maximum(np.arange(DAYS) - 40, 0))
    for site, level in ((CLIMBING, 100 * growth), (STEADY, np.full(DAYS, 150.0))):
        counts = np.random.default_rng(5).poisson(level)
        file = folder / f"{site}.csv"
        pd.DataFrame({"date": dates, "arrivals": counts}).to_csv(file, index=False)
        ingest(store, file, site=site, time_zone=ZONE)
    return folder


@pytest.fixture
def place(template, tmp_path) -> Place:
    for name in ("edinflow.toml", "s.duckdb"):
        shutil.copy(template / name, tmp_path / name)
    settings = load(tmp_path / "edinflow.toml")
    return Place(tmp_path / "edinflow.toml", settings, Store.open(settings.store))


def promote(place, site, configuration=SHORT, **more):
    now = pd.Timestamp.now(tz="UTC")
    series = place.series(site)
    return promotion.promote(place.store, series, CALENDAR, configuration, now=now, **more)


def judged(place, site) -> gate.Choice:
    return gate.choose(place.series(site), CALENDAR, candidates=[SHORT.spec])


def keep(place, site, *, toml: str, mark: str) -> None:
    """What an earlier promotion left in the store."""
    configurations.save(
        place.store, site=site, stream="all", model="profile", toml=toml, mark=mark, who="ana",
        promoted_at_utc=place.series(site).end, reason="it won", overruled=False,
        gate_scores=pd.DataFrame(),
    )  # fmt: skip


def test_what_passes_the_gate_is_live_and_kept_with_its_scores(place):
    choice = judged(place, CLIMBING)
    decision = promote(place, CLIMBING, Configuration("profile", (("level_days", 7),)))
    assert decision.configuration == SHORT
    assert not decision.overruled
    assert decision.reason == choice.reason
    assert decision.reason.startswith(f"{SHORT.label}: its error was ")
    kept = configurations.live(place.store, CLIMBING)
    assert (kept.hash, kept.toml, kept.who) == (SHORT.hash, SHORT.toml, promotion.person())
    assert {one["model"] for one in kept.gate_scores} == {"profile", SHORT.label}
    assert configurations.live(place.store, STEADY) is None

    made = place.forecast(CLIMBING)
    assert made.forecast.model == SHORT.label
    assert made.reason == choice.reason
    assert not [note for note in made.notes if "promoted" in note]


def test_what_does_not_beat_the_profile_is_refused_with_the_figure(place):
    above = 100 * (gate.relative_loss(judged(place, STEADY).scores)[SHORT.spec] - 1)
    assert above > 1
    with pytest.raises(ServiceError, match=f"its error was {above:.1f} % above that of profile"):
        promote(place, STEADY)
    assert configurations.live(place.store, STEADY) is None


def test_the_profile_as_it_is_is_told_that_it_cannot_beat_itself(place):
    usual = registry.complete(Configuration(registry.BASELINE))
    with pytest.raises(ServiceError, match="it cannot beat itself"):
        promote(place, STEADY, usual)
    assert promote(place, STEADY, usual, overrule="nothing else for now").overruled


def test_too_little_history_is_no_pass(place):
    series = place.series(CLIMBING)
    short = series.until(series.start + pd.Timedelta(days=90))
    with pytest.raises(ServiceError, match="too little history to compare models; it needs 112"):
        promotion.promote(place.store, short, CALENDAR, SHORT, now=series.end)


def test_overruling_the_gate_needs_a_reason_which_every_forecast_then_shows(place):
    with pytest.raises(ServiceError, match="needs a reason"):
        promote(place, STEADY, overrule="  ")
    decision = promote(place, STEADY, overrule="The new wing opened last month.")
    assert decision.overruled
    made = place.forecast(STEADY)
    assert made.forecast.model == SHORT.label
    assert made.reason.endswith("against it: The new wing opened last month.")
    assert made.reason in made.notes
    again = updates.update_forecast(place.settings, STEADY).made
    assert again.forecast.model == SHORT.label
    assert made.reason in again.notes


def test_a_reason_to_overrule_is_not_needed_where_the_gate_is_for_it(place):
    decision = promote(place, CLIMBING, overrule="to be sure")
    assert not decision.overruled
    assert decision.reason.startswith(SHORT.label)
    assert decision.reason.endswith("; to be sure")


def test_a_promoted_model_that_no_longer_beats_the_profile_gives_way_and_that_is_said(place):
    keep(place, STEADY, toml=SHORT.toml, mark=SHORT.hash)
    made = place.forecast(STEADY)
    assert made.forecast.model == "profile"
    assert made.reason == f"profile: the {SHORT.label} did not beat it on the last 8 weeks."
    assert f"The promoted {SHORT.label} is not used in this forecast" in made.notes[0]


def test_a_model_that_is_named_is_used_whatever_is_promoted(place):
    promote(place, CLIMBING)
    order = jobs.Order(("seasonal-naive",), Span(1, "d"), 50, 1)
    assert place.forecast(CLIMBING, order).forecast.model == "seasonal-naive"


def test_a_configuration_that_this_program_cannot_read_is_said_and_forecasts_go_on(
    place, monkeypatch
):
    keep(place, STEADY, toml="model = 'profile'\n[parameters]\nlost = 1\n", mark="aaaaaa")
    live = promotion.live(place.store, STEADY, "all")
    assert live.models == ("auto",)
    monkeypatch.setattr(gate, "CANDIDATES", ("seasonal-naive",))  # the ensemble takes long
    made = place.forecast(STEADY)
    assert made.notes[0].startswith("The promoted profile@aaaaaa cannot be used: The model")
    assert made.notes[0].endswith("go back with edinflow promote --none.")


def run(place, capsys, *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--config", str(place.config), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_from_file_to_live_and_back_on_the_command_line(place, tmp_path, capsys):
    file = tmp_path / "tuned.toml"
    file.write_text(SHORT.toml)
    at = ("--site", CLIMBING)
    assert run(place, capsys, "promote", "--list") == (0, {"promotions": []})
    code, said = run(place, capsys, "promote", str(file), *at)
    assert (code, said["live"], said["overruled"]) == (0, SHORT.label, False)
    code, said = run(place, capsys, "promote", "--none", "--reason", "summer", *at)
    assert (code, said["was"], said["live"]) == (0, SHORT.label, None)
    assert configurations.live(place.store, CLIMBING) is None
    code, said = run(place, capsys, "promote", "--none", *at)
    assert code == 1
    assert "chosen by itself" in said["error"]
    code, said = run(place, capsys, "promote", "--restore", SHORT.label, *at)
    assert (code, said["live"]) == (0, SHORT.label)
    code, said = run(place, capsys, "promote", "--restore", "ffffff", *at)
    assert said["error"].endswith(f"was ever promoted at {CLIMBING!r}; known: {SHORT.hash}.")
    code, said = run(place, capsys, "promote", str(file), "--site", STEADY)
    assert code == 1
    assert said["error"].startswith(f"{SHORT.label} was not promoted at 'Steady' (its error was ")

    code, said = run(place, capsys, "promote", "--list")
    assert [one["label"] for one in said["promotions"]] == [SHORT.label, "auto", SHORT.label]
    assert [one["live"] for one in said["promotions"]] == [True, False, False]
    assert main(["promote", "--list", "--config", str(place.config)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("live  ")
    assert f"{CLIMBING}, all  {SHORT.label}  by the gate" in lines[0]
    decided = configurations.decisions(place.store, CLIMBING)["promoted_at_utc"].iloc[0]
    zone = history.site(place.store, CLIMBING)["time_zone"]
    assert locale.moment(decided.tz_convert(zone), year=True) in lines[0]
    assert "UTC" not in lines[0]
    assert "back to auto" in lines[1]
    assert lines[1].endswith(": summer")


def test_a_configuration_is_compared_in_a_backtest_and_used_in_a_forecast(place, tmp_path, capsys):
    file = tmp_path / "tuned.toml"
    file.write_text("model = 'profile'\n[parameters]\nlevel_days = 7\n")
    words = ("--configuration", str(file), "--site", CLIMBING, "--draws", "50")
    code, said = run(
        place, capsys, "backtest", "--model", "profile", *words, "--every", "7d",
        "--horizon", "7d", "--grains", "day", "--first-origin", _weeks_ago(3),
        "--last-origin", _weeks_ago(2),
    )  # fmt: skip
    assert code == 0
    assert [one["model"] for one in said["scores"]] == ["profile", SHORT.label]
    code, said = run(place, capsys, "forecast", *words, "--horizon", "2d")
    assert code == 0
    assert said["forecasts"][0]["model"] == SHORT.label

    file.write_text("model = 'profile'\n[parameters]\nlevel_dais = 7\n")
    code, said = run(place, capsys, "forecast", *words)
    assert code == 1
    assert "did you mean 'level_days'?" in said["error"]


def test_what_is_promoted_is_explained_and_its_drift_is_judged(place, tmp_path, capsys):
    promote(place, CLIMBING)
    begins = place.series(CLIMBING).end - pd.Timedelta(days=10)
    made, _ = jobs.make_forecast(place.settings, CLIMBING, order=AUTO, as_of=begins)
    assert made.forecast.model == SHORT.label
    at = ("--site", CLIMBING)
    code, said = run(place, capsys, "explain", "--horizon", "3d", *at)
    assert (code, said["model"]) == (0, SHORT.label)
    code, said = run(place, capsys, "score", *at)
    assert code == 0
    assert said["drift"]["on"] == "backcasts"
    assert said["drift"]["days"] > 28

    file = tmp_path / "other.toml"
    file.write_text("model = 'profile'\n[parameters]\nlevel_days = 9\n")
    code, said = run(place, capsys, "explain", "--configuration", str(file), *at)
    assert said["model"] == registry.complete(parse("profile(level_days=9)")).label
    # Parameters that were never promoted are not in the store: the rest is scored all the same.
    asked = ("--as-of", _weeks_ago(1), "--configuration", str(file), "--horizon", "2d", *at)
    assert run(place, capsys, "forecast", *asked)[0] == 0
    code, said = run(place, capsys, "score", *at)
    assert (code, said["drift"]["days"]) == (0, 0)


@pytest.mark.parametrize("verb", ["explain", "tune", "promote", "forecast", "backtest"])
def test_a_file_of_events_is_read_by_every_command_that_takes_one(verb, place, tmp_path, capsys):
    file = tmp_path / "tuned.toml"
    file.write_text(SHORT.toml)
    words = {"promote": [str(file)]}.get(verb, [])
    code, said = run(place, capsys, verb, *words, "--site", CLIMBING, "--events", "none.csv")
    assert code == 1
    assert said["error"] == "There is no file none.csv: correct the path of the events."


def _weeks_ago(weeks: int) -> str:
    today = pd.Timestamp.now(tz=ZONE).tz_localize(None).normalize()
    return f"{today - pd.Timedelta(weeks=weeks):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("words", [[], ["a.toml", "--list"], ["--none", "--restore", "abc"]])
def test_promote_does_one_thing_at_a_time(words, capsys):
    assert main(["promote", *words]) == 2
    assert "one of the arguments" in (said := capsys.readouterr().err) or "not allowed" in said
