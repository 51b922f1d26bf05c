"""A site that counts by the day is staffed by the hour with hours that somebody lends."""

import csv
import re
from dataclasses import replace

import numpy as np
import pytest

from dashboard.cli import entry
from dashboard.service import answers, borrowed, jobs
from dashboard.service.errors import ServiceError
from data.store import Store
from tests.dashboard.conftest import SITE, ZONE


def lent(ward, source):
    site = replace(ward.settings.sites[0], hours_from=source)
    return replace(ward.settings, sites=(site,))


def test_days_with_lent_hours_are_staffed_by_the_hour(daily_ward):
    settings = lent(daily_ward, "general")
    answer = answers.answer(settings, answers.question(settings, SITE))
    assert answer.forecast.step == "day"
    assert answer.plan is not None
    assert any("hours are those of emergency departments in general" in n for n in answer.notes)


def test_days_without_lent_hours_say_how_to_get_them(daily_ward):
    answer = answers.answer(daily_ward.settings, answers.question(daily_ward.settings, SITE))
    assert answer.plan is None
    assert any('hours_from = "general"' in note for note in answer.notes)


def test_a_lender_that_is_none_is_named_in_the_answer(daily_ward):
    settings = lent(daily_ward, SITE)
    answer = answers.answer(settings, answers.question(settings, SITE))
    assert answer.plan is None
    assert any("has no hours to lend" in note for note in answer.notes)


def test_a_file_of_shares_may_have_a_heading(tmp_path):
    file = tmp_path / "hours.csv"
    file.write_text("share\n" + "\n".join(["1"] * 23 + ["2"]) + "\n")
    found = borrowed.profile("hours.csv", None, tmp_path)
    assert found.shares[23] == pytest.approx(2 / 25)
    assert found.source == "the file hours.csv"


def test_a_file_of_shares_may_name_its_hours(tmp_path):
    rows = [f"{hour},{0.08 if hour == 23 else 0.04}" for hour in range(24)]
    (tmp_path / "hours.csv").write_text("hour,share\n" + "\n".join(rows) + "\n")
    assert borrowed.profile("hours.csv", None, tmp_path).shares[23] == pytest.approx(2 / 25)


def test_a_word_in_a_file_of_shares_is_refused_with_its_line(tmp_path):
    (tmp_path / "hours.csv").write_text("1\n2\nmany\n")
    with pytest.raises(ServiceError, match=r"Line 3 of hours\.csv holds 'many'"):
        borrowed.profile("hours.csv", None, tmp_path)


def test_an_unknown_lender_is_refused(daily_ward, tmp_path):
    store = Store.open(daily_ward.settings.store)
    with pytest.raises(ServiceError, match=f"'nobody' is no source of hours: .*{SITE}"):
        borrowed.profile("nobody", store, tmp_path)


def daily_file(tmp_path):
    counts = np.random.default_rng(1).poisson(120, 60)
    stamps = np.datetime64("2026-01-01") + np.arange(60)
    file = tmp_path / "days.csv"
    rows = [f"{day},{count}" for day, count in zip(stamps, counts, strict=True)]
    file.write_text("\n".join(["date,arrivals", *rows]))
    return file


def test_days_are_forecast_and_planned_by_the_hour(tmp_path, capsys):
    common = ["--input", str(daily_file(tmp_path)), "--time-zone", ZONE, "--model", "profile",
              "--horizon", "3d", "--draws", "50", "--hours-from", "general"]  # fmt: skip
    out = tmp_path / "forecast.csv"
    assert entry.main(["forecast", *common, "--out", str(out)]) == 0
    assert "borrowed and not measured here" in capsys.readouterr().err
    with out.open() as text:
        assert len(list(csv.DictReader(text))) == 72
    staffing = tmp_path / "staffing.csv"
    assert entry.main(["plan", *common, "--out", str(staffing)]) == 0
    assert "borrowed and not measured here" in capsys.readouterr().err
    assert staffing.exists()


def test_lent_hours_know_no_mix(tmp_path, capsys):
    assert entry.main(["forecast", "--input", str(daily_file(tmp_path)), "--time-zone", ZONE,
                       "--hours-from", "general", "--split", "acuity"]) == 1  # fmt: skip
    assert "not both" in capsys.readouterr().err


def test_unknown_hours_are_refused_before_anything_is_forecast(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(jobs, "forecast", None)
    asked = ["forecast", "--input", str(daily_file(tmp_path)), "--time-zone", ZONE]
    assert entry.main([*asked, "--hours-from", "nowhere"]) == 1
    assert "'nowhere' is no source of hours" in capsys.readouterr().err


def test_a_thousand_patients_are_written_as_the_site_writes_them(tmp_path, capsys):
    busy = tmp_path / "busy.csv"
    days = np.datetime64("2026-01-01") + np.arange(60)
    busy.write_text("\n".join(["date,arrivals", *(f"{day},2500" for day in days)]))
    asked = ["forecast", "--input", str(busy), "--time-zone", ZONE, "--model", "profile"]
    assert entry.main([*asked, "--horizon", "3d"]) == 0
    first, busiest = capsys.readouterr().out.splitlines()[1:3]
    assert re.search(r"likely \d,\d{3} to \d,\d{3} \(8 in 10\)", first)
    assert re.search(r"\(likely \d,\d{3} to \d,\d{3}\)", busiest)
