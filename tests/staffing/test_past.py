"""Fit check: a past that was made by the department itself fits it; another does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.errors import StaffingError
from staffing.past import check_fit
from staffing.patience import NEVER_LEAVE

START = pd.Timestamp("2026-01-05", tz="UTC")
DOCTOR = StaffRole("doctor", (30, 30, 30, 30, 30))
WARD = Department(
    "w",
    (DOCTOR,),
    (ShiftPattern("A", "00:00", 12), ShiftPattern("P", "12:00", 12)),
    Target(30, 0.8),
    patience=NEVER_LEAVE,
    pickup_stop_minutes=0,
)


def shifts(days, heads):
    rows = [
        ("doctor", code, at, at + pd.Timedelta("12h"), heads)
        for day in range(days)
        for code, hour in (("A", 0), ("P", 12))
        for at in [START + pd.Timedelta(days=day, hours=hour)]
    ]
    return pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])


def visits(minutes, wait, acuity=3.0):
    arrived = START + pd.to_timedelta(np.sort(np.asarray(minutes, dtype=float)), unit="m")
    return pd.DataFrame({"arrived": arrived, "acuity": acuity, "wait_minutes": wait})


@pytest.fixture(scope="module")
def lone():
    """One patient every two hours: nobody ever waits for three doctors."""
    return np.arange(0, 15 * 1440, 120)


def test_who_comes_alone_waits_neither_then_nor_now(lone):
    fit = check_fit(visits(lone, 0.0), shifts(15, 3), DOCTOR, WARD, "UTC")
    assert fit.visits == 14 * 12
    assert fit.rows[0].recorded == fit.rows[0].simulated == 0
    assert [row.group for row in fit.rows] == [
        "all", "acuity 3", "00:00–06:00", "06:00–12:00", "12:00–18:00", "18:00–24:00",
    ]  # fmt: skip


def always(past):
    """One doctor who never goes: no two overlap at a change of shift, as in one line for one."""
    return pd.DataFrame(
        {
            "start": [START - pd.Timedelta("1D")],
            "end": [past["arrived"].iloc[-1] + pd.Timedelta("9D")],
            "heads": [1],
        }
    )


def queued(minutes, care):
    """Waits of one line for one doctor (Lindley), care as given."""
    free, waits = 0.0, []
    for at, length in zip(minutes, care, strict=True):
        begins = max(free, at)
        waits.append(begins - at)
        free = begins + length
    return waits


@pytest.fixture(scope="module")
def busy():
    """Poisson arrivals, one an hour, for one doctor whose care is lognormal with mean 30."""
    rng = np.random.default_rng(3)
    minutes = np.cumsum(rng.exponential(60, 20_000))
    care = rng.lognormal(np.log(30) - 0.18, 0.6, len(minutes))
    return visits(minutes, queued(minutes, care))


def test_a_past_like_the_department_fits_it(busy):
    fit = check_fit(busy, always(busy), DOCTOR, WARD, "UTC")
    whole = fit.rows[0]
    # Pollaczek–Khinchine: λ E[S²] ÷ (2 (1 − ρ)) with E[S²] = 900 e^0.36 min² and ρ a half.
    formula = 1 / 60 * 900 * np.exp(0.36) / (2 * 0.5)
    assert whole.recorded == pytest.approx(formula, rel=0.1)
    assert whole.simulated == pytest.approx(whole.recorded, rel=0.08)
    assert fit.factor == pytest.approx(1.0, abs=0.06)
    assert fit.left == 0


def test_care_times_that_are_too_short_are_found_out(busy):
    quick = replace(DOCTOR, minutes=(24, 24, 24, 24, 24))
    fit = check_fit(busy, always(busy), quick, replace(WARD, roles=(quick,)), "UTC")
    assert fit.rows[0].apart < -5
    assert fit.factor == pytest.approx(30 / 24, abs=0.07)


def test_only_some_waits_need_be_recorded_and_acuities_may_lack(busy):
    some = busy.assign(
        wait_minutes=busy["wait_minutes"].where(np.arange(len(busy)) % 2 == 0), acuity=np.nan
    )
    fit = check_fit(some, always(busy), DOCTOR, WARD, "UTC")
    assert fit.rows[0].patients == pytest.approx(fit.visits / 2, rel=0.01)
    assert {row.group for row in fit.rows} >= {"acuity 2", "acuity 3", "acuity 4"}


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda v: (v, shifts(15, 3).assign(start=lambda f: f["start"] + pd.Timedelta("90D"),
                                            end=lambda f: f["end"] + pd.Timedelta("90D"))),
         "do not have a whole day in common"),
        (lambda v: (v.iloc[:0], shifts(15, 3)), "one of them is empty"),
        (lambda v: (v.assign(wait_minutes=np.nan), shifts(15, 3)), "Only 0 visits"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(lone, build, words):
    past, roster = build(visits(lone, 0.0))
    with pytest.raises(StaffingError, match=words):
        check_fit(past, roster, DOCTOR, WARD, "UTC")


def test_a_role_without_a_line_is_refused(lone):
    charge = StaffRole("in charge", fixed=1)
    with pytest.raises(StaffingError, match="Nobody waits in line"):
        check_fit(visits(lone, 0.0), shifts(15, 3), charge, WARD, "UTC")
