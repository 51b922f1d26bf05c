"""Patients in the department at once: slow counts, Little's law, queues without waiting."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from staffing import presence, reference
from staffing.department import default_department
from staffing.errors import StaffingError
from staffing.exact_day import exact_day
from staffing.occupancy import Occupancy, departures, occupancy, staying
from staffing.outcome import difference
from staffing.patience import Patience
from staffing.patients import CareTimes, Patients, draw_patients, scatter_counts
from staffing.returning import Returning
from staffing.role import Area
from staffing.simulate import Servers, replay, servers, waits
from staffing.stays import binned, given_stays, learn_stays
from staffing.surround import DAY, Horizon

START = pd.Timestamp("2026-01-14", tz="UTC")
DEPARTMENT = default_department()
ROLE = DEPARTMENT.roles[0]
IN_CARE = given_stays((240.0, 230.0, 170.0, 120.0, 90.0), 0.9, "gamma")


@pytest.fixture(scope="module")
def week(case):
    met = reference.patients(case("week160")["inputs"], futures=150)
    return staying(met, replace(DEPARTMENT, times_in_care=IN_CARE), ROLE)


def under(week, day, stop=30):
    return replay(week, servers(reference.roster(day), week.horizon, stop))


def counted_slowly(met, gone):
    """Every patient of every future looked at in the middle of every half hour."""
    low, high = met.horizon.counted
    found = np.zeros((met.futures, int((high - low) // 30)), dtype=int)
    for future in range(met.futures):
        for patient in range(met.first[future], met.first[future + 1]):
            for place in range(found.shape[1]):
                moment = low + 15 + 30 * place
                found[future, place] += met.arrival[patient] <= moment < gone[patient]
    return found


def some_days(rng, futures=3):
    """Two busy days of three futures, one doctor: people wait, leave, or are never seen."""
    counts = rng.poisson(2.5, (4 * 24, futures)).astype(np.int32)
    met = scatter_counts(
        Horizon(START, START + 2 * DAY), counts, 60, (0.1, 0.2, 0.4, 0.2, 0.1),
        CareTimes((40,) * 5), Patience((np.inf, np.inf, 200, 100, 50)), 4,
    )  # fmt: skip
    return met, Servers(*(np.array([value]) for value in (0.0, 1e5, 3500.0, 0.0, 0.0)))


def test_patients_present_are_those_of_a_slow_count():
    met, doctor = some_days(np.random.default_rng(1))
    for patients in (met, staying(met, replace(DEPARTMENT, times_in_care=IN_CARE), ROLE)):
        wait, _ = waits(patients, doctor)
        assert np.signbit(wait).any()
        assert np.isinf(wait).any()
        gone = departures(patients, wait)
        found = occupancy(patients, gone)
        assert np.array_equal(found.present, counted_slowly(patients, gone))
        assert found.moments[0] == patients.horizon.start + pd.Timedelta("15min")
        assert replay(patients, doctor).occupancy.mean == found.mean
    assert not replay(met, doctor).occupancy.whole


def test_who_leaves_unseen_counts_until_they_leave_and_who_is_never_seen_to_the_end():
    met = Patients(
        Horizon(START, START + DAY),
        np.array([0, 3]),
        np.array([1440.0, 1460.0, 1470.0]),
        np.array([0, 1, 1], dtype=np.int8),
        np.array([90.0, 10.0, 10.0]),
        np.array([np.inf, 40.0, np.inf]),
    )
    doctor = Servers(*(np.array([value]) for value in (1440.0, 1500.0, 1500.0, 0.0, 0.0)))
    present = replay(met, doctor).occupancy.present[0]
    # 00:15 the first; 00:45 all; 01:15 the second has left; 01:45 only the third is there.
    assert present[:4].tolist() == [1, 3, 2, 1]
    assert present[-1] == 1


def test_patients_present_obey_littles_law(week):
    """Mean present = arrivals per minute × mean minutes in the department (Little 1961)."""
    seen = under(week, reference.SENSIBLE)
    wait, _ = waits(week, servers(reference.roster(reference.SENSIBLE), week.horizon, 30))
    low, high = week.horizon.counted
    counted = (week.arrival >= low) & (week.arrival < high)
    rate = counted.sum() / week.futures / (high - low)
    minutes = (departures(week, wait) - week.arrival)[counted].mean()
    assert minutes > 150
    assert seen.occupancy.mean.value == pytest.approx(rate * minutes, rel=0.01)
    assert seen.occupancy.mean.error < 0.02 * seen.occupancy.mean.value
    assert seen.occupancy.whole


def test_without_waiting_it_is_the_census_of_a_queue_with_staff_for_all(case):
    """M(t)/G/∞, as staff by presence are counted (staffing.presence)."""
    inputs = case("week160")["inputs"]
    coming = reference.forecast(inputs, 400, 3)
    instant = CareTimes((0.0,) * 5, 0.0)
    met = draw_patients(coming, tuple(inputs["acuity_mix"]), instant, Patience(), 5)
    met = staying(met, replace(DEPARTMENT, times_in_care=IN_CARE), ROLE)
    always = Servers(*(np.full(1, value) for value in (0.0, 1e9, 1e9, 0.0, 0.0)))
    found = replay(met, always).occupancy
    area = Area("all", (1, 2, 3, 4, 5), 1.0)
    known = presence.census(
        coming.draws.astype(float), 1.0, area, tuple(inputs["acuity_mix"]), IN_CARE
    )
    assert found.mean.value == pytest.approx(known[24:].mean(), rel=0.02)
    hour = found.present.mean(axis=0).reshape(7, 24, 2).mean(axis=2)[1:].mean(axis=0)
    np.testing.assert_allclose(
        hour, known.mean(axis=1).reshape(7, 24)[1:].mean(axis=0), rtol=0.04, atol=0.3
    )


def test_with_waiting_and_walk_outs_it_is_that_of_the_exact_equations(case):
    """M(t)/M/s(t)+M of a day that repeats, hour by hour."""
    i = case("mtms_day_s5_th0.25")["inputs"]
    patience = 60 / i["theta_per_h"]
    rates = np.array(i["lambda_per_h"], dtype=float)
    exact = exact_day(rates, [i["servers"]] * 24, 30, patience, repeats=True, most=90, slices=30)
    counts = np.random.default_rng(8).poisson(np.tile(rates, 7)[:, None], (168, 600))
    met = scatter_counts(
        Horizon(START, START + 5 * DAY), counts.astype(np.int32), 60, (1, 0, 0, 0, 0),
        CareTimes((30,) * 5, None), Patience((patience,) * 5), 9,
    )  # fmt: skip
    size = i["servers"]
    always = Servers(*(np.full(size, value) for value in (0.0, 1e12, 1e12, 0.0, 0.0)))
    table = replay(met, always).occupancy.by_hour("UTC")
    assert exact.present.max() > size + 2  # a queue stands at the busiest hour
    error = (table["high"] - table["low"]) / 2 / 1.96
    assert (np.abs(table["mean"] - exact.present) < 4 * error).all()
    assert (error / exact.present < 0.02).all()


def test_two_rosters_differ_by_the_wait_alone_and_a_roster_not_from_itself(week):
    """Same people, same stays: the difference is arrivals × the difference in minutes present."""
    flat, sensible = under(week, reference.FLAT), under(week, reference.SENSIBLE)
    one, other = sensible.occupancy, flat.occupancy
    assert other.less(other, "UTC").value == other.less(other, "UTC", 13).error == 0
    apart = one.less(other, "UTC")
    assert apart.value == pytest.approx(one.mean.value - other.mean.value)
    assert apart.error < one.mean.error
    low, high = week.horizon.counted
    minutes = [
        np.clip(np.minimum(departures(week, waits(week, staff)[0]), high), low, None).sum()
        for staff in (
            servers(reference.roster(day), week.horizon, 30)
            for day in (reference.SENSIBLE, reference.FLAT)
        )
    ]
    exact = (minutes[0] - minutes[1]) / week.futures / (high - low)
    assert apart.value == pytest.approx(exact, rel=0.03)
    slow = (one.present[:, 26::48] - other.present[:, 26::48]).mean(axis=1)
    slow = (slow + (one.present[:, 27::48] - other.present[:, 27::48]).mean(axis=1)) / 2
    assert one.less(other, "UTC", 13).value == pytest.approx(slow.mean())
    assert difference(sensible, flat).value < 0


def test_a_stay_does_not_change_what_the_queue_does(week, case):
    plain = reference.patients(case("week160")["inputs"], futures=150)
    assert under(plain, reference.FLAT).mean_wait() == under(week, reference.FLAT).mean_wait()


def test_who_comes_back_stays_in_between():
    """Half come back after each visit: once on average, an hour away."""
    back = replace(ROLE, returning=Returning(0.5, 60))
    counts = np.full((4 * 24, 50), 10, dtype=np.int32)
    met = scatter_counts(
        Horizon(START, START + 2 * DAY), counts, 60, (0, 0, 1, 0, 0), CareTimes((20,) * 5),
        Patience(), 4,
    )  # fmt: skip
    there = staying(met, DEPARTMENT, back)
    assert not there.whole_stay
    assert (there.stay - there.care).mean() == pytest.approx(60, rel=0.03)
    assert staying(met, DEPARTMENT, ROLE).stay == pytest.approx(met.care)


def test_hours_are_local_and_an_hour_that_comes_twice_counts_twice():
    night = pd.Timestamp("2026-10-25", tz="Europe/London").tz_convert("UTC")
    moments = pd.date_range(night, periods=50, freq="30min")
    present = np.arange(100).reshape(2, 50)
    table = Occupancy(moments, present, True).by_hour("Europe/London").set_index("hour")
    assert len(table) == 24
    assert table.loc[0, "mean"] == np.mean([0, 1, 50, 51])
    assert table.loc[1, "mean"] == np.mean([2, 3, 4, 5, 52, 53, 54, 55])
    busiest = Occupancy(moments, present, True).busiest("Europe/London")
    assert (busiest.hour, busiest.likely, busiest.crowded) == (23, (48, 99), 99)


def test_most_moments_have_no_more_than_the_crowded_number():
    moments = pd.date_range(START, periods=48, freq="30min")
    present = np.tile(np.arange(1, 101)[:, None], (1, 48))
    row = Occupancy(moments, present, True).by_hour("UTC").iloc[0]
    assert (row["likely_low"], row["likely_high"], row["crowded"]) == (10, 90, 95)


def test_other_futures_are_not_compared():
    moments = pd.date_range(START, periods=2, freq="30min")
    one, two = (Occupancy(moments, np.ones((size, 2), dtype=int), True) for size in (2, 3))
    with pytest.raises(StaffingError, match="other futures"):
        one.less(two, "UTC")
    with pytest.raises(StaffingError, match="futures × moments"):
        Occupancy(moments, np.ones((2, 3), dtype=int), True)


def test_nobody_leaves_before_the_end_of_care():
    met, _ = some_days(np.random.default_rng(1))
    with pytest.raises(StaffingError, match="before the end of care"):
        replace(met, stay=met.care - 1)


def test_a_learned_time_in_care_is_drawn_as_it_was_learned():
    rng = np.random.default_rng(2)
    minutes = np.concatenate([rng.gamma(1.2, 140, 30_000), rng.gamma(1.7, 120, 9_000)])
    acuity = np.repeat([3, 2], [30_000, 9_000])
    two, three = learn_stays(binned(acuity, minutes), "gamma")
    for stay, mean, shape in ((two, 204, 1.7), (three, 168, 1.2)):
        own = minutes[acuity == stay.acuity]
        assert stay.mean_minutes == pytest.approx(mean, rel=0.03)
        assert stay.spread == pytest.approx(shape**-0.5, rel=0.04)
        assert stay.misfit < 0.02
        levels = np.array([0.1, 0.5, 0.9])
        np.testing.assert_allclose(stay.quantiles(levels), np.quantile(own, levels), rtol=0.07)
        assert stay.draw(rng, 20_000).mean() == pytest.approx(stay.mean_minutes, rel=0.03)
        np.testing.assert_allclose(1 - stay.still_there(stay.quantiles(levels)), levels, atol=1e-9)
