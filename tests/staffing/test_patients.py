"""Patients of a replay: who is drawn, with what care and patience."""

import numpy as np
import pytest

from staffing import reference
from staffing.errors import StaffingError
from staffing.patience import SURVEY, Patience
from staffing.patients import CareTimes, draw_patients


def test_the_same_seed_brings_the_same_patients_and_another_seed_others(case):
    inputs = case("week160")["inputs"]
    once, again, other = (reference.patients(inputs, 20, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(once.arrival, again.arrival)
    np.testing.assert_array_equal(once.care, again.care)
    assert once.arrival.size != other.arrival.size
    assert not once.arrival.flags.writeable


def test_drawn_patients_have_the_mix_care_and_patience_they_should(case):
    inputs = case("week160")["inputs"]
    drawn = draw_patients(
        reference.forecast(inputs, 300, 1), tuple(inputs["acuity_mix"]),
        reference.care_times(inputs), SURVEY, 3,
    )  # fmt: skip
    shares = np.bincount(drawn.acuity, minlength=5) / len(drawn.acuity)
    np.testing.assert_allclose(shares, inputs["acuity_mix"], atol=0.003)
    for acuity, minutes in enumerate(reference.care_times(inputs).minutes):
        assert drawn.care[drawn.acuity == acuity].mean() == pytest.approx(minutes, rel=0.03)
    assert (drawn.patience <= 120).mean() == pytest.approx(0.51, abs=0.005)
    assert np.isinf(drawn.patience).mean() == pytest.approx(0.32, abs=0.005)
    for week in range(3):
        arrivals = drawn.arrival[drawn.first[week] : drawn.first[week + 1]]
        assert (np.diff(arrivals) >= 0).all()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Patience((1, 2, 3)), "five means"),
        (lambda: Patience(bands=((0.5, 10, 5),)), "minutes from and to"),
        (lambda: Patience(bands=((0.7, 0, 5), (0.7, 5, 9))), "add up to 1.4"),
        (lambda: CareTimes((1, 2, 3, 4, -5)), "0 minutes or more"),
        (lambda: CareTimes((1, 2, 3, 4, 5), 9), "spread"),
    ],
)
def test_settings_of_patients_that_cannot_be_are_refused(build, words):
    with pytest.raises(StaffingError, match=words):
        build()
