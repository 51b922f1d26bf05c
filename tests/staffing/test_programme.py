"""Programmes: what has to give way is named with the least amount that is enough."""

import numpy as np
import pytest

from staffing import programme as programmes
from staffing.programme import Programme, Rule


def test_the_amount_to_relax_is_the_least_that_is_enough():
    """3 ≤ x, but at most 1 of it: two too few, not some number that happens to be allowed."""
    programme = Programme()
    places = programme.columns(1, upper=1000.0, cost=1.0, whole=True)
    programme.rows(1, [([0], places, 1.0)], lower=3.0)
    most = Rule("at most one", "heads")
    programme.rows(1, [([0], places, 1.0)], upper=1.0, rule=most)
    assert programme.smallest_relaxation(5.0) == ([(most, pytest.approx(2.0))], True)


@pytest.mark.parametrize(("summed", "amount"), [(False, 5.0), (True, 7.0)])
def test_a_rule_gives_way_by_what_its_worst_row_needs_unless_its_rows_count_one_by_one(
    summed, amount
):
    """3 and 6 are there at least, and at most 1 of each: 2 and 5 too many, at half a unit each."""
    programme = Programme()
    places = programme.columns(2, upper=1000.0, cost=1.0, whole=True)
    programme.rows(2, [([0, 1], places, 1.0)], lower=[3.0, 6.0])
    most = Rule("at most one", "shifts", per_row=0.5, summed=summed)
    programme.rows(2, [([0, 1], places, 1.0)], upper=1.0, rule=most)
    assert programme.smallest_relaxation(5.0) == ([(most, pytest.approx(amount / 2))], True)


@pytest.mark.parametrize("said", ["vector::reserve", "`c` must be a vector"])
def test_where_the_solver_breaks_off_while_it_simplifies_it_solves_the_programme_as_it_stands(
    monkeypatch, said
):
    solve, options = programmes.milp, []

    def milp(*given, **asked):
        options.append(asked["options"])
        if "presolve" not in asked["options"]:
            raise ValueError(said)
        return solve(*given, **asked)

    monkeypatch.setattr(programmes, "milp", milp)
    programme = Programme()
    [x] = programme.columns(1, cost=1.0, whole=True)
    programme.rows(1, [(np.zeros(1, dtype=int), np.array([x]), 1.0)], lower=2.5)
    if said != programmes.BROKEN_OFF:
        with pytest.raises(ValueError, match="must be a vector"):
            programme.solve(0.0, 1.0)
        return
    assert programme.solve(0.0, 1.0).values[x] == 3
    assert [one.get("presolve", True) for one in options] == [True, False]
