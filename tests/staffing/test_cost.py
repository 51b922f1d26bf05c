"""What shifts cost: by hand, and by a slow loop over minutes."""

import pandas as pd
import pytest

from staffing.cost import shift_cost
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.rules import Premium, Window

ZONE = "Europe/London"
NIGHT, SUNDAY = Window("20:00", "07:00"), Window("00:00", "00:00", (6,))
PREMIUMS = (Premium(NIGHT, 1.5), Premium(SUNDAY, 2.0))
WARD = Department(
    "ward",
    (StaffRole("nurse", (60,) * 5, cost_per_hour=40), StaffRole("porter", fixed=1)),
    (ShiftPattern("D", "07:00", 12), ShiftPattern("N", "19:00", 12)),
    Target(30, 0.8),
)


def shifts(*rows):
    frame = pd.DataFrame(rows, columns=["role", "start", "end", "heads"])
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name]).dt.tz_localize(ZONE).dt.tz_convert("UTC")
    return frame


@pytest.mark.parametrize(
    ("row", "money"),
    [
        (("nurse", "2026-03-03 07:00", "2026-03-03 19:00", 2), 2 * 12 * 40),
        (("nurse", "2026-03-03 19:00", "2026-03-04 07:00", 1), (1 + 11 * 1.5) * 40),
        (("nurse", "2026-03-08 12:15", "2026-03-08 14:45", 1), 2.5 * 2 * 40),
        # From Saturday 19:00, with the hour from 01:00 on Sunday left out: 1, 4 at 1.5, 6 at 3.
        (("nurse", "2026-03-28 19:00", "2026-03-29 07:00", 1), (1 + 4 * 1.5 + 6 * 3) * 40),
        (("porter", "2026-03-03 07:00", "2026-03-03 19:00", 5), 0),
    ],
)
def test_a_shift_costs_its_hours_at_what_each_of_them_costs(row, money):
    assert shift_cost(shifts(row), WARD, PREMIUMS, ZONE) == pytest.approx(money)


def test_costs_of_shifts_add_up_and_nothing_costs_nothing():
    rows = [
        ("nurse", "2026-03-03 07:00", "2026-03-03 19:00", 2),
        ("nurse", "2026-03-07 19:00", "2026-03-08 07:00", 3),
    ]
    both = shift_cost(shifts(*rows), WARD, PREMIUMS, ZONE)
    assert both == pytest.approx(sum(shift_cost(shifts(r), WARD, PREMIUMS, ZONE) for r in rows))
    assert shift_cost(shifts(*rows)[:0], WARD, PREMIUMS, ZONE) == 0
    assert shift_cost(shifts(*rows), WARD, (), ZONE) == pytest.approx(60 * 40)
