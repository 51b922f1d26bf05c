"""The ensemble's weights: by days ahead, and of whichever members it has."""

import numpy as np
import pytest

from forecasting import rates, registry
from forecasting.calendar import Calendar

CALENDAR = Calendar("America/Chicago", "US")


@pytest.mark.parametrize(("day", "share"), [(0, 4 / 5), (20, 4 / 5), (27, 4 / 5), (28, 2 / 3)])
def test_the_process_counts_half_where_no_trial_reaches(invent, day, share):
    ward = invent(120, step="day", day_sd=0.2)
    steps = rates.steps_in_days(ward, 40)

    def logs(name: str) -> np.ndarray:
        return np.log(registry.build(name).fit(ward, CALENDAR).outlook(steps, ward).rates)

    process, waves = logs("gaussian"), logs("harmonic")
    both = registry.build("ensemble", members="gaussian+harmonic")
    mixed = np.log(both.fit(ward, CALENDAR).outlook(steps, ward).rates)
    assert abs(process[day] - waves[day]) > 1e-4
    assert mixed[day] == pytest.approx(share * process[day] + (1 - share) * waves[day], abs=1e-6)
