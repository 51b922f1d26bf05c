"""[department] of edinflow.toml: what it may say, and each refusal with its setting and line."""

import re

import pytest

from dashboard import settings
from dashboard.settings import SettingsError
from staffing.patience import SURVEY
from staffing.role import Area
from staffing.rules import BreakRule

ROLE = '[[department.role]]\nname = "doctor"\nminutes = [70, 40, 25, 15, 10]\n'
SHIFTS = "".join(
    f'[[department.shift]]\ncode = "{code}"\nstart = "{start}"\nhours = 12\n'
    for code, start in (("D", "07:00"), ("N", "19:00"))
)


def load(folder, text, name="edinflow.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return settings.load(path)


def test_every_example_of_the_template_can_be_switched_on(tmp_path):
    text = settings.TEMPLATE.read_text(encoding="utf-8")
    department = text[text.index("[department]") : text.index("[huddle]")]
    examples = re.findall(r"^# ((?:\w+ = |\[\[).*)$", department, flags=re.MULTILINE)
    assert len(examples) > 30
    switched = re.sub(r"^# ((?:\w+ = |\[\[).*)$", r"\1", department, flags=re.MULTILINE)
    # Of two examples of one key, or of a thing that stands alone, one is taken.
    lines = switched.splitlines()
    lines = [line for line in lines if not line.startswith(("file", "own_standard", "sees"))]
    lines = [line for line in lines if "mean_minutes" not in line]
    lines = [line for line in lines if "short_cost" not in line and "budget" not in line]
    lines = [line for line in lines if not line.startswith("roles")]
    found = load(tmp_path, "\n".join(lines))
    assert found.department.standard.name == "ATS"
    assert found.department.role("ward nurse").areas[1] == Area("majors", (2, 3), 4)
    assert found.department.role("physician").returning.visits == 2
    assert [stay.mean_minutes for stay in found.department.times_in_care] == [
        220, 220, 170, 135, 120,
    ]  # fmt: skip
    assert found.department.times_in_care[0].spread == 0.9
    assert found.rules.breaks == BreakRule()
    assert found.rules.posts[0].window.days == (4, 5)
    assert found.rules.hours == (("physician", 616.0),)
    assert dict(found.codes) == {"Early": "E", "AL": ""}


def test_every_example_of_a_site_can_be_switched_on_where_it_stands(tmp_path):
    text = settings.TEMPLATE.read_text(encoding="utf-8")
    places = text[: text.index("[department]")]
    examples = re.findall(r"^# (\w+ = .*)$", places, flags=re.MULTILINE)
    assert len(examples) == 7
    (site,) = load(tmp_path, re.sub(r"^# (\w+ = .*)$", r"\1", places, flags=re.MULTILINE)).sites
    assert (site.feed_delay, site.hours_from) == ((0.6, 0.9), "general")
    assert (site.events, site.regressors) == (("events.csv",), ("weather.csv",))
    assert len(site.ignore) == 1


def test_care_at_once_may_be_promised_to_resuscitation(tmp_path):
    text = "[department]\nown_standard = { minutes = [0, 10, 30, 60, 120], "
    found = load(tmp_path, text + "shares = [1, 0.8, 0.8, 0.8, 0.8] }\n")
    assert found.department.standard.minutes[0] == 0


def test_what_is_not_said_has_its_default(tmp_path):
    found = load(tmp_path, "[department]\nservice_level = 0.9\n")
    assert found.stated == {"service_level"}
    assert found.department.patience == SURVEY
    assert found.department.pickup_stop_minutes == 30
    assert found.rules.empty


def test_a_standard_stands_alone_or_beside_a_target(tmp_path):
    alone = load(tmp_path, '[department]\nstandard = "CTAS"\n').department
    assert alone.target is None
    beside = load(
        tmp_path, '[department]\nstandard = "CTAS"\ntarget_wait_minutes = 45\n'
    ).department
    assert beside.target.wait_minutes == 45
    assert beside.standard == alone.standard


def test_the_department_may_have_a_file_of_its_own(tmp_path):
    load(tmp_path, f"[department]\npickup_stop_minutes = 15\n{ROLE}{SHIFTS}", "ward.toml")
    found = load(tmp_path, '[department]\nfile = "ward.toml"\n')
    assert found.department.pickup_stop_minutes == 15
    assert [role.name for role in found.department.roles] == ["doctor"]
    with pytest.raises(SettingsError, match=r"line 3: 'department.name'.*in ward.toml"):
        load(tmp_path, '[department]\nfile = "ward.toml"\nname = "x"\n')


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[department]\nstandard = "ATX"\n', 2, "did you mean 'ATS'"),
        ("[department]\nservice_level = 80\n", 2, "service level is 80"),
        ("[department]\ntarget_share = 1\n", 2, "waiting target holds for 1"),
        ("[department]\ntarget_wait_minutes = 0\n", 2, "waiting target is 0 minutes: give more"),
        ("[department]\nstep_minutes = 25\n", 2, "use 15, 30 or 60"),
        ('[[department.role]]\nname = "n"\nminuts = [1, 2, 3, 4, 5]\n', 1, "by 'minuts'?"),
        (
            '[[department.post]]\nrole = "nurse"\nstart = "25:00"\nend = "08:00"\n',
            1,
            "A window from '25:00' to '08:00'",
        ),
        ("[department]\n\npickup_stop_minutes = -5\n", 3, "-5 minutes before the end"),
        ("[department]\nbudget_per_week = 0\n", 2, "The budget is 0: give more than 0"),
        ("[department]\nbudget_per_week = 900\n", 1, "no role has a cost"),
        ("[department]\nhours_per_week = { porter = 5 }\n", 2, "Unknown role 'porter'"),
        ("[department]\nhours_per_week = { nurse = 0 }\n", 2, "'nurse' has 0 hours"),
        ("[department]\nchanges_per_week = -1\n", 2, "Changes a week are -1"),
        ("[department]\nchanges_per_week = 0.5\n", 2, "0.5: give a whole number"),
        ('[department]\nlimits_hold = "a month"\n', 2, "'each week' or 'on average'"),
        ("[department]\npatterns_at_most = 0\n", 2, "a whole number from 1"),
        ('[department]\nlength_of_stay = "soon"\n', 2, "'soon'"),
        ("[department]\nlength_of_stay = [60, 60]\n", 2, "a list of 5 numbers"),
        ("[department]\nlength_of_stay = [60, 60, -1, 60, 60]\n", 2, "acuity 3 is -1 minutes"),
        ("[department]\nbreak = { minutes = -30 }\n", 2, "Breaks of -30 minutes"),
        ("[department]\npatience = { bands = [[0.5, 0]] }\n", 2, "lists of 3 numbers"),
        ("[department]\npatience = { bands = [[1.5, 0, 9]] }\n", 2, "Patience band"),
        (ROLE.replace("70", "-70") + SHIFTS, 3, "-70 minutes of care for acuity 1"),
        (ROLE + "sees = [1, 1, 1, 1, 2]\n" + SHIFTS, 4, "five shares from 0 to 1"),
        (ROLE + "returning = { share = 1, away_minutes = 30 }\n" + SHIFTS, 4, "share of 1"),
        (
            ROLE + '[[department.role.area]]\nname = "a"\nacuities = [7]\npatients_per_head = 4\n',
            6,
            "give numbers from 1 to 5",
        ),
        (
            '[[department.role]]\nname = "n"\n[[department.role.area]]\nname = "a"\n'
            "acuities = [2]\npatients_per_head = 4\n",
            None,
            "length of stay of acuity 2 is not known",
        ),
        ('[[department.post]]\nrole = "porter"\nstart = "22:00"\nend = "08:00"\n', None, "porter"),
        (
            '[[department.post]]\nrole = "nurse"\nstart = "22:00"\nend = "08:00"\n'
            'days = ["Sunday"]\n',
            1,
            "'Sunday' is no day",
        ),
        (
            ROLE + ROLE.replace("doctor", "nurse").replace("15", "-15") + SHIFTS,
            6,
            "'department.role[2].minutes': Role 'nurse' has -15 minutes of care for acuity 4",
        ),
        (ROLE + "patient_share = 1.2\n" + SHIFTS, 4, "spends 1.2 of its time"),
        (ROLE + "cost_per_hour = -1\n" + SHIFTS, 4, "costs -1 an hour"),
        (ROLE + SHIFTS.replace("hours = 12", "hours = 30"), 7, "lasts 30 hours"),
        (
            "[department.own_standard]\nshares = [1, 1, 1, 1, 1]\nminutes = [-1, 9, 9, 9, 9]\n",
            3,
            "must be 0 or more",
        ),
        (
            "[department]\nown_standard = { minutes = [0, 0, 0, 0, 0], shares = [1, 1, 1, 1, 1] }",
            2,
            "'department.own_standard.minutes': No staffing keeps 'own standard': minutes "
            "[0.0, 0.0, 0.0, 0.0, 0.0] promise care at once to every acuity",
        ),
        (
            "[department.own_standard]\nminutes = [0, 10, 30, 60, 120]\n"
            "shares = [1, 1, 0.8, 0.8, 0.8]\n",
            3,
            "own_standard.shares': No staffing keeps 'own standard' for acuity 2: 100 %",
        ),
        (
            '[department]\nservice_level = 0.8\nstandard = "four-hour"\n'
            + ROLE.replace("70", "250")
            + SHIFTS,
            3,
            "'department.standard': No staffing keeps 'four-hour' for acuity 1: care by role "
            "'doctor' alone takes 250 of its 240 minutes",
        ),
        ("[department]\ntime_in_care = [60, 60, 0, 60, 60]\n", 2, "time in care of acuity 3 is 0"),
        ("[department]\ntime_in_care_spread = 7\n", 2, "a spread of 7"),
        ("[department]\nlength_of_stay_spread = [1, 1, 1]\n", 2, "a list of 5 numbers"),
        ("[department]\ntime_in_care_spread = [1, 1, 1, -1, 1]\n", 2, "acuity 4 is 60 minutes"),
        ("[department.patience]\nmean_minutes = [9, 9, 9, 9, -9]\n", 2, "five means above 0"),
        ("[department.break]\nfrom_hours = 6\nminutes = -30\n", 3, "Breaks of -30 minutes"),
        ('[[department.premium]]\nstart = "20:00"\nend = "07:00"\n', 1, ".factor' is missing"),
        (
            '[[department.limit]]\nrole = "nurse"\ncodes = ["ZZ"]\nat_most = 3\n',
            None,
            "the code 'ZZ'",
        ),
        ('[department]\ncodes = { "Frueh" = "ZZ" }\n', 2, "'Frueh' is mapped to 'ZZ'"),
        (
            ROLE + "[[department.shift]]\ncode = 'D'\nstart = '07:00'\nhours = 12\n",
            1,
            "covers 00:00",
        ),
        (ROLE + SHIFTS.replace('"N"', '"D"'), 9, "shift code 'D' occurs 2 times"),
        (ROLE + SHIFTS.replace("19:00", "19:10"), 10, "does not fit steps of 30 minutes"),
        (ROLE + SHIFTS.replace("hours = 12", "hours = 12.25", 1), 7, "does not fit steps of 30"),
        (ROLE + SHIFTS + 'roles = ["docter"]\n', None, "did you mean 'doctor'?"),
        (
            ROLE + ROLE.replace("doctor", "nurse") + SHIFTS + 'roles = ["doctor"]\n',
            4,
            "No shift of role 'nurse' covers 00:00",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_with_setting_and_line(tmp_path, text, line, words):
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    said = str(caught.value)
    assert re.sub(r"^.*?\.toml", "", said).count("\n") == 0
    assert words in said
    assert "department" in said
    if line is not None:
        assert said.startswith(f"edinflow.toml, line {line}: ")
