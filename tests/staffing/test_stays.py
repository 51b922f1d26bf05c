"""Length of stay learned from counts: drawn stays are found again."""

import numpy as np
import pandas as pd
import pytest

from staffing.errors import StaffingError
from staffing.stays import learn_stays


def binned(minutes, acuity):
    edges = np.concatenate([np.arange(0, 720, 15), np.arange(720, 5000, 60)])
    counts, _ = np.histogram(minutes, edges)
    return pd.DataFrame(
        {"acuity": acuity, "minutes_from": edges[:-1], "minutes_to": edges[1:], "patients": counts}
    )


def test_a_drawn_length_of_stay_is_learned_again():
    rng = np.random.default_rng(1)
    slow = rng.lognormal(np.log(240) - 0.5**2 / 2, 0.5, 20_000)
    quick = rng.lognormal(np.log(90) - 0.7**2 / 2, 0.7, 20_000)
    few = binned(slow[:10], 5)
    learned = learn_stays(pd.concat([binned(slow, 2), binned(quick, 4), few]))
    assert [stay.acuity for stay in learned] == [2, 4]  # ten patients teach nothing
    assert learned[0].mean_minutes == pytest.approx(240, rel=0.02)
    assert learned[0].spread == pytest.approx(0.5, abs=0.02)
    assert learned[1].mean_minutes == pytest.approx(90, rel=0.04)
    assert max(stay.misfit for stay in learned) < 0.03
    assert learned[0].gone_by(240) == pytest.approx((slow <= 240).mean(), abs=0.02)
    assert learned[0].gone_by(0) == 0


def test_the_mean_is_right_also_where_many_leave_at_once():
    rng = np.random.default_rng(2)
    minutes = np.concatenate([rng.uniform(1, 15, 4000), rng.lognormal(5.3, 0.5, 16_000)])
    (learned,) = learn_stays(binned(minutes, 4))
    assert learned.mean_minutes == pytest.approx(minutes.mean(), rel=0.02)
    assert learned.misfit > 0.05


def test_stays_without_their_columns_are_refused():
    with pytest.raises(StaffingError, match="lack the column 'minutes_from'"):
        learn_stays(pd.DataFrame({"acuity": [1], "minutes_to": [5], "patients": [3]}))
