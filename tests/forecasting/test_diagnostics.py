"""Diagnostics against rows whose answers can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from forecasting import diagnostics
from forecasting.calendar import Calendar


def rows(days: int = 14, off: float = 0.0, grain: str = "day") -> pd.DataFrame:
    """One forecast of `days` days of 100 patients each, expected 100 + off, range 90 to 110."""
    start = pd.date_range("2026-06-29", periods=days, freq="D")
    frame = pd.DataFrame(
        {
            "grain": grain,
            "origin_local": start[0],
            "horizon": np.arange(1, days + 1),
            "start_local": start,
            "actual": 100.0,
            "mean": 100.0 + off,
            "pit": (np.arange(days) + 0.5) / days,
        }
    )
    for name, value in (("q025", 80), ("q10", 90), ("q25", 95), ("q75", 105), ("q90", 110),
                        ("q975", 120)):  # fmt: skip
        frame[name] = value
    return frame


def test_a_range_that_always_held_is_said_to_have_held_at_each_distance():
    table = diagnostics.coverage_by_horizon(rows(), "day")
    assert list(table["ahead"].unique()) == ["1", "2–3", "4–7", "8–14"]
    assert (table["held"] == 1).all()
    assert table.loc[table["range"] == "80", "n"].tolist() == [1, 2, 4, 7]
    assert table["error"].isna().all()  # a single origin tells nothing of chance


def test_an_outcome_outside_a_range_counts_against_it_only():
    missed = rows()
    missed.loc[0, "actual"] = 112.0
    held = diagnostics.coverage_by_horizon(missed, "day").set_index(["ahead", "range"])["held"]
    assert held["1", "80"] == 0
    assert held["1", "95"] == 1


def test_the_error_over_origins_is_that_of_their_means():
    two = pd.concat([rows(1), rows(1).assign(origin_local=pd.Timestamp("2026-07-27"), actual=0.0)])
    table = diagnostics.coverage_by_horizon(two, "day")
    assert table["held"].tolist() == [0.5] * 3
    assert table["error"].tolist() == pytest.approx([0.5] * 3)  # sd of (1, 0) is √½, over √2


def test_evenly_placed_outcomes_make_a_flat_histogram():
    shares = diagnostics.pit_histogram(rows(days=20), "day")
    assert shares.tolist() == pytest.approx([0.1] * 10)


def test_bias_stands_at_its_hour_and_weekday():
    hourly = rows(days=2, grain="hour")
    hourly["start_local"] = [pd.Timestamp("2026-06-29 08:00"), pd.Timestamp("2026-06-30 09:00")]
    hourly["actual"] = [100.0, 97.0]
    table = diagnostics.bias_by_hour_of_week(hourly)
    assert table.loc[0, 8] == 0
    assert table.loc[1, 9] == 3
    assert table.notna().sum().sum() == 2
    assert diagnostics.bias_by_hour_of_week(rows()) is None


def test_the_worst_day_comes_first_as_the_nearest_forecast_saw_it_with_its_events():
    far, near = rows(off=30.0), rows(off=2.0)
    near["origin_local"], near["horizon"] = pd.Timestamp("2026-06-28"), 0
    near.loc[5, "actual"] = 60.0  # 4 July
    table = diagnostics.worst_days(pd.concat([far, near]), Calendar("America/Chicago", "US"), 3)
    assert len(table) == 3
    first = table.iloc[0]
    assert first["start_local"] == pd.Timestamp("2026-07-04")
    assert first["off"] == 42.0
    assert "Independence Day" in first["events"]
    assert "day before Independence Day" in diagnostics.events_on(
        Calendar("America/Chicago", "US"), pd.Timestamp("2025-07-03")
    )
