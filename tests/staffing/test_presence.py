"""Staff by patients present: truth from Little's law and Poisson tables."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import poisson

from staffing import presence
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.errors import StaffingError
from staffing.requirement import requirement
from staffing.role import Area
from staffing.shortage import shortage
from staffing.stays import given_stays

MIX = (0.0, 0.5, 0.5, 0.0, 0.0)
STAYS = given_stays((60, 240, 120, 60, 60))
MAJORS = Area("majors", (2,), 4)
MINORS = Area("minors", (3,), 3)
NURSE = StaffRole("nurse", areas=(MAJORS, MINORS), fixed=1, minimum=0)
ROUND = (ShiftPattern("D", "07:00", 12), ShiftPattern("N", "19:00", 12))


def ward(role=NURSE, **changes):
    return Department("w", (role,), ROUND, Target(30, 0.8), stays=STAYS, acuity_mix=MIX, **changes)


def test_the_census_is_arrivals_times_stay():
    """Little's law: 8 an hour, half of them acuity 2 who stay 4 hours, are 16 patients."""
    steady = np.full((96, 2), 8.0)
    found = presence.census(steady, 0.5, MAJORS, MIX, STAYS)
    assert found == pytest.approx(np.full((96, 2), 16.0), rel=0.01)


def test_presence_lags_behind_arrivals_by_the_stay():
    hour = np.arange(96)
    rates = 6 + 4 * np.cos(2 * np.pi * (hour - 14) / 24)
    found = presence.census(rates[:, None], 1.0, MAJORS, MIX, STAYS)[:, 0]
    assert 16 <= found[48:72].argmax() <= 18
    one = given_stays((60, 60, 60, 60, 60))
    quick = presence.census(rates[:, None], 1.0, MAJORS, MIX, one)[:, 0]
    assert quick[48:72].argmax() <= 15
    assert found.sum() == pytest.approx(4 * quick.sum(), rel=0.01)


def test_heads_are_the_quantile_of_each_area_by_its_ratio_and_the_fixed_posts(forecast_of):
    """8 an hour steadily: census Poisson(16) and Poisson(8); 4 and 3 patients to one nurse."""
    draws = np.full((72, 40), 8)
    found = requirement(forecast_of(draws), ward()).heads["nurse"].to_numpy()
    by_hand = int(np.ceil(poisson.ppf(0.8, 16) / 4)) + int(np.ceil(poisson.ppf(0.8, 8) / 3)) + 1
    assert set(found) == {by_hand}


def test_a_higher_level_or_a_lower_ratio_never_needs_fewer(forecast_of):
    draws = np.random.default_rng(1).poisson(8, (48, 100))
    usual = requirement(forecast_of(draws), ward()).heads["nurse"]
    surer = requirement(forecast_of(draws), ward(service_level=0.95)).heads["nurse"]
    closer = replace(NURSE, areas=(replace(MAJORS, patients_per_head=1), MINORS))
    nearer = requirement(forecast_of(draws), ward(closer)).heads["nurse"]
    assert (surer >= usual).all()
    assert surer.sum() > usual.sum()
    assert (nearer > usual).all()


def test_what_a_head_is_worth_is_the_chance_that_areas_call_for_it(forecast_of):
    """One area, one patient to a head: P(at least j heads) is the Poisson tail, after one post."""
    role = replace(NURSE, areas=(replace(MAJORS, patients_per_head=1),))
    found = shortage(forecast_of(np.full((48, 30), 8)), ward(role))
    chance = found.chance["nurse"][20]
    assert chance[0] == 1.0
    assert chance[10] == pytest.approx(poisson.sf(9, 16), abs=0.01)
    assert found.mean["nurse"][20] == pytest.approx(17, abs=0.2)


def test_two_areas_call_for_the_sum_of_their_heads():
    """Certain numbers: 8 patients at 4 to one and 6 at 3 to one would be 4 heads on average."""
    role = StaffRole("n", areas=(replace(MAJORS, patients_per_head=1), Area("b", (3,), 1)))
    work = {"majors": np.full((3, 10), 2.0), "b": np.full((3, 10), 3.0)}
    chance, mean = presence.chance_of_heads(role, work)
    assert chance[0][4] == pytest.approx(poisson.sf(4, 5), abs=1e-6)
    assert mean == pytest.approx(np.full(3, 5.0), abs=1e-3)


def test_a_role_of_areas_without_lengths_of_stay_is_refused():
    with pytest.raises(StaffingError, match="length of stay of acuity 2 is not known"):
        Department("w", (NURSE,), ROUND, Target(30, 0.8))
    with pytest.raises(StaffingError, match="acuity 2 is not known"):
        presence.census(np.ones((4, 1)), 0.5, MAJORS, MIX, ())


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Area("", (1,), 4), "no name"),
        (lambda: Area("a", (), 4), "numbers from 1 to 5"),
        (lambda: Area("a", (2, 2), 4), "each once"),
        (lambda: Area("a", (2,), 0), "0 patients to one head"),
        (lambda: StaffRole("n", areas=(MAJORS, MAJORS)), "'majors' in its areas more than once"),
        (lambda: StaffRole("n", areas=(MAJORS, Area("b", (2,), 1))), "acuity 2 in its areas"),
        (lambda: given_stays((1, 2)), "has 2 values"),
    ],
)
def test_areas_that_cannot_be_are_refused(build, words):
    with pytest.raises(StaffingError, match=words):
        build()
