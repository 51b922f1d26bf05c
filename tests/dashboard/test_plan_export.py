"""A version leaves in a profile and comes back as the same plan; its manifest vouches for it."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import settings as settings_file
from dashboard.service import plan_export, plans, profiles
from dashboard.service.errors import ServiceError
from dashboard.service.plan_version import Version
from dashboard.settings_export import DELIMITERS, ENCODINGS, ExportProfile, shipped
from dashboard.toml_table import SettingsError
from data.plans import StoredPlan
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.plan import COLUMNS, ShiftPlan
from staffing.planner import plan as plan_shifts
from staffing.requirement import Requirement
from staffing.roster import roster_of_text
from tests.dashboard.conftest import SITE

ZONES = ("Europe/London", "America/Chicago", "Asia/Kolkata")
MADE = pd.Timestamp("2026-10-20 08:00", tz="UTC")
NASTY = ("nurse", "=cmd", 'Dr "A", senior', "née;b", "+1")


def ward(roles, codes) -> Department:
    names = tuple(StaffRole(name, (60.0,) * 5, minimum=1) for name in roles)
    starts = ("07:00", "15:00", "23:00")
    patterns = tuple(ShiftPattern(*pair, 8) for pair in zip(codes, starts, strict=True))
    return Department("ward", names, patterns, Target(30, 0.8))


def version(department: Department, zone: str, start: str, heads: int = 2) -> Version:
    index = pd.date_range(pd.Timestamp(start, tz=zone).tz_convert("UTC"), periods=96, freq="30min")
    need = pd.DataFrame({role.name: heads for role in department.roles}, index=index)
    requirement = Requirement(
        "St. Mary's", zone, "profile", 0.85, Target(30, 0.8), need, need, need
    )
    about = {
        "site": "St. Mary's",
        "version": 3,
        "status": "locked",
        "lock_note": "agreed",
        "below_minimum": False,
        "lock_below_minimum": None,
        "area": "ward",
        "settings_hash": "abc",
        "data_version": 7,
        "forecast_id": 4,
        "changed_at_utc": MADE,
    }
    none = pd.DataFrame()
    return Version(StoredPlan(about, none, none, none, none), plan_shifts(requirement, department))


OURS = ["date", "shift", "role", "heads", "start_utc", "end_utc", "paid_hours", "start_time"]
FORMS = st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d %b %Y", "%Y%m%d"])


@st.composite
def a_profile(draw, roles, codes):
    columns = draw(st.permutations(OURS))
    theirs = draw(st.lists(st.text("äbc =,;'\"", min_size=1), min_size=8, max_size=8, unique=True))
    delimiter = draw(st.sampled_from(DELIMITERS))
    decimal = draw(st.sampled_from([sign for sign in ".," if sign != delimiter]))
    names = draw(st.lists(st.text("xyzä=+-", min_size=1), min_size=8, max_size=8, unique=True))
    return ExportProfile(
        "any",
        form="shift",
        columns=tuple(zip(columns, theirs, strict=True)),
        date_format=draw(FORMS),
        delimiter=delimiter,
        decimal=decimal,
        encoding=draw(st.sampled_from(list(ENCODINGS))),
        roles=tuple(zip(roles, names[:2], strict=True)),
        codes=tuple(zip(codes, names[2:5], strict=True)),
        rows_per_file=draw(st.sampled_from([0, 1, 5])),
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_export_then_import_gives_the_same_plan(data):
    roles = data.draw(st.permutations(NASTY).map(lambda names: names[:2]))
    codes = data.draw(st.permutations(["E", "=L", "N,1", "-x", "Ä"]).map(lambda names: names[:3]))
    zone = data.draw(st.sampled_from(ZONES))
    department = ward(roles, codes)
    start = data.draw(st.sampled_from(["2026-10-24", "2026-03-28", "2026-10-31", "2026-06-01"]))
    found = version(department, zone, start, data.draw(st.integers(1, 3)))
    wanted = data.draw(a_profile(roles, codes))
    made = plan_export.export(found, wanted)
    parts = []
    for file in made.files:
        text = profiles.read_back(file.content, file.name, wanted)
        parts.append(roster_of_text(text, file.name, department, zone).shifts)
    back = ShiftPlan(found.plan.requirement, pd.concat(parts)[COLUMNS])
    pd.testing.assert_frame_equal(back.shifts, found.plan.shifts)


@pytest.fixture
def found():
    return version(ward(("physician", "nurse"), ("E", "L", "N")), "Europe/London", "2026-10-24")


def rows(file, wanted=None) -> list[dict[str, str]]:
    encoding = ENCODINGS[wanted.encoding] if wanted else "utf-8"
    text = io.StringIO(file.content.decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=wanted.delimiter if wanted else ","))


def shipped_as(name: str) -> ExportProfile:
    return next(one for one in shipped() if one.name == name)


@pytest.mark.parametrize("profile", shipped(), ids=lambda one: one.name)
def test_every_shipped_profile_writes_rfc_4180_rows(found, profile):
    file = plan_export.export(found, profile).files[0]
    assert b"\r\n" in file.content
    assert len(rows(file, profile)) == file.rows > 0
    vendor = profile.name.startswith("template-")
    assert vendor == profile.label.endswith("check with your vendor")


def test_the_name_says_site_days_and_version_and_the_manifest_vouches(found):
    made = plan_export.export(found, shipped_as("generic-shift"))
    file = made.files[0]
    assert file.name == "staffing_St-Mary-s_2026-10-24_2026-10-25_v3.csv"
    about = json.loads(made.manifest.content)
    assert made.manifest.name == "staffing_St-Mary-s_2026-10-24_2026-10-25_v3.manifest.json"
    assert about["files"][0]["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert (about["rows"], about["model"], about["data_version"]) == (file.rows, "profile", 7)
    assert (about["status"], about["note"]) == ("locked", "agreed")
    again = plan_export.export(found, shipped_as("generic-shift"))
    assert again.files[0].content == file.content


def test_days_can_be_chosen_and_empty_ones_are_refused(found):
    day = date(2026, 10, 25)
    made = plan_export.export(found, shipped_as("generic-long"), day, day)
    assert {row["start_local"][:10] for row in rows(made.files[0])} == {"2026-10-25"}
    assert made.files[0].name.startswith("staffing_St-Mary-s_2026-10-25_2026-10-25")
    with pytest.raises(ServiceError, match="it runs from 2026-10-24 to 2026-10-25"):
        plan_export.export(found, shipped_as("generic-long"), date(2027, 1, 1))


def test_an_hour_shows_the_most_required_and_the_fewest_rostered(found):
    cover, need = found.plan.cover(), found.plan.requirement
    heads = need.heads.copy()
    heads.iloc[1, 0] = 9
    uneven = replace(need, heads=heads, high=heads)
    changed = Version(found.stored, replace(found.plan, requirement=uneven))
    made = plan_export.export(changed, ExportProfile("hours", interval=60))
    first = rows(made.files[0])[0]
    assert (first["required"], first["rostered"]) == ("9", str(cover.iloc[0, 0]))
    assert int(first["gap"]) == cover.iloc[1, 0] - 9
    quarter = plan_export.export(changed, shipped_as("interval-15min"))
    shown = quarter.shown
    assert shown["required"].tolist()[:5] == [2, 2, 9, 9, 2]
    assert shown["start_time"].tolist()[:5] == ["00:00", "00:15", "00:30", "00:45", "01:00"]
    assert shown["end_time"].tolist()[0] == "00:15"


def test_the_repeated_autumn_hour_stands_twice_in_quarters(found):
    shown = plan_export.export(found, shipped_as("interval-15min")).shown
    twice = shown[(shown["start_date"] == "2026-10-25") & (shown["start_time"] == "01:15")]
    assert twice["utc_offset"].tolist() == ["+01:00", "+00:00", "+01:00", "+00:00"]


def test_excel_finds_its_mark_its_signs_and_its_comma(found):
    wanted = shipped_as("excel-de")
    file = plan_export.export(found, wanted).files[0]
    assert file.content.startswith(b"\xef\xbb\xbfDatum;Dienst;")
    long = ExportProfile("long", delimiter=";", decimal=",")
    shown = rows(plan_export.export(found, long).files[0], long)
    assert shown[0]["service_level"] == "0,85"
    assert shown[0]["start_local"] == "2026-10-24 00:00"


def test_a_sign_that_an_encoding_lacks_is_refused(found):
    wanted = ExportProfile("old", form="shift", encoding="windows-1252", roles=(("nurse", "護"),))
    with pytest.raises(ServiceError, match="windows-1252, which has no sign '護'"):
        plan_export.export(found, wanted)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('form = "wide"', '"long" or "shift"'),
        ('columns = ["rol"]', "columns is 'rol'; it must be role"),
        ('columns = ["role=A", "gap=A"]', "columns is 'A'; it must be a name that occurs once"),
        ('delimiter = "/"', "one of , ; | or a tab"),
        ('decimal = ","', "not the delimiter"),
        ('encoding = "latin"', "one of utf-8"),
        ("interval = 20", "15, 30 or 60"),
        ('date_format = "%d.%m."', "tells all of it"),
        ('time_format = "%I:%M"', "tells all of it"),
        ('roles = { a = "x", b = "x" }', "roles is 'x'"),
        ("colums = []", "did you mean 'columns'"),
    ],
)
def test_a_profile_with_a_fault_is_one_sentence(tmp_path, text, words):
    file = tmp_path / "edinflow.toml"
    file.write_text(f'[[export]]\nname = "ours"\n{text}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        settings_file.load(file)


def test_a_profile_of_the_settings_stands_in_place_of_a_shipped_one(tmp_path):
    file = tmp_path / "edinflow.toml"
    file.write_text(
        '[[export]]\nname = "generic-long"\ndelimiter = "\\t"\n[[export]]\nname = "ours"\n',
        encoding="utf-8",
    )
    known = settings_file.load(file)
    assert profiles.profile(known, "generic-long").delimiter == "\t"
    names = [one.name for one in profiles.profiles(known)]
    assert names[:2] == ["generic-long", "ours"]
    assert names.count("generic-long") == 1
    with pytest.raises(ServiceError, match="did you mean 'generic-shift'"):
        profiles.profile(known, "generic-shft")


def test_what_cannot_be_read_back_says_so(found):
    wanted = shipped_as("generic-long")
    with pytest.raises(ServiceError, match="cannot be read back"):
        profiles.read_back(b"", "x.csv", wanted)
    with pytest.raises(ServiceError, match="has no column 'Datum'"):
        profiles.read_back(b"\xef\xbb\xbfa;b\r\n1;2\r\n", "x.csv", shipped_as("excel-de"))


def test_a_program_pulls_the_version_that_counts_in_one_file(copied_ward):
    with pytest.raises(ServiceError, match="no version of its plan yet"):
        plan_export.pulled(copied_ward.settings, SITE, "generic-long")
    first = plans.draft(copied_ward.settings, SITE, now=MADE)
    plans.lock(copied_ward.settings, SITE, first, "agreed", now=MADE)
    plans.draft(copied_ward.settings, SITE, now=MADE)
    small = ExportProfile("small", form="shift", rows_per_file=3)
    known = replace(copied_ward.settings, exports=(small,))
    made = plan_export.pulled(known, SITE, "small")
    assert [file.name.endswith("_v1.csv") for file in made.files] == [True]
    assert {row["status"] for row in rows(made.files[0])} == {"locked"}
    with pytest.raises(ServiceError, match="no export profile 'big'"):
        plan_export.pulled(known, SITE, "big")
