"""Today's roster: read whole or refused with its line; moves that gain, one at a time."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from staffing import reference
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.errors import StaffingError
from staffing.given import Given
from staffing.moves import moves
from staffing.outcome import difference
from staffing.plan import ShiftPlan
from staffing.requirement import requirement
from staffing.roster import read_roster
from staffing.rule_planner import plan_under
from staffing.rules import CountLimit, Post, Rules, Window
from staffing.shortage import Shortage, shortage
from staffing.simulate import replay, servers

EIGHTS = (("E", "07:00", 8), ("L", "15:00", 8), ("N", "23:00", 8))


@pytest.fixture
def department(department_with):
    return department_with(*EIGHTS)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "today.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_long_roster_has_a_line_per_shift(department, written):
    path = written(
        "date,role,code,heads\n2026-03-28,physician,N,2\n2026-03-29,physician,E,3\n"
        "2026-03-29,physician,-,1\n"
    )
    shifts = read_roster(path, department, "Europe/London").shifts
    assert shifts["heads"].tolist() == [2, 3]
    lengths = (shifts["end"] - shifts["start"]) / pd.Timedelta("1h")
    assert lengths.tolist() == [7, 8]  # the clock goes forward in that night
    assert str(shifts["start"][0]) == "2026-03-28 23:00:00+00:00"


def test_a_wide_roster_has_a_line_per_person(department, written):
    path = written(
        "person;role;2026-01-12;2026-01-13\nA;physician;Early;OFF\nB;physician;Early;N\n"
        "C;physician;;N\n"
    )
    shifts = read_roster(path, department, "UTC", {"Early": "E"}).shifts
    assert dict(zip(shifts["code"], shifts["heads"], strict=True)) == {"E": 2, "N": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,role,code\n2026-01-12,physician,Q\n", r"line 2: unknown shift code 'Q'"),
        ("date,role,code\n2026-01-12,porter,E\n", r"line 2: Unknown role 'porter'"),
        ("date,role,code\n12 January,physician,E\n", r"line 2: '12 January' is no date"),
        ("date,role,code,heads\n2026-01-12,physician,E,-2\n", r"line 2: '-2' heads"),
        (
            "date,role,code,heads\n2026-01-12,physician,E,1001\n",
            "line 2: '1001' heads: give a whole number from 0 to 1000",
        ),
        ("date,role,code\n2026-01-12,physician,e\n", "unknown shift code 'e': did you mean 'E'"),
        ("date,role,code\n2026-01-12 07:30,physician,E\n", "'2026-01-12 07:30' is no date"),
        (
            "date,role,code\n03/04/2026,physician,E\n",
            "'03/04/2026' can be day-first or month-first",
        ),
        ("date,role,code\n31/04/2026,physician,E\n", "line 2: '31/04/2026' is no date"),
        ("plan,role,shift\n1,physician,E\n", "line 1: no column is 'date'.*found plan, role"),
        ("person,role,2026-01-12,ward\nA,physician,E,x\n", "line 1: 'ward' is no date"),
        (
            "date,role,code\n2026-01-12,physician,AL\n",
            r"map it under \[department\] codes in the settings or with --codes",
        ),
        ("date,role,code\n2026-01-12,Doctor,E\n", r"map it under \[roster.roles\]"),
        (
            "date,role,code\n2026-01-12,physician,E\n\n2026-01-12,physician,E\n",
            r"line 4: shift 'E' of 'physician' on that date is on line 2 already",
        ),
        (
            "person,role,2026-01-12,2026-01-13\nA,physician,N,E\nB,physician,L;N,\n"
            "C,physician,E;E,\n",
            r"line 4: shift 'E' on 2026-01-12 overlaps that person's shift on the same line",
        ),
        (
            "date,person,role,code\n2026-01-12,Ann,physician,E\n2026-01-12,Bea,physician,E\n"
            "2026-01-12,Ann,physician,E\n",
            r"line 4: shift 'E' on 2026-01-12 overlaps that person's shift on line 2",
        ),
        ("person,role,2026-01-12\nAnn\n", r"line 2: Unknown role ''"),
        ("date,date,role,code\n1,1,physician,E\n", r"line 1: the column 'date' stands there twice"),
        ("date,code\n2026-01-12,E\n", "no column 'role'"),
        ("date,role\n2026-01-12,physician\n", "no column 'code'"),
        ("role,2026-01-12\nphysician,OFF\n", "holds no shift"),
        ("role,2026-01-12\n", "a header and a line"),
    ],
)
def test_a_roster_that_cannot_be_is_refused_with_its_line(department, written, text, words):
    with pytest.raises(StaffingError, match=words):
        read_roster(written(text), department, "UTC")


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%b-%y", "%Y-%m-%d 00:00:00"],
)
@pytest.mark.parametrize("wide", [False, True])
def test_dates_are_read_as_hospitals_write_them(department, written, form, wide):
    days = pd.date_range("2026-12-01", periods=12)  # no day of them settles which number is which
    texts = [f"{day:{form}}" for day in days]
    text = "date,role,code\n" + "".join(f"{one},physician,E\n" for one in texts)
    if wide:
        text = f"role,{','.join(texts)}\nphysician{',E' * len(texts)}\n"
    shifts = read_roster(written(text), department, "Europe/London").shifts
    assert shifts["start"].dt.strftime("%Y-%m-%d %H").tolist() == [f"{d:%Y-%m-%d} 07" for d in days]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets_are_read(department, tmp_path, encoding):
    path = tmp_path / "today.csv"
    path.write_bytes("date;role;code;Größe\r\n12.01.2026;Physician;E;ä\r\n".encode(encoding))
    shifts = read_roster(path, department, "UTC").shifts
    assert shifts[["role", "code", "heads"]].to_numpy().tolist() == [["physician", "E", 1]]


def test_a_file_that_holds_no_text_is_said_so(department, tmp_path):
    path = tmp_path / "today.csv"
    path.write_bytes(b"PK\x03\x04\x00\x00rubbish")
    with pytest.raises(StaffingError, match="is not a text file: save it as CSV"):
        read_roster(path, department, "UTC")


def test_a_day_that_no_line_names_is_left_out(department_with, written):
    """Nurses of the 13th are named, so physicians are off then; the 14th is nobody's."""
    ward = department_with(*EIGHTS)
    nurse = replace(ward.roles[0], name="nurse")
    department = replace(ward, roles=(*ward.roles, nurse))
    text = "date,role,code,heads\n" + "".join(
        f"2026-01-{day},{role},E,3\n"
        for day, role in [(12, "physician"), (13, "nurse"), (15, "physician"), (15, "nurse")]
    )
    spans = read_roster(written(text), department, "UTC").spans
    told = [(one.role, one.start.day, one.end.day) for one in spans.itertuples()]
    assert told == [
        ("physician", 12, 14),
        ("physician", 15, 16),
        ("nurse", 13, 14),
        ("nurse", 15, 16),
    ]


def test_a_roster_that_is_not_there_is_said_so(department, tmp_path):
    with pytest.raises(StaffingError, match="There is no file"):
        read_roster(tmp_path / "none.csv", department, "UTC")


@pytest.fixture(scope="module")
def week(case):
    inputs = case("week160")["inputs"]
    role = StaffRole(
        "physician", tuple(inputs["physician_minutes_direct"]), inputs["patient_care_share"]
    )
    patterns = tuple(ShiftPattern(f"{hour:02d}+8", f"{hour:02d}:00", 8) for hour in range(24))
    department = Department(
        "week", (role,), patterns, Target(30, 0.8), acuity_mix=tuple(inputs["acuity_mix"])
    )
    forecast = reference.forecast(inputs, 400, 11)
    return inputs, department, requirement(forecast, department), shortage(forecast, department)


def test_each_move_gains_less_than_the_one_before_and_costs_no_hours(week):
    _, department, need, worth = week
    today = reference.roster(reference.FLAT)
    done = moves(need, department, worth, today, "physician", most=8)
    gains = [move.gain for move in done]
    assert len(done) == 8
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    before = today["heads"].sum()
    for move in done:
        assert move.roster["heads"].sum() == before
        cover = ShiftPlan(need, move.roster).cover()["physician"].to_numpy()
        short = worth.expected("physician", cover).sum() / 2
        assert short == pytest.approx(move.short_after)
        assert cover.min() >= 1


def test_moves_leave_posts_held_and_full_counts_as_they_are(week):
    _, department, need, worth = week
    today = reference.roster(reference.FLAT)
    free = moves(need, department, worth, today, "physician", most=8)
    local = need.heads.index.tz_convert(need.time_zone)
    night = (local.hour >= 23) | (local.hour < 6)
    held = ShiftPlan(need, today).cover()["physician"][night].min()
    posts = (Post("physician", Window("23:00", "06:00"), int(held)),)
    assert ShiftPlan(need, free[-1].roster).cover()["physician"][night].min() < held
    codes = sorted({move.to_code for move in free})
    counts = tuple(
        CountLimit("physician", (code,), int(today.loc[today["code"] == code, "heads"].sum()))
        for code in codes
    )
    done = moves(need, department, worth, today, "physician", most=8, posts=posts, counts=counts)
    for move in done:
        assert ShiftPlan(need, move.roster).cover()["physician"][night].min() >= held
        of = move.roster.groupby("code")["heads"].sum()
        assert all(of.get(one.codes[0], 0) <= one.at_most for one in counts)
    assert not {move.to_code for move in done} & set(codes)


def test_a_move_stays_inside_its_own_week_unless_it_may_leave(need_of, department_with):
    """One busy week among idle ones, each of which lacks a night: most would be gained in that."""
    level = np.repeat([0, 0, 4, 0], 7 * 48)
    need = need_of(level, "2026-01-12 00:00")
    night = np.tile((np.arange(48) < 14) | (np.arange(48) >= 46), 28)
    chance = np.where(np.arange(6) < level[:, None], 0.9, 0.01)
    chance[:, 0] = np.where(night, 0.99, chance[:, 0])
    worth = Shortage(need.heads.index, 30, {"physician": chance}, {"physician": chance.sum(axis=1)})
    department = department_with(("E", "07:00", 8), ("L", "15:00", 8), ("N", "23:00", 8))
    rows = [
        ("physician", code, at, at + pd.Timedelta("8h"), heads)
        for day in range(-1, 28)
        for code, hour, heads in (("E", 7, 2), ("L", 15, 1), ("N", 23, 0 if day % 7 == 3 else 1))
        for at in [pd.Timestamp("2026-01-12", tz="UTC") + pd.Timedelta(days=day, hours=hour)]
        if heads
    ]
    today = pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])

    def weeks(done):
        pairs = [(move.from_start, move.to_start) for move in done]
        first = need.start
        return [tuple(max((at - first).days // 7, 0) for at in pair) for pair in pairs]

    kept = weeks(moves(need, department, worth, today, "physician", most=6))
    assert len(kept) >= 4
    assert all(come == go for come, go in kept)
    free = weeks(moves(need, department, worth, today, "physician", most=6, across_weeks=True))
    assert any(come != go for come, go in free)


def test_seven_moves_shorten_the_wait_of_fresh_weeks(week):
    inputs, department, need, worth = week
    today = reference.roster(reference.FLAT)
    done = moves(need, department, worth, today, "physician", most=7)
    fresh = reference.patients(inputs, 400, seed=77)
    flat, moved = (
        replay(fresh, servers(shifts, fresh.horizon, 0)) for shifts in (today, done[-1].roster)
    )
    assert difference(moved, flat).high < -8


def test_as_many_changes_by_the_programme_are_at_least_as_good_as_moves_one_by_one(week):
    _, department, need, worth = week
    today = reference.roster(reference.FLAT)
    done = moves(need, department, worth, today, "physician", most=5)
    hours = ShiftPlan(need, today).duty_hours().item()
    rules = Rules(changes_at_most=5, hours=(("physician", hours),), gap=0.0)
    made = plan_under(need, department, rules, worth, Given(today=today))
    best = worth.expected("physician", made.cover()["physician"]).sum() / 2
    assert best <= done[-1].short_after + 1e-6
    assert best >= done[-1].short_after * 0.95  # one by one loses little


def test_a_best_roster_has_no_move_left(week):
    _, department, need, worth = week
    rules = Rules(hours=(("physician", 616.0),), repeats=True, gap=0.0)
    best = plan_under(need, department, rules, worth)
    left = moves(need, department, worth, best.shifts, "physician", least_gain=0.5)
    assert sum(move.gain for move in left) < 0.02 * (left[0].short_before if left else 1)
    with pytest.raises(StaffingError, match="no shift of 'physician'"):
        moves(need, department, worth, best.shifts.iloc[:0], "physician")
    assert np.all(best.shifts["heads"] >= 1)


def test_open_shifts_without_a_name_may_lie_side_by_side(department, written):
    path = written("date,person,role,code\n2026-03-02,,physician,E\n2026-03-02,,physician,E\n")
    assert read_roster(path, department, "UTC").shifts["heads"].sum() == 2
