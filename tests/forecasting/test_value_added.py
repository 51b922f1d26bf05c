"""Whether overriding a forecast helped, against truths made by hand."""

import numpy as np

from forecasting.value_added import value_added


def test_overrides_that_are_always_nearer_helped():
    came = np.arange(50.0, 70.0)
    found = value_added(came + np.tile([6.0, 4.0], 10), came - 1, came)
    assert (found.forecast_error, found.override_error, found.gain) == (5.0, 1.0, 4.0)
    assert (found.closer, found.further) == (20, 0)
    assert found.low > 0
    assert found.verdict == "helped"


def test_overrides_that_are_always_further_harmed():
    came = np.arange(50.0, 70.0)
    found = value_added(came + 1, came + np.tile([6.0, 4.0], 10), came)
    assert found.gain == -4.0
    assert found.verdict == "harmed"


def test_overrides_by_the_toss_of_a_coin_show_no_difference():
    came = np.full(40, 60.0)
    errors = np.random.default_rng(5).permutation(np.repeat([2.0, 6.0], 20))
    found = value_added(came + 4, came + errors, came)
    assert found.gain == 0.0
    assert found.low < 0 < found.high
    assert found.verdict == "no clear difference"


def test_five_overrides_are_too_few_to_tell_however_good():
    came = np.full(5, 60.0)
    found = value_added(came + 20, came, came)
    assert found.gain == 20.0
    assert found.verdict == "too few to tell"


def test_without_overrides_there_is_nothing_to_judge():
    none = np.array([])
    assert value_added(none, none, none) is None
