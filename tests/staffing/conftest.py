"""What the staffing tests share: known answers, and small departments and forecasts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecasting.forecast import Forecast
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.requirement import Requirement

MORNING = [4.3, 3.6, 3.2, 2.8, 2.6, 2.6, 3.0, 4.6, 7.2, 8.9, 10.6, 10.7]
EVENING = [10.6, 9.8, 10.0, 10.1, 10.2, 9.7, 9.6, 9.2, 8.7, 8.2, 6.6, 5.2]


@pytest.fixture(scope="session")
def case(shared_data: Path) -> Callable[[str], Any]:
    """A case with a known answer, by its id."""
    listed = json.loads((shared_data / "staffing_cases.json").read_text())["cases"]
    return {entry["id"]: entry for entry in listed}.__getitem__


@pytest.fixture(scope="session")
def department_with() -> Callable[..., Department]:
    """A department of one role, from shifts written as (code, start, hours)."""

    def build(*shifts: tuple[str, str, float], minimum: int = 0, step: int = 30) -> Department:
        return Department(
            name="ward",
            roles=(StaffRole("physician", (70, 40, 25, 15, 10), minimum=minimum),),
            patterns=tuple(ShiftPattern(*shift) for shift in shifts),
            target=Target(30, 0.8),
            step_minutes=step,
        )

    return build


@pytest.fixture(scope="session")
def need_of() -> Callable[..., Requirement]:
    """A requirement of one role from heads per step, from a UTC start."""

    def build(
        heads: Any, start: str, zone: str = "UTC", step: int = 30, role: str = "physician"
    ) -> Requirement:
        first = pd.Timestamp(start, tz="UTC")
        index = pd.date_range(first, periods=len(heads), freq=pd.Timedelta(minutes=step))
        frame = pd.DataFrame({role: np.asarray(heads, dtype=np.int64)}, index=index)
        return Requirement("ward", zone, "m", 0.8, Target(30, 0.8), frame, frame, frame, step)

    return build


@pytest.fixture(scope="session")
def forecast_of() -> Callable[..., Forecast]:
    """A forecast from draws (hours × draws), from a UTC start."""

    def build(
        draws: Any, start: str = "2026-03-02 06:00", zone: str = "America/Chicago"
    ) -> Forecast:
        counts = np.asarray(draws, dtype=np.int32)
        index = pd.date_range(pd.Timestamp(start, tz="UTC"), periods=len(counts), freq="h")
        return Forecast("m", "ward", "all", zone, "hour", index, counts)

    return build


@pytest.fixture(scope="session")
def busy_month(forecast_of: Callable[..., Forecast]) -> Forecast:
    """Four weeks, 172 patients a day, busy days 10 % off the mean, 1000 draws."""
    rng = np.random.default_rng(1)
    day = np.arange(672) // 24
    effect = rng.gamma(100, 0.01, size=(28, 1000))
    rates = np.tile([*MORNING, *EVENING], 28)[:, None] * effect[day]
    return forecast_of(rng.poisson(rates))
