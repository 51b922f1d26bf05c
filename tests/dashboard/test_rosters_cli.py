"""Rosters from the terminal: need, replay, comparison and moves on a stored forecast."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main

SITE = "Mercy"
ZONE = "Europe/London"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with settings, ten weeks of arrivals, a forecast of a week and two rosters."""
    place = tmp_path_factory.mktemp("ward")
    hours = pd.date_range("2026-01-05", periods=70 * 24, freq="h")
    shape = 6 + 4 * np.sin((np.asarray(hours.hour) - 9) / 24 * 2 * np.pi)
    counts = np.random.default_rng(1).poisson(shape)
    table = pd.DataFrame({"time": hours.strftime("%Y-%m-%d %H:%M"), "patients": counts})
    table.to_csv(place / "arrivals.csv", index=False)
    (place / "edinflow.toml").write_text(
        f'[[site]]\nname = "{SITE}"\ntime_zone = "{ZONE}"\n[forecast]\nmodel = "profile"\n'
        "draws = 200\nhorizon_days = 7\n"
    )
    days = pd.date_range("2026-03-15", periods=9, freq="D").strftime("%Y-%m-%d")
    flat = {"E": 4, "L": 4, "N": 3}
    lines = [f"{day},physician,{code},{heads}" for day in days for code, heads in flat.items()]
    (place / "today.csv").write_text("date,role,code,heads\n" + "\n".join(lines) + "\n")
    config = ["--config", str(place / "edinflow.toml")]
    assert main(["ingest", str(place / "arrivals.csv"), "--site", SITE, *config]) == 0
    assert main(["forecast", "--site", SITE, "--as-of", "2026-03-16 00:00", *config]) == 0
    return place


def asked(capsys, folder, *arguments):
    capsys.readouterr()
    code = main([*arguments, "--config", str(folder / "edinflow.toml"), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out or said.err)


def test_need_says_what_one_fewer_costs(folder, capsys):
    out = folder / "need.csv"
    code, said = asked(capsys, folder, "need", "--out", str(out))
    assert code == 0
    assert said["written"] == [str(out)]
    table = pd.read_csv(out)
    assert set(table["role"]) == {"physician", "nurse", "triage nurse"}
    assert table["one_fewer"].between(0, 0.5).all()
    main(["need", "--config", str(folder / "edinflow.toml")])
    assert "One fewer physician costs most on" in capsys.readouterr().out


def test_need_and_plan_answer_with_the_same_hours(folder, capsys):
    _, need = asked(capsys, folder, "need")
    _, plan = asked(capsys, folder, "plan")
    assert need["roles"] == plan["roles"]
    assert need["shortfall"] == plan["shortfall"]
    main(["simulate", "--config", str(folder / "edinflow.toml")])
    assert "made on one half of the possible futures" in capsys.readouterr().out
    today = ["--roster", str(folder / "today.csv"), "--config", str(folder / "edinflow.toml")]
    main(["simulate", *today])
    assert "one half of the possible futures" not in capsys.readouterr().out


def test_where_costs_are_stated_the_heads_that_pay_are_said(folder, capsys):
    plain = (folder / "edinflow.toml").read_text()
    cover = "".join(
        f'[[department.shift]]\ncode = "{code}"\nstart = "{start}"\nhours = 12\n'
        for code, start in (("D", "07:00"), ("N", "19:00"))
    )
    for short, words in ((1000, "for 90% of moments"), (150, "for 33% of moments")):
        (folder / "costs.toml").write_text(
            f'[store]\npath = "var/edinflow.duckdb"\n{plain}[department]\nshort_cost = {short}\n'
            '[[department.role]]\nname = "physician"\nminutes = [70, 40, 25, 15, 10]\n'
            f"cost_per_hour = 100\n{cover}"
        )
        out = folder / "need.csv"
        assert main(["need", "--out", str(out), "--config", str(folder / "costs.toml")]) == 0
        assert words in capsys.readouterr().out
        table = pd.read_csv(out)
        if short == 1000:
            dear = table["by_cost"]
    assert (dear >= table["by_cost"]).all()
    assert dear.sum() > table["by_cost"].sum()


def test_a_roster_is_replayed_and_the_plan_beside_it(folder, capsys):
    today = str(folder / "today.csv")
    code, said = asked(capsys, folder, "simulate", "--roster", today)
    assert code == 0
    measures = {row["measure"]: row for row in said["measures"]}
    assert measures["mean wait, everyone"]["low"] <= measures["mean wait, everyone"]["value"]
    assert {"left unseen", "overtime", "busy with patients"} <= set(measures)
    code, said = asked(capsys, folder, "compare", "--roster", today)
    assert code == 0
    assert [roster["roster"] for roster in said["rosters"]] == ["today.csv", "the plan"]
    assert [roster["role"] for roster in said["rosters"]] == ["physician", "physician"]
    assert said["mean_wait_minutes"]["low"] <= said["mean_wait_minutes"]["high"]
    main(["compare", "--roster", today, "--config", str(folder / "edinflow.toml")])
    printed = capsys.readouterr().out
    assert "On the same patients, the plan instead of today.csv" in printed
    assert printed.startswith("today.csv (physician), replayed on ")
    assert "\nthe plan (physician), replayed on " in printed
    before, after = (roster["paid_hours"] for roster in said["rosters"])
    assert before == 8 * 8 * (4 + 4 + 3) - 8 * (4 + 4) != after  # seven days, eight nights
    assert f"today.csv has {before:,.0f} paid hours of physician, the plan {after:,.0f}" in printed
    main(["compare", "--roster", today, "--with", today, "--config", str(folder / "edinflow.toml")])
    assert "not equally long" not in capsys.readouterr().out


def test_patients_present_are_said_by_hour_and_compared(folder, capsys):
    today = str(folder / "today.csv")
    whole = folder / "whole.toml"
    plain = (folder / "edinflow.toml").read_text()
    whole.write_text(
        f'[store]\npath = "var/edinflow.duckdb"\n{plain}[department]\n'
        "time_in_care = [240, 200, 180, 120, 90]\n"
    )
    _, few = asked(capsys, folder, "simulate", "--roster", today)
    main(["simulate", "--roster", today, "--by-hour", "--config", str(folder / "edinflow.toml")])
    printed = capsys.readouterr().out
    assert "waiting or in care: " in printed
    assert "Only those who wait for a physician or are in care of one are counted" in printed
    assert printed.count(" in 19 of 20\n") == 24
    main(["simulate", "--roster", today, "--config", str(whole)])
    printed = capsys.readouterr().out
    assert "in the department: " in printed
    assert "in 19 of 20 such hours" in printed
    assert "Only those who wait" not in printed
    main(["simulate", "--role", "nurse", "--config", str(whole)])
    assert "what they wait for physicians is left out" in capsys.readouterr().out
    capsys.readouterr()
    main(["compare", "--roster", today, "--config", str(whole)])
    printed = capsys.readouterr().out
    assert "It changes the patients in the department at " in printed
    main(["compare", "--roster", today, "--config", str(whole), "--json"])
    said = json.loads(capsys.readouterr().out)
    one, other = (pd.DataFrame(each["occupancy"]["by_hour"]) for each in said["rosters"])
    assert one["hour"].tolist() == list(range(24))
    assert one["mean"].mean() > 2 * pd.DataFrame(few["occupancy"]["by_hour"])["mean"].mean()
    change = pd.DataFrame(said["patients_present"]["by_hour"])
    np.testing.assert_allclose(change["value"], other["mean"] - one["mean"], atol=1e-9)
    assert said["patients_present"]["value"] == pytest.approx(change["value"].mean(), abs=1e-6)
    main(["compare", "--roster", today, "--with", today, "--config", str(whole)])
    printed = capsys.readouterr().out
    assert "changes the mean wait by nothing and those who leave unseen by nothing." in printed
    main(["compare", "--roster", today, "--with", today, "--config", str(whole), "--json"])
    assert json.loads(capsys.readouterr().out)["patients_present"]["value"] == 0


def test_moves_are_listed_and_the_roster_after_them_is_read_back(folder, capsys):
    today, out = str(folder / "today.csv"), folder / "moved.csv"
    code, said = asked(capsys, folder, "moves", "--roster", today, "--most", "3", "--out", str(out))
    assert code == 0
    waits = [move["mean_wait_after"] for move in said["moves"]]
    assert len(waits) == 3
    assert waits[-1] < said["mean_wait_today"]
    code, again = asked(capsys, folder, "simulate", "--roster", str(out))
    assert code == 0
    measures = {row["measure"]: row["value"] for row in again["measures"]}
    assert measures["mean wait, everyone"] == pytest.approx(waits[-1], abs=0.2)


def test_moves_and_comparisons_take_the_imported_roster_where_no_file_is_named(
    tmp_path, folder, capsys
):
    shutil.copytree(folder, tmp_path / "ward")
    here = tmp_path / "ward"
    for verb in ("moves", "compare"):
        code, said = asked(capsys, here, verb)
        assert code == 1
        assert "edinflow import-roster FILE" in said["error"]
    today, config = str(here / "today.csv"), ["--config", str(here / "edinflow.toml")]
    one_day = (here / "today.csv").read_text().splitlines()[:4]
    (here / "day.csv").write_text("\n".join(one_day).replace("03-15", "03-18") + "\n")
    assert main(["import-roster", str(here / "day.csv"), "--site", SITE, *config]) == 0
    code, said = asked(capsys, here, "moves")
    assert code == 1
    assert "tells nothing of physician on 2026-03-17 00:00" in said["error"]
    assert main(["import-roster", today, "--site", SITE, *config]) == 0
    for verb in (["moves", "--most", "2"], ["compare"]):
        code, said = asked(capsys, here, *verb)
        assert code == 0
        _, named = asked(capsys, here, *verb, "--roster", today)
        if "moves" in said:
            assert said["moves"] == named["moves"]
        else:
            assert said["rosters"][0]["roster"] == "today's roster"
            assert said["rosters"][0]["measures"] == named["rosters"][0]["measures"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["simulate", "--roster", "none.csv"], "There is no file"),
        (["simulate", "--role", "porter"], "Unknown role 'porter'"),
        (["simulate", "--standard", "ATX"], "did you mean 'ATS'"),
        (["simulate", "--pickup-stop", "-5"], "give 0 or more"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(folder, capsys, arguments, words):
    code, said = asked(capsys, folder, *arguments)
    assert code == 1
    assert words in json.dumps(said, ensure_ascii=False)


def test_codes_of_people_who_are_not_at_work_are_mapped_to_nothing(tmp_path, folder, capsys):
    shutil.copytree(folder, tmp_path / "ward")
    wide = tmp_path / "wide.csv"
    wide.write_text("person,role,2026-03-17,2026-03-18\nAnn,physician,AL,Early\n")
    config = ["--site", SITE, "--config", str(tmp_path / "ward/edinflow.toml")]
    assert main(["import-roster", str(wide), "--codes", "AL", *config]) == 2
    assert "as Early=E,Late=L,AL=" in capsys.readouterr().err
    assert main(["import-roster", str(wide), "--codes", "AL=,Early=E", *config]) == 0
    assert "physician: 1 shift, 8 hours, 17 Mar 2026 to 18 Mar 2026" in capsys.readouterr().out


def test_a_roster_of_another_week_is_refused(folder, capsys):
    other = folder / "old.csv"
    other.write_text("date,role,code\n2025-03-17,physician,E\n")
    code, said = asked(capsys, folder, "simulate", "--roster", str(other))
    assert code == 1
    assert "they do not meet" in json.dumps(said)


def test_a_roster_of_one_day_is_not_taken_for_nobody_on_the_others(folder, capsys):
    lines = (folder / "today.csv").read_text().splitlines()
    days = sorted({line.split(",")[0] for line in lines[1:]})
    part = folder / "one_day.csv"
    part.write_text("\n".join([lines[0], *(one for one in lines if days[2] in one)]) + "\n")
    config = ["--config", str(folder / "edinflow.toml")]
    assert main(["simulate", "--roster", str(part), "--site", SITE, *config]) == 1
    assert "add the other days" in capsys.readouterr().err


def test_each_command_knows_what_the_rosters_call_our_roles(folder, capsys, tmp_path):
    text = (folder / "edinflow.toml").read_text()
    own = folder / "own.toml"
    own.write_text(f'[store]\npath = "var/edinflow.duckdb"\n{text}'
                   '[roster.roles]\nDoctor = "physician"\n')  # fmt: skip
    roster = tmp_path / "doctors.csv"
    roster.write_text((folder / "today.csv").read_text().replace("physician", "Doctor"))
    for verb in (["simulate"], ["moves", "--most", "1"], ["plan", "--max-changes", "90"]):
        capsys.readouterr()
        code = main([*verb, "--roster", str(roster), "--config", str(own)])
        assert (code, "Unknown role" in capsys.readouterr().err) == (0, False)


def test_a_roster_is_taken_in_and_named_by_role(folder, capsys):
    code, said = asked(capsys, folder, "import-roster", str(folder / "today.csv"))
    assert code == 0
    assert said["roles"] == [{"role": "physician", "shifts": 99, "hours": 792.0}]
    main(["import-roster", str(folder / "today.csv"), "--config", str(folder / "edinflow.toml")])
    assert "physician: 99 shifts, 792 hours, 15 Mar 2026 to 23 Mar 2026." in capsys.readouterr().out


def test_a_roster_with_unknown_codes_is_refused_with_its_line(folder, capsys, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("date,role,code\n2026-03-16,physician,EARLY\n", encoding="utf-8")
    code, said = asked(capsys, folder, "import-roster", str(bad))
    assert code == 1
    assert said["error"].startswith("bad.csv, line 2: unknown shift code 'EARLY'")
    code, _ = asked(capsys, folder, "import-roster", str(bad), "--codes", "EARLY=E")
    assert code == 0


@pytest.mark.parametrize("verb", [["simulate"], ["compare", "--roster", "today.csv"]])
def test_that_returning_patients_are_replayed_in_one_visit_is_said(folder, capsys, verb):
    plain = (folder / "edinflow.toml").read_text()
    role = '[[department.role]]\nname = "physician"\nminutes = [70, 40, 25, 15, 10]\n'
    back = "returning = { share = 0.5, away_minutes = 60 }\n"
    asked = [str(folder / word) if word.endswith(".csv") else word for word in verb]
    for more, said in ((back, True), ("", False)):
        config = folder / "back.toml"
        config.write_text(f'[store]\npath = "var/edinflow.duckdb"\n{plain}{role}{more}')
        assert main([*asked, "--config", str(config)]) == 0
        assert ("come back to a physician" in capsys.readouterr().out) == said
