"""Programmes: what has to give way is named with the least amount that is enough."""

import pytest

from staffing.programme import Programme


def test_the_amount_to_relax_is_the_least_that_is_enough():
    """3 ≤ x, but at most 1 of it: two too few, not some number that happens to be allowed."""
    programme = Programme()
    places = programme.columns(1, upper=1000.0, cost=1.0, whole=True)
    programme.rows(1, [([0], places, 1.0)], lower=3.0)
    programme.rows(1, [([0], places, 1.0)], upper=1.0, rule="at most one")
    assert programme.smallest_relaxation(5.0, lambda _rule: False) == [
        ("at most one", pytest.approx(2.0))
    ]
