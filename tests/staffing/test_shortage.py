"""Shortage: what one head more or fewer is worth, against published figures."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from staffing.shortage import Shortage, curve


@pytest.mark.parametrize("name", ["10", "6.67", "20"])
def test_heads_at_the_critical_fractile(case, name):
    known = case(f"newsvendor_{name}")
    i = known["inputs"]
    mean = float(i["demand"].removeprefix("Poisson(").removesuffix(")"))
    one = Shortage(
        pd.DatetimeIndex([]), 30, {"a": curve(np.array([[mean]]))}, {"a": np.array([mean])}
    )
    ratio = i["c_under"] / (i["c_under"] + i["c_over"])
    assert ratio == pytest.approx(known["expected"]["fractile"])
    short = i["c_under"] + i["c_over"]
    assert one.best_heads("a", short, i["c_over"]).tolist() == [known["expected"]["s"]]


def test_expected_shortage_is_mean_work_less_what_each_head_is_worth(case):
    known = case("newsvendor_pwl")
    chance = curve(np.array([[5.0]]))
    np.testing.assert_allclose(chance[0, :10], known["expected"]["P_ge_j"], atol=1e-6)
    heads = np.array(known["inputs"]["c"])
    size = len(heads)
    many = Shortage(
        pd.DatetimeIndex([]), 30, {"a": chance.repeat(size, axis=0)}, {"a": np.full(size, 5.0)}
    )
    np.testing.assert_allclose(
        many.expected("a", heads), known["expected"]["E_short"], atol=known["tolerance"] * 10
    )
    fewer = many.one_fewer("a", heads)
    assert fewer[0] == 0  # nobody to take away
    np.testing.assert_allclose(fewer[1:], poisson.sf(heads[1:] - 1, 5) / 2, atol=1e-4)
