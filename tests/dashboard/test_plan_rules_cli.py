"""`edinflow plan` under rules, from the settings and from the line."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main, plan_rules
from dashboard.service import answers, planning
from dashboard.service.errors import ServiceError
from dashboard.settings import load
from data import history
from data.store import Store
from staffing.presence import census
from tests.dashboard.test_rosters_cli import SITE, ZONE
from tests.dashboard.test_rosters_cli import folder as made_folder

folder = made_folder


def planned(capsys, folder, *arguments, config="edinflow.toml"):
    capsys.readouterr()
    code = main(["plan", *arguments, "--config", str(folder / config), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out or said.err)


def with_department(folder, text, name):
    """The folder's settings with another department, on the same store."""
    plain = (folder / "edinflow.toml").read_text()
    (folder / name).write_text(f'[store]\npath = "var/edinflow.duckdb"\n{plain}{text}')
    return name


def test_a_week_of_hours_is_what_the_plan_may_use(folder, capsys):
    code, said = planned(capsys, folder, "--hours", "physician=300")
    assert code == 0
    own = pd.read_csv(_shifts(capsys, folder, "--hours", "physician=300"))
    own = own[own["role"] == "physician"]
    assert 0 < own["paid_hours"].sum() <= 300 + 24  # nights that began before run in
    within = said["hours_within"]["physician"]
    assert within["limit"] == 300
    assert 0.97 * 300 < within["used"] <= min(300, own["paid_hours"].sum())
    assert within["weeks"] == [{"monday": "2026-03-16", "used": within["used"], "limit": 300}]
    assert said["proven_gap"] <= 0.005
    assert "physician: Made small: staff hours short over all futures." in said["notes"]


def _shifts(capsys, folder, *arguments):
    out = folder / "shifts.csv"
    code, _ = planned(capsys, folder, *arguments, "--shifts-out", str(out))
    assert code == 0
    return out


def test_at_most_so_many_patterns_are_used(folder, capsys):
    out = folder / "shifts.csv"
    few = ("--patterns", "3", "--hours", "physician=300", "--shifts-out", str(out))
    code, said = planned(capsys, folder, *few)
    assert code == 0
    assert pd.read_csv(out).groupby("role")["shift"].nunique().max() <= 3
    whose = [note.partition(":")[0] for note in said["notes"] if "with at most 3" in note]
    assert sorted(whose) == sorted(said["roles"])


def test_what_the_limit_counts_is_said_where_shifts_lie_over_the_ends(folder, capsys):
    """A night that began before the plan is paid whole, and only its part within it is limited."""
    rules = ["--hours", "physician=300", "--config", str(folder / "edinflow.toml")]
    assert main(["plan", *rules]) == 0
    told = re.search(
        r"physician: ([\d.]+) of the 300 hours allowed within this time", capsys.readouterr().out
    )
    _, said = planned(capsys, folder, "--hours", "physician=300")
    assert float(told[1]) == said["hours_within"]["physician"]["used"]
    assert planned(capsys, folder)[1]["hours_within"] == {}


def test_hours_within_the_time_are_said_rounded(folder, capsys):
    rules = ["--hours", "physician=301.23456", "--config", str(folder / "edinflow.toml")]
    assert main(["plan", *rules]) == 0
    assert " of the 301.2 hours allowed within this time" in capsys.readouterr().out


def test_a_roster_alone_limits_nothing_and_the_way_to_do_so_is_named(folder, capsys):
    today = str(folder / "today.csv")
    code, said = planned(capsys, folder, "--roster", today)
    assert code == 0
    assert plan_rules.ROSTER_COUNTS_ONLY in said["warnings"]
    assert said["changes"]["new"] > 0
    code, said = planned(capsys, folder, "--roster", today, "--max-changes", "5")
    assert plan_rules.ROSTER_COUNTS_ONLY not in said["warnings"]


def test_at_most_so_many_shifts_differ_from_todays_roster(folder, capsys):
    today = str(folder / "today.csv")
    code, said = planned(capsys, folder, "--roster", today, "--max-changes", "5")
    assert code == 0
    assert 0 < said["changes"]["dropped"] <= 5
    assert 0 < said["changes"]["new"] <= 5
    assert 0 < said["changes"]["most_in_a_week"] <= 5
    code, said = planned(capsys, folder, "--roster", today, "--max-changes", "0")
    assert said["changes"] == {"dropped": 0, "new": 0, "most_in_a_week": 0}


def test_changes_count_from_the_imported_roster_where_none_is_given(tmp_path, folder, capsys):
    shutil.copytree(folder, tmp_path / "ward")
    here = tmp_path / "ward"
    name = with_department(here, "[department]\nchanges_per_week = 4\n", "near.toml")
    code, said = planned(capsys, here, config=name)
    assert code == 0
    assert planning.NO_ROSTER in said["warnings"]
    config = ["--config", str(here / name)]
    assert main(["import-roster", str(here / "today.csv"), "--site", SITE, *config]) == 0
    code, said = planned(capsys, here, config=name)
    assert code == 0
    assert 0 < said["changes"]["dropped"] <= 4
    settings = load(here / name)
    shown = answers.answer(settings, answers.question(settings, SITE))
    assert planning.NO_ROSTER not in shown.notes
    assert any("physician" in note for note in shown.plan.notes)


def test_a_budget_with_premiums_is_kept_and_its_cost_said(folder, capsys):
    text = "".join(
        f'[[department.role]]\nname = "{name}"\nminutes = [60, 40, 25, 15, 10]\n'
        f"minimum = 1\ncost_per_hour = {cost}\n"
        for name, cost in (("physician", 100), ("nurse", 40))
    )
    text += '[[department.premium]]\nstart = "20:00"\nend = "07:00"\nfactor = 1.5\n'
    name = with_department(folder, f"[department]\n{text}", "dear.toml")
    code, said = planned(capsys, folder, "--budget", "50000", config=name)
    assert code == 0
    assert 45_000 < said["cost_per_week"] <= 50_000 + 1
    (week,) = said["cost_by_week"]
    assert week == {"monday": "2026-03-16", "cost": pytest.approx(said["cost_per_week"])}
    out = folder / "shifts.csv"
    code, said = planned(capsys, folder, "--shifts-out", str(out), config=name)
    shifts = pd.read_csv(out)
    assert said["cost_per_week"] == pytest.approx(_money(shifts), rel=0.02)


def _money(shifts):
    """The cost of the horizon's hours, half hour by half hour, by a slow loop."""
    first = pd.Timestamp("2026-03-16")
    total = 0.0
    for shift in shifts.to_dict("records"):
        for at in pd.date_range(
            shift["start_local"], shift["end_local"], freq="30min", inclusive="left"
        ):
            if first <= at < first + pd.Timedelta("7D"):
                dear = 1.5 if at.hour >= 20 or at.hour < 7 else 1.0
                rate = 100 if shift["role"] == "physician" else 40
                total += 0.5 * dear * rate * shift["heads"]
    return total


def test_locked_shifts_stay_and_rules_of_the_settings_hold(folder, capsys, monkeypatch):
    monkeypatch.setattr(planning, "PAGE_SECONDS", 120.0)  # on however slow a machine
    locked = folder / "locked.csv"
    locked.write_text("date,role,code,heads\n2026-03-18,physician,D,3\n")
    text = (
        '[department]\nbreak = { minutes = 30 }\n[[department.post]]\nrole = "nurse"\n'
        'start = "22:00"\nend = "06:00"\nheads = 9\n'
    )
    name = with_department(folder, text, "posts.toml")
    out = folder / "shifts.csv"
    code, _ = planned(
        capsys, folder, "--locked", str(locked), "--shifts-out", str(out), config=name
    )
    assert code == 0
    own = pd.read_csv(out)
    kept = own[(own["role"] == "physician") & (own["shift"] == "D") & (own["date"] == "2026-03-18")]
    assert kept["heads"].sum() >= 3
    settings = load(folder / name)
    found = answers.answer(settings, answers.question(settings, SITE))
    at_night = found.plan.cover()["nurse"]
    local = at_night.index.tz_convert(ZONE)
    assert (at_night[(local.hour >= 22) | (local.hour < 6)] >= 9).all()
    assert not found.plan.breaks.empty


def test_posts_hold_where_the_page_has_no_time_for_rules(folder, monkeypatch):
    monkeypatch.setattr(planning, "PAGE_SECONDS", 1e-6)
    text = (
        '[department]\nbreak = { minutes = 30 }\n[[department.post]]\nrole = "nurse"\n'
        'start = "22:00"\nend = "06:00"\nheads = 9\n'
    )
    settings = load(folder / with_department(folder, text, "hurried.toml"))
    found = answers.answer(settings, answers.question(settings, SITE))
    assert any("without the rules of the settings except its posts" in n for n in found.notes)
    at_night = found.plan.cover()["nurse"]
    local = at_night.index.tz_convert(ZONE)
    assert (at_night[(local.hour >= 22) | (local.hour < 6)] >= 9).all()
    assert found.plan.requirement.heads.equals(found.need.heads)


def test_rules_that_clash_name_the_fewest_to_relax_with_by_how_much(folder, capsys):
    code, said = planned(capsys, folder, "--hours", "physician=60")
    assert code == 1
    found = re.search(
        r"The fewest to relax: at most 60 hours of physician a week \(by ([\d.]+) hours a week\)",
        said["error"],
    )
    assert found is not None
    enough = 60 + float(found[1])
    assert planned(capsys, folder, "--hours", f"physician={enough:g}")[0] == 0
    assert planned(capsys, folder, "--hours", f"physician={0.95 * enough:g}")[0] == 1
    name = with_department(
        folder, "[department]\nhours_per_week = { physician = 60 }\n", "clash.toml"
    )
    settings = load(folder / name)
    found = answers.answer(settings, answers.question(settings, SITE))
    assert found.plan is not None
    assert any("without the rules of the settings" in note for note in found.notes)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--max-changes", "3"], "say --roster FILE too, or run edinflow import-roster FILE"),
        (["--hours", "physician"], "not of the form ROLE=HOURS"),
        (["--hours", "porter=40"], "Unknown role 'porter'"),
        (["--hours", "physician=0"], "0 hours"),
        (["--budget", "0"], "The budget is 0"),
        (["--budget", "500"], "no role has a cost"),
        (["--patterns", "0"], "patterns_at_most is 0"),
        (["--locked", "none.csv"], "There is no file"),
    ],
)
def test_what_cannot_be_is_one_sentence(folder, capsys, arguments, words):
    code, said = planned(capsys, folder, *arguments)
    assert code == 1
    assert words in said["error"]


def test_stays_are_learned_from_the_departures_of_the_store(tmp_path, capsys):
    """Everyone stays two hours: six an hour are twelve present, three nurses at 1:4."""
    arrived = pd.date_range("2026-01-05", periods=6 * 24 * 28, freq="10min")
    rows = pd.DataFrame({"arrived_at": arrived, "departed_at": arrived + pd.Timedelta("2h")})
    rows["acuity"] = 3
    rows.to_csv(tmp_path / "visits.csv", index=False)
    (tmp_path / "edinflow.toml").write_text(
        f'[[site]]\nname = "{SITE}"\ntime_zone = "{ZONE}"\n[forecast]\nmodel = "profile"\n'
        'draws = 100\nhorizon_days = 2\n[department]\nlength_of_stay = "learned"\n'
        '[[department.role]]\nname = "nurse"\n[[department.role.area]]\nname = "all"\n'
        "acuities = [1, 2, 3, 4, 5]\npatients_per_head = 4\n"
    )
    config = ["--config", str(tmp_path / "edinflow.toml")]
    assert main(["ingest", str(tmp_path / "visits.csv"), "--site", SITE, *config]) == 0
    assert main(["forecast", "--site", SITE, *config]) == 0
    settings = load(tmp_path / "edinflow.toml")
    store = Store.open(settings.store)
    department = planning.site_department(settings, store, SITE)
    assert {stay.acuity for stay in department.stays} == {1, 2, 3, 4, 5}
    assert department.stays[0].mean_minutes == pytest.approx(120, abs=8)
    present = census(
        np.full((48, 1), 6.0),
        0.5,
        department.role("nurse").areas[0],
        history.acuity_mix(store, SITE, pd.Timestamp("2026-02-02", tz="UTC")),
        department.stays,
    )
    assert present[30, 0] == pytest.approx(12, abs=1)


def test_stays_are_learned_from_departures_before_the_forecast_begins(tmp_path, capsys):
    """Two hours each until the forecast begins, ten from then on, which nobody could know."""
    arrived = pd.date_range("2026-01-05", periods=6 * 24 * 42, freq="10min")
    stay = np.where(arrived < pd.Timestamp("2026-02-01 22:00"), 2, 10)
    rows = pd.DataFrame(
        {"arrived_at": arrived, "departed_at": arrived + pd.to_timedelta(stay, "h")}
    )
    rows.assign(acuity=3).to_csv(tmp_path / "visits.csv", index=False)
    (tmp_path / "edinflow.toml").write_text(
        '[forecast]\nmodel = "profile"\ndraws = 100\n[department]\nlength_of_stay = "learned"\n'
        '[[department.role]]\nname = "nurse"\n[[department.role.area]]\nname = "all"\n'
        "acuities = [1, 2, 3, 4, 5]\npatients_per_head = 4\n"
    )
    file = ["--input", str(tmp_path / "visits.csv"), "--time-zone", ZONE, "--horizon", "2d"]
    file += ["--config", str(tmp_path / "edinflow.toml"), "--json"]
    capsys.readouterr()
    needed = []
    for begins in ("2026-02-02 00:00", "2026-02-15 00:00"):
        assert main(["plan", *file, "--as-of", begins]) == 0
        needed.append(json.loads(capsys.readouterr().out)["roles"]["nurse"]["most_at_once"])
    assert needed[0] <= 5  # twelve present at a time, and a rough hour
    assert needed[1] >= 7  # twelve for 28 days, sixty for 13: 27 on average


def test_without_departures_nothing_is_learned(folder):
    name = with_department(folder, '[department]\nlength_of_stay = "learned"\n', "learn.toml")
    settings = load(folder / name)
    with pytest.raises(ServiceError, match="too few departures of 'Mercy'"):
        planning.site_department(settings, Store.open(settings.store), SITE)
