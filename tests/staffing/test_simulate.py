"""Replays against queues done by hand, closed forms and published weeks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import queueing, reference
from staffing.errors import StaffingError
from staffing.outcome import difference
from staffing.patience import Patience
from staffing.patients import CareTimes, Patients, scatter_counts
from staffing.simulate import Servers, replay, servers, waits
from staffing.surround import Horizon

NOON = pd.Timestamp("2026-01-14 12:00", tz="UTC")


def people(arrival, acuity, care, patience):
    size = len(arrival)
    return Patients(
        Horizon(NOON, NOON + pd.Timedelta("7D")),
        np.array([0, size]),
        np.array(arrival, dtype=float),
        np.array(acuity, dtype=np.int8),
        np.array(care, dtype=float),
        np.array(patience, dtype=float),
    )


def staff(start, end, break_at=None, break_length=None):
    begin, finish = np.array(start, dtype=float), np.array(end, dtype=float)
    zero = np.zeros(len(begin))
    return Servers(
        begin,
        finish,
        finish,
        zero if break_at is None else np.array(break_at, dtype=float),
        zero if break_length is None else np.array(break_length, dtype=float),
    )


def always(heads):
    return staff([0.0] * heads, [1e12] * heads)


@pytest.mark.parametrize("name", ["fcfs_2srv", "priority", "lwbs", "shift_change"])
def test_a_queue_done_by_hand(case, name):
    known = case(f"det_{name}")
    i = known["inputs"]
    wait, _ = waits(people(i["arr"], i["cls"], i["svc"], i["pat"]), staff(i["st"], i["en"]))
    assert wait.tolist() == known["expected"]["wait"]


def test_a_break_begins_when_the_patient_of_that_time_is_finished():
    who = staff([0], [1e6], break_at=[5], break_length=[30])
    wait, _ = waits(people([0, 1], [0, 0], [10, 10], [1e9, 1e9]), who)
    assert wait.tolist() == [0, 39]  # care to 10, break to 40


def test_an_idle_break_begins_on_time_and_is_taken_once():
    who = staff([0], [1e6], break_at=[5], break_length=[30])
    wait, _ = waits(people([6, 36, 37], [0, 0, 0], [1, 1, 1], [1e9] * 3), who)
    assert wait.tolist() == [29, 0, 0]


def test_nobody_starts_a_patient_after_the_pickup_stop_and_a_finish_after_the_end_is_overtime():
    who = Servers(*(np.array([value]) for value in (1440.0, 1500.0, 1470.0, 0.0, 0.0)))
    seen = replay(people([1460, 1475], [2, 2], [55, 5], [np.inf, np.inf]), who)
    assert seen.sums["unserved"].sum() == 1
    assert seen.sums["overtime"].sum() == 15


def test_waiting_by_urgency_is_that_of_the_closed_form(case):
    known = case("cobham_3class")
    i, expected = known["inputs"], known["expected"]["Wq_min"]
    formula = queueing.priority_waits(i["lambda_per_h"], i["servers"], i["mean_service_min"])
    np.testing.assert_allclose(formula, expected, atol=known["tolerance"])
    rates = np.array(i["lambda_per_h"], dtype=float)
    counts = np.random.default_rng(1).poisson(rates.sum(), (24 * 60, 150)).astype(np.int32)
    mix = (*(rates / rates.sum()), 0.0, 0.0)
    horizon = Horizon(NOON, NOON + pd.Timedelta("58D"))
    met = scatter_counts(horizon, counts, 60, mix, CareTimes((30,) * 5, None), Patience(), 2)
    wait, _ = waits(met, always(i["servers"]))
    counted = met.arrival > 1440
    week = np.repeat(np.arange(met.futures), np.diff(met.first))
    for urgency, exact in enumerate(expected):
        chosen = counted & (met.acuity == urgency)
        means = [wait[chosen & (week == number)].mean() for number in range(met.futures)]
        error = np.std(means) / np.sqrt(len(means))
        assert abs(np.mean(means) - exact) < 3 * error
        assert error / exact < 0.02


@pytest.mark.parametrize("name", ["s5_th0.0", "s5_th0.25", "s4_th0.25"])
def test_a_day_that_begins_empty_queues_as_its_exact_equations_say(case, name):
    known = case(f"mtms_day_{name}")
    i, expected = known["inputs"], known["expected"]
    days = 20_000
    rng = np.random.default_rng(3)
    counts = rng.poisson(np.array(i["lambda_per_h"])[:, None], (24, days)).astype(np.int32)
    leaving = i["theta_per_h"]
    patience = Patience((60 / leaving if leaving else np.inf,) * 5)
    care = CareTimes((60 / i["mu_per_h"],) * 5, None)
    horizon = Horizon(NOON, NOON + pd.Timedelta("1D"))
    met = scatter_counts(horizon, counts, 60, (1, 0, 0, 0, 0), care, patience, 4)
    wait, _ = waits(met, always(i["servers"]))
    waited = np.abs(wait)
    queue_hours = np.clip(np.minimum(met.arrival + waited, 1440) - met.arrival, 0, None) / 60
    by_day = np.add.reduceat(queue_hours, met.first[:-1])
    within = 3 * by_day.std() / np.sqrt(days)
    assert abs(by_day.mean() - expected["queue_hours_0_24"]) < within
    assert (waited > 0).mean() == pytest.approx(expected["P_delay_arrival_weighted"], abs=0.006)
    gone = ((wait < 0) & (met.arrival + waited <= 1440)).mean()
    assert gone == pytest.approx(expected["P_abandon_by_24h"], abs=0.003)


@pytest.fixture(scope="module")
def week(case):
    return reference.patients(case("week160")["inputs"], futures=150)


@pytest.fixture(scope="module")
def weeks(case):
    return reference.patients(case("week160")["inputs"], futures=2500)


def seen_under(week, day, stop, name=""):
    shifts = reference.roster(day)
    return replay(week, servers(shifts, week.horizon, stop), name, reference.TARGETS)


@pytest.mark.parametrize(
    ("name", "day"),
    [("flat 4/4/3", reference.FLAT), ("sensible 3/2/4/2", reference.SENSIBLE)],
)
def test_the_reference_week_waits_as_published(case, weeks, name, day):
    known = case("week160")
    assert reference.roster(day, 7)["heads"].sum() * 8 >= known["inputs"]["hours_per_week"]
    expected = known["expected"][name]
    free = seen_under(weeks, day, 0)
    assert free.mean_wait().value == pytest.approx(expected["mean_wait_no_cutoff"], abs=0.6)
    assert free.left_unseen().value == pytest.approx(expected["lwbs_no_cutoff"], abs=0.004)
    stopping = seen_under(weeks, day, 30)
    assert stopping.mean_wait().value == pytest.approx(expected["mean_wait_stop30"], abs=0.6)
    assert stopping.wait_quantile(0.9, seen_only=True).value == pytest.approx(
        expected["p90_stop30"], abs=4
    )
    assert stopping.unserved() == 0


def test_the_difference_of_two_rosters_is_surer_than_each_of_them(case, weeks):
    known = case("week160_holdout")["expected"]
    flat = seen_under(weeks, reference.FLAT, 30, "flat")
    sensible = seen_under(weeks, reference.SENSIBLE, 30, "sensible")
    assert flat.mean_wait().value == pytest.approx(known["flat"], abs=0.8)
    assert sensible.mean_wait().value == pytest.approx(known["sensible"], abs=0.8)
    gain = difference(sensible, flat)
    assert gain.value == pytest.approx(known["sensible"] - known["flat"], abs=0.9)
    assert gain.error < flat.mean_wait().error
    assert difference(flat, flat).value == 0


def starved_sunday():
    """616 hours a week, of which Sunday gets 24 and the other days the rest."""
    frame = reference.roster(reference.SENSIBLE, 6)
    frame = frame[frame["end"] <= reference.MONDAY + pd.Timedelta("6D")]
    frame = frame[frame["start"] >= reference.MONDAY]
    rows = [frame]
    for number in range(6):
        day = reference.MONDAY + pd.Timedelta(days=number)
        extra = pd.DataFrame({"start": [day + pd.Timedelta("10h")]}).assign(
            end=day + pd.Timedelta("20h"), heads=1, code="X", role="physician"
        )
        night = extra.assign(start=day, end=day + pd.Timedelta("7h"), heads=2)
        rows += [extra, night]
    sunday = reference.MONDAY + pd.Timedelta("6D")
    rows += [
        pd.DataFrame({"start": [sunday], "end": [sunday + pd.Timedelta("1D")]}).assign(
            heads=1, code="S", role="physician"
        )
    ]
    return pd.concat(rows, ignore_index=True)


def test_a_roster_that_starves_its_last_day_does_not_score_well(case, week):
    known = case("trap_truncation")
    starved = servers(starved_sunday(), week.horizon, 30)
    honest = replay(week, starved)
    sensible = seen_under(week, reference.SENSIBLE, 30)
    assert honest.mean_wait().value > sensible.mean_wait().value + 5
    assert honest.unserved() == known["expected"]["assert_unserved"]
    # The trap: nobody counts who is still waiting when the week ends.
    wait, _ = waits(week, starved)
    low, high = week.horizon.counted
    counted = (week.arrival >= low) & (week.arrival < high) & (wait >= 0)
    served = counted & (week.arrival + wait < high)
    assert wait[served].mean() < honest.mean_wait().value - 5


def test_a_week_does_not_begin_empty(week):
    """Without the day before, Monday's first hours would look quiet."""
    shifts = reference.roster(reference.FLAT)
    staffed = servers(shifts, week.horizon, 0)
    wait, _ = waits(week, staffed)
    low, _high = week.horizon.counted
    early = (week.arrival >= low) & (week.arrival < low + 120)
    own = week.arrival >= low
    first = np.concatenate([[0], np.cumsum(np.add.reduceat(own, week.first[:-1]))])
    alone = Patients(
        week.horizon, first, week.arrival[own].copy(), week.acuity[own].copy(),
        week.care[own].copy(), week.patience[own].copy(),
    )  # fmt: skip
    trap, _ = waits(alone, staffed)
    trapped = alone.arrival < low + 120
    assert np.abs(trap[trapped]).mean() < 0.5 * np.abs(wait[early]).mean()
    assert (
        replay(week, staffed).waits.size == ((week.arrival >= low) & (week.arrival < _high)).sum()
    )


def test_finishing_patients_after_the_shift_is_counted_as_overtime(week):
    stop, free = (seen_under(week, reference.FLAT, minutes) for minutes in (30, 0))
    assert free.overtime_hours().value > stop.overtime_hours().value + 5
    assert free.mean_wait().value < stop.mean_wait().value


def test_the_mean_over_those_seen_hides_those_who_left(week):
    seen = seen_under(week, reference.FLAT, 30)
    assert seen.mean_wait_seen().value < seen.mean_wait().value - 5
    listed = seen.table().set_index("measure")["value"]
    assert {"mean wait, everyone", "mean wait, those seen", "left unseen"} <= set(listed.index)


def test_where_nobody_is_seen_there_is_no_wait_of_those_seen(week):
    none = seen_under(week, (reference.FLAT[0],), 6000)
    assert none.sums["seen"].sum() == 0
    assert "mean wait, those seen" not in set(none.table()["measure"])


@given(st.integers(1, 6), st.floats(0, 60))
@settings(max_examples=5, deadline=None)
def test_more_staff_never_wait_longer_and_stopping_earlier_never_shortens(week, heads, stop):
    few = tuple((code, start, hours, 4) for code, start, hours, _ in reference.FLAT)
    more = tuple((code, start, hours, 4 + heads) for code, start, hours, _ in reference.FLAT)
    one, two = seen_under(week, few, stop), seen_under(week, more, stop)
    assert two.mean_wait().value <= one.mean_wait().value
    assert seen_under(week, few, stop + 10).mean_wait().value >= one.mean_wait().value


def test_days_are_not_borrowed_from_less_than_a_day():
    short = Horizon(NOON, NOON + pd.Timedelta("23h"))
    with pytest.raises(StaffingError, match="at least 24 hours"):
        servers(reference.roster(reference.FLAT), short)
    with pytest.raises(StaffingError, match="has no time in it"):
        Horizon(NOON, NOON)


def test_rosters_on_other_patients_are_not_compared(case, week):
    fewer = reference.patients(case("week160")["inputs"], 10)
    one = seen_under(fewer, reference.FLAT, 0, "one")
    with pytest.raises(StaffingError, match="same futures"):
        difference(one, seen_under(week, reference.FLAT, 0, "two"))
