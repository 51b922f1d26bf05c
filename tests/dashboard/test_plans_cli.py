"""Versions from the terminal: the planner's whole way, and a file that comes back the same."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service import plans
from tests.dashboard.conftest import SITE, ZONE
from tests.dashboard.test_minimum_cover import emptied


@pytest.fixture
def asked(capsys, copied_ward):
    def ask(*arguments):
        capsys.readouterr()
        code = main([*arguments, "--config", str(copied_ward.config), "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out or said.err)

    return ask


def day_of(ward, number: int = 2) -> str:
    local = ward.until.tz_convert(ZONE).tz_localize(None) + pd.Timedelta(days=number)
    return f"{local:%Y-%m-%d}"


def test_from_draft_to_lock_to_export_and_back(asked, copied_ward, tmp_path):
    code, said = asked("plans", "draft", "--note", "six weeks")
    assert (code, said["version"], said["status"]) == (0, 1, "draft")
    before = said["paid_hours"]["nurse"]
    where = ("--version", "1", "--role", "nurse", "--day", day_of(copied_ward))
    code, said = asked("plans", "edit", *where, "--shift", "E", "--heads", "2", "--reason", "fair")
    assert said["paid_hours"]["nurse"] == before + 16
    move = ("--shift", "E", "--to-shift", "L", "--heads", "1", "--reason", "later")
    assert asked("plans", "edit", *where, *move)[1]["paid_hours"]["nurse"] == before + 16
    assert asked("plans", "undo", "--version", "1")[0] == 0
    assert asked("plans", "lock", "--version", "1", "--note", "agreed")[1]["status"] == "locked"
    out = tmp_path / "out"
    code, said = asked("export", "--profile", "excel-de", "--out", str(out))
    assert (code, said["version"]) == (0, 1)
    file = next(path for path in map(str, said["written"]) if path.endswith(".csv"))
    code, said = asked("plans", "draft", "--roster", file, "--profile", "excel-de")
    assert (code, said["version"]) == (0, 2)
    code, said = asked("plans", "diff", "--version", "1", "--with", "2")
    assert (code, said["shifts"]) == (0, [])
    code, said = asked("plans", "list")
    assert [row["status"] for row in said["versions"]] == ["draft", "locked"]
    code, said = asked("plans", "drift")
    assert (said["version"], said["changed_share"]) == (1, 0.0)


def test_plans_alone_lists_them_and_takes_options_before_what_as_after_it(
    asked, copied_ward, capsys
):
    assert asked("plans", "draft")[0] == 0
    code, said = asked("plans")
    assert (code, said) == asked("plans", "list")
    assert [row["version"] for row in said["versions"]] == [1]
    config = ("--config", str(copied_ward.config))
    assert main(["plans", *config, "--site", SITE, "show", "--version", "1"]) == 0
    assert f"Version 1 of {SITE}, draft." in capsys.readouterr().out
    assert main(["plans", "--site", "Nowhere", "show", "--site", SITE, *config]) == 0
    assert f"Version 1 of {SITE}, draft." in capsys.readouterr().out
    assert main(["plans", *config, "--site", "Nowhere"]) == 1
    assert "no site 'Nowhere'" in capsys.readouterr().err


def test_a_plan_below_minimum_cover_is_locked_with_a_flag_and_its_reason(
    asked, copied_ward, capsys
):
    emptied(copied_ward)
    code, said = asked("plans", "lock", "--version", "1", "--note", "agreed")
    assert code == 1
    assert "0 of 1 physician from" in said["error"]
    assert "(--below-minimum WHY)" in said["error"]
    lock = ["plans", "lock", "--version", "1", "--note", "agreed", "--below-minimum", "locum"]
    assert main([*lock, "--config", str(copied_ward.config)]) == 0
    assert "BELOW MINIMUM COVER, on purpose: locum" in capsys.readouterr().out
    assert main(["plans", "list", "--config", str(copied_ward.config)]) == 0
    assert "BELOW MINIMUM COVER (locum): agreed" in capsys.readouterr().out
    assert asked("plans", "draft")[1]["version"] == 2
    capsys.readouterr()
    assert main(["plans", "list", "--config", str(copied_ward.config)]) == 0
    assert "nan" not in capsys.readouterr().out
    for verb in (["plans", "show"], ["plans", "drift"], ["need"]):
        capsys.readouterr()
        assert main([*verb, "--config", str(copied_ward.config)]) == 0
        assert "on purpose: locum" in capsys.readouterr().out
    for way in ("show", "drift"):
        assert asked("plans", way)[1]["lock_below_minimum"] == "locum"
        assert asked("plans", way, "--version", "2")[1]["lock_below_minimum"] is None
    assert asked("need")[1]["against"][0]["lock_below_minimum"] == "locum"
    out = copied_ward.config.parent / "out"
    written = asked("export", "--out", str(out))[1]["written"]
    manifest = next(Path(file) for file in written if file.endswith(".manifest.json"))
    assert json.loads(manifest.read_text(encoding="utf-8"))["lock_below_minimum"] == "locum"


def test_below_minimum_every_role_is_named_with_how_often_and_by_how_much(
    copied_ward, capsys, tmp_path
):
    days = pd.date_range(day_of(copied_ward, 0), day_of(copied_ward, 60), freq="D")
    roles = ("physician", "nurse", "triage nurse")
    lines = [f"{day:%Y-%m-%d},{role},E,1" for day in days for role in roles]
    file = tmp_path / "thin.csv"
    file.write_text("\n".join(["date,role,code,heads", *lines]), encoding="utf-8")
    config = ("--config", str(copied_ward.config))
    assert main(["plans", "draft", "--roster", str(file), *config]) == 0
    capsys.readouterr()
    assert main(["plans", "show", *config]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "BELOW MINIMUM" in line]
    assert [line.split(" from ")[0] for line in said] == [
        "  BELOW MINIMUM: 0 of 1 physician",
        "  BELOW MINIMUM: 0 of 2 nurses",
        "  BELOW MINIMUM: 0 of 1 triage nurse",
    ]
    assert "(the worst of " in said[0]
    assert said[0].endswith("staff hours in all")


def test_a_file_that_is_silent_on_a_role_leaves_that_role_to_the_plan(
    asked, copied_ward, capsys, tmp_path
):
    planned = asked("plans", "draft")[1]["paid_hours"]
    days = pd.date_range(day_of(copied_ward, 0), day_of(copied_ward, 60), freq="D")
    lines = [f"{day:%Y-%m-%d},physician,{code},1" for day in days for code in ("E", "L", "N")]
    file = tmp_path / "physicians.csv"
    file.write_text("\n".join(["date,role,code,heads", *lines]), encoding="utf-8")
    code, said = asked("plans", "draft", "--roster", str(file))
    assert code == 0
    assert said["made_from"] == "physicians.csv, and the plan for nurse and triage nurse"
    assert said["paid_hours"]["nurse"] == planned["nurse"] > 0
    assert said["paid_hours"]["triage nurse"] == planned["triage nurse"] > 0
    assert said["paid_hours"]["physician"] != planned["physician"]


def test_an_edit_below_minimum_cover_is_refused_with_its_flag(asked, copied_ward, capsys):
    assert asked("plans", "draft")[0] == 0
    plan = plans.version(copied_ward.settings, SITE, 1).plan
    row = plan.shifts[plan.shifts["role"] == "triage nurse"].iloc[0]
    day = row["start"].tz_convert(ZONE).date()
    edit = ["--role", "triage nurse", "--day", str(day), "--shift", row["code"], "--reason", "x"]
    edit += ["--version", "1", "--heads", str(-int(row["heads"]))]
    code, said = asked("plans", "edit", *edit)
    assert code == 1
    assert "0 triage nurses on duty from" in said["error"]
    assert said["error"].endswith("or allow it expressly (--below-minimum).")
    assert asked("plans", "edit", *edit, "--below-minimum")[0] == 0
    assert main(["plans", "show", "--config", str(copied_ward.config), "--version", "1"]) == 0
    taken = rf"edit 1 by .*: −{row['heads']} triage nurse {row['code']}, "
    assert re.search(taken, capsys.readouterr().out)


def test_what_cannot_be_done_is_one_sentence(asked, copied_ward):
    assert "no version of its plan yet" in asked("export")[1]["error"]
    assert "did you mean 'generic-long'" in asked("export", "--profile", "generic-lon")[1]["error"]
    assert "No roster" in asked("plans", "draft", "--todays-roster")[1]["error"]
    assert "give --roster" in asked("plans", "draft", "--profile", "excel-de")[1]["error"]
    assert asked("plans", "list")[0] == 0
    assert "no version of its plan yet" in asked("plans", "show", "--version", "9")[1]["error"]


def test_where_no_plan_keeps_the_rules_a_draft_and_the_need_say_so(copied_ward, capsys):
    strict = copied_ward.config.with_name("strict.toml")
    text = copied_ward.config.read_text(encoding="utf-8")
    strict.write_text(f"{text}\n[department]\nhours_per_week = {{ physician = 60 }}\n")
    for verb in (["need"], ["plans", "draft"]):
        capsys.readouterr()
        assert main([*verb, "--config", str(strict)]) == 0
        assert "without the rules of the settings" in capsys.readouterr().err


def test_a_file_of_one_day_is_no_draft_of_four_weeks(asked, copied_ward, tmp_path):
    file = tmp_path / "day.csv"
    file.write_text(f"date,role,code,heads\n{day_of(copied_ward)},nurse,E,4\n", encoding="utf-8")
    code, said = asked("plans", "draft", "--roster", str(file))
    assert code == 1
    assert "day.csv tells of nurse from" in said["error"]
    assert asked("plans", "list")[1]["versions"] == []


def test_nothing_is_said_to_be_proven_of_a_version_that_was_edited(asked, copied_ward, capsys):
    assert asked("plans", "draft")[0] == 0
    where = ("--version", "1", "--role", "nurse", "--day", day_of(copied_ward), "--shift", "E")
    assert asked("plans", "edit", *where, "--heads", "1", "--reason", "fair")[0] == 0
    capsys.readouterr()
    assert main(["plans", "show", "--version", "1", "--config", str(copied_ward.config)]) == 0
    assert "Proven" not in capsys.readouterr().out


def test_the_profiles_are_listed_with_what_they_are_for(capsys, copied_ward):
    assert main(["export", "--profile", "list", "--config", str(copied_ward.config)]) == 0
    said = capsys.readouterr().out
    assert "template-healthroster" in said
    assert "check with your vendor" in said


def test_an_imported_roster_becomes_a_draft_to_read(asked, copied_ward, capsys, tmp_path):
    file = tmp_path / "r.csv"
    file.write_text(f"date,role,code,heads\n{day_of(copied_ward)},nurse,E,4\n", encoding="utf-8")
    assert asked("import-roster", str(file))[0] == 0
    said = asked("plans", "draft", "--todays-roster")[1]
    assert said["made_from"].startswith("today's roster")
    config = ("--config", str(copied_ward.config))
    assert main(["plans", "show", *config]) == 0
    said = capsys.readouterr().out
    assert "Version 1 of" in said
    assert "BELOW MINIMUM: 0 of 2 nurses from" in said  # nobody comes after the one early shift
    assert main(["plans", "list", *config]) == 0
    assert "from today's roster" in capsys.readouterr().out
