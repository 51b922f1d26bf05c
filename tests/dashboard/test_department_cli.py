"""`edinflow department`: a file to fill in, and its meaning in words."""

import json

import numpy as np
import pandas as pd
import pytest

from dashboard import settings
from dashboard.cli import main
from staffing.department import default_department


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(capsys, *arguments):
    capsys.readouterr()
    code = main(["department", "check", *arguments])
    said = capsys.readouterr()
    return code, said.out or said.err


def test_what_is_written_says_the_defaults_and_is_never_replaced(here, capsys):
    assert main(["department", "init"]) == 0
    assert 'file = "department.toml"' in capsys.readouterr().out
    (here / "edinflow.toml").write_text('[department]\nfile = "department.toml"\n')
    assert settings.load().department == default_department()
    before = (here / "department.toml").read_text()
    assert main(["department", "init"]) == 1
    assert "is already there and is not replaced" in capsys.readouterr().err
    assert (here / "department.toml").read_text() == before


def test_each_setting_has_its_value_and_its_source(here, capsys):
    code, said = checked(capsys)
    assert code == 0
    assert "no settings file, the defaults stand" in said
    assert "Dreyer" in said
    assert "80% of patients wait at most 30 minutes. [The time of most triage scales" in said
    assert "A rough day of 100 patients (assumed, as no arrivals are loaded):" in said
    assert "✓ Plans can be made with it." in said
    code, said = checked(capsys, "--json")
    told = json.loads(said)
    assert all(row["value"] and row["source"] for row in told["settings"])


def test_work_of_the_rough_day_is_patients_times_minutes(here, capsys):
    """120 patients, 30 minutes each at half of the time on patients, are 120 hours."""
    (here / "w.toml").write_text(
        "[department]\nservice_level = 0.9\n[[department.role]]\n"
        'name = "doctor"\nminutes = [30, 30, 30, 30, 30]\npatient_share = 0.5\n'
    )
    code, said = checked(capsys, "w.toml", "--patients", "120", "--json")
    assert code == 0
    told = json.loads(said)
    (role,) = told["rough_day"]["roles"]
    assert role["work_hours"] == pytest.approx(120)
    assert role["duty_hours"] >= 120
    assert role["least"] < role["most"]
    own = {row["setting"] for row in told["settings"] if row["source"].startswith("Your settings")}
    assert {"service_level", "role doctor"} <= own


def test_every_setting_is_explained(here, capsys):
    (here / "w.toml").write_text(
        '[department]\nstandard = "ATS"\nlength_of_stay = [240, 300, 270, 180, 120]\n'
        "patience = { mean_minutes = [inf, inf, 360, 300, 240] }\n"
        'hours_per_week = { doctor = 600 }\nlimits_hold = "on average"\n'
        "budget_per_week = 900000\npatterns_at_most = 6\nchanges_per_week = 7\nshort_cost = 250\n"
        'break = { minutes = 45 }\ncodes = { "AL" = "" }\n'
        '[[department.post]]\nrole = "doctor"\nstart = "22:00"\nend = "08:00"\ndays = ["Fri"]\n'
        '[[department.premium]]\nstart = "20:00"\nend = "07:00"\nfactor = 1.25\n'
        '[[department.limit]]\nrole = "doctor"\ncodes = ["LN"]\nat_most = 14\n'
        '[[department.role]]\nname = "doctor"\nminutes = [40, 40, 40, 30, 30]\ncost_per_hour = 90\n'
        "returning = { share = 0.5, away_minutes = 60 }\nsees = [1, 1, 1, 0.5, 0.5]\n"
        '[[department.role]]\nname = "nurse"\nfixed_posts = 2\n[[department.role.area]]\n'
        'name = "majors"\nacuities = [2, 3]\npatients_per_head = 4\n'
    )
    code, said = checked(capsys, "w.toml")
    assert code == 0
    for words in (
        "ATS: 100% within 2, 80% within 10", "by acuity. [Australasian", "240, 300, 270, 180, 120",
        "inf / inf / 360 / 300 / 240", "hours_per_week of doctor: at most 600",
        "budget_per_week: at most 900,000", "6 different shifts", "7 shifts from today",
        "limits_hold: hours, budget and changes on average over the whole plan",
        "250 for an hour", "45 minutes in shifts of 6 hours", "AL = not at work",
        "1 doctor from 22:00 to 08:00, Fri", "cost 1.25 times", "14 shifts LN of doctor",
        "50% come back after 60 minutes", "sees 100% / 100% / 100% / 50% / 50%",
        "majors (acuity 2, 3): one to 4 patients", "2 on posts of their own",
    ):  # fmt: skip
        assert words in said


def test_what_no_plan_can_keep_is_said_and_the_exit_code_tells(here, capsys):
    (here / "w.toml").write_text("[department]\nhours_per_week = { nurse = 100 }\n")
    code, said = checked(capsys, "w.toml")
    assert code == 1
    assert "✗ hours_per_week gives 'nurse' 100 hours" in said
    assert "1 to correct" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.toml"], "There is no settings file none.toml"),
        (["--patients", "0"], "give the patients of a day"),
        (["--site", "Mercy"], "holds no arrivals yet"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(here, capsys, arguments, words):
    code, said = checked(capsys, *arguments)
    assert code == 1
    assert words in said


def test_a_minimum_far_above_all_work_is_a_concern_and_one_for_safety_is_none(here, capsys):
    role = '[[department.role]]\nname = "nurse"\nminutes = [60, 60, 60, 60, 60]\nminimum = '
    (here / "w.toml").write_text(f"[department]\n{role}200\n")
    code, said = checked(capsys, "w.toml", "--patients", "88")
    assert code == 0
    words = "▲ The minimum of role 'nurse' is 200 at all times: 4,800 hours on duty for 88 of work"
    assert words in said
    told = json.loads(checked(capsys, "w.toml", "--patients", "88", "--json")[1])
    assert any("is 200 at all times" in one["sentence"] for one in told["concerns"])
    (here / "w.toml").write_text(f"[department]\n{role}2\n")
    assert "at all times:" not in checked(capsys, "w.toml", "--patients", "5")[1]


def test_the_doctor_names_what_no_plan_can_keep(here, capsys):
    (here / "edinflow.toml").write_text("[department]\nhours_per_week = { nurse = 100 }\n")
    main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    (found,) = [one for one in told["findings"] if one["name"] == "department"]
    assert found["state"] == "broken"
    assert "'nurse' 100 hours" in found["found"]
    (here / "edinflow.toml").write_text("")
    main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    (found,) = [one for one in told["findings"] if one["name"] == "department"]
    assert found["state"] == "ok"


@pytest.fixture
def visits(here):
    """Two acuities whose waits, times in care and so stays are known, and three of acuity 1."""
    rng = np.random.default_rng(1)
    size = 4000
    acuity = rng.choice([2, 3], size)
    acuity[:3] = 1
    arrived = pd.Timestamp("2026-01-05") + pd.to_timedelta(rng.uniform(0, 40 * 1440, size), "min")
    wait = rng.exponential(20, size)
    care = np.where(acuity == 2, rng.gamma(2, 100, size), rng.gamma(1, 90, size))
    frame = pd.DataFrame(
        {"arrived_at": arrived, "acuity": acuity, "seen_at": arrived + pd.to_timedelta(wait, "min")}
    )
    frame["left_at"] = frame["seen_at"] + pd.to_timedelta(care, "min")
    frame.to_parquet(here / "visits.parquet")
    frame.drop(columns="seen_at").to_csv(here / "plain.csv", index=False)
    frame[frame["acuity"] == 1].to_csv(here / "few.csv", index=False)
    return care, acuity


def test_what_is_learned_from_visits_fits_and_can_be_written_down(here, visits, capsys):
    care, acuity = visits
    where = ["--time-zone", "UTC"]
    assert main(["department", "learn", "visits.parquet", *where, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    two, three = told["time_in_care"][1:3]
    assert two["mean_minutes"] == pytest.approx(care[acuity == 2].mean(), rel=0.02)
    assert two["spread"] == pytest.approx(0.5**0.5, rel=0.05)
    assert three["spread"] == pytest.approx(1, rel=0.05)
    assert max(two["misfit"], three["misfit"]) < 0.03
    assert three["recorded_minutes"] == pytest.approx(
        np.quantile(care[acuity == 3], [0.1, 0.5, 0.9]), rel=0.02
    )
    assert "recorded_minutes" not in told["time_in_care"][0]  # three patients teach nothing
    assert main(["department", "learn", "visits.parquet", *where]) == 0
    said = capsys.readouterr().out
    assert "acuity 1: too few, taken from all acuities together." in said
    assert "how many minutes of a head a patient takes is not in such a file" in said
    lines = [line.strip() for line in said.splitlines() if " = [" in line]
    (here / "edinflow.toml").write_text("[department]\n" + "\n".join(lines) + "\n")
    department = settings.load().department
    assert department.times_in_care[1].mean_minutes == round(two["mean_minutes"])
    assert department.times_in_care[2].spread == pytest.approx(three["spread"], abs=0.005)
    assert [stay.form for stay in (department.stays[0], department.times_in_care[0])] == [
        "lognormal", "gamma",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        ("plain.csv", 0, "plain.csv does not say when care began"),
        ("few.csv", 1, "few.csv has too few visits with a departure to learn from: 30 are needed."),
        ("none.csv", 1, "There is no file"),
    ],
)
def test_what_cannot_be_learned_is_said(here, visits, capsys, file, code, words):
    assert main(["department", "learn", file, "--time-zone", "UTC"]) == code
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert "time_in_care = " not in said.out
    if not code:
        assert "length_of_stay = " in said.out


def test_where_the_fit_is_off_it_says_so_and_gives_the_recorded_mean(here, capsys):
    rng = np.random.default_rng(2)
    stay = np.concatenate([rng.uniform(1, 15, 400), rng.lognormal(5.3, 0.5, 1600)])
    arrived = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(len(stay)), "h")
    frame = pd.DataFrame({"arrived_at": arrived, "acuity": 4})
    frame["left_at"] = frame["arrived_at"] + pd.to_timedelta(stay, "min")
    # Half past two does not exist on the day on which the clock goes forward.
    frame.loc[0, "arrived_at"] = pd.Timestamp("2026-03-29 02:30")
    frame.to_parquet(here / "odd.parquet")
    assert main(["department", "learn", "odd.parquet", "--time-zone", "Europe/Stockholm"]) == 0
    said = capsys.readouterr()
    (line,) = [row for row in said.out.splitlines() if "length_of_stay = [" in row]
    assert f"{stay[1:].mean():.0f}" in line.split("[")[1].split(", ")[3]
    (warning,) = [row for row in said.out.splitlines() if "▲" in row]
    assert "The spread of length_of_stay does not fit acuity 4 (mean" in warning
    assert "2 rows arrive in an hour that the clock skipped or repeated: left out." in said.err


def test_options_may_stand_before_the_file(here, visits, capsys):
    assert main(["department", "learn", "--time-zone", "UTC", "plain.csv", "--json"]) == 0
    before = capsys.readouterr().out
    assert main(["department", "learn", "plain.csv", "--time-zone", "UTC", "--json"]) == 0
    assert capsys.readouterr().out == before
    assert main(["department", "learn", "--time-zone", "UTC", "plain.csv", "more.csv"]) == 2
    assert "unrecognized arguments: more.csv" in capsys.readouterr().err
    (here / "w.toml").write_text('[department]\nname = "North"\n')
    assert "Department 'North'" in checked(capsys, "--patients", "90", "w.toml")[1]


def test_a_missing_file_is_named_before_a_missing_time_zone(here, capsys):
    assert main(["department", "learn", "nofile.csv"]) == 1
    assert "There is no file nofile.csv." in capsys.readouterr().err


def test_learning_needs_a_file(here, capsys):
    assert main(["department", "learn"]) == 1
    assert "say edinflow department learn VISITS" in capsys.readouterr().err
