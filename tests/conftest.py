"""What tests share: where the real data lies, and a fresh store for each test."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Whether a test passes must not hang on what else the machine does.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data beside the project; its absence is a failure where it is required."""
    if not SHARED.is_dir():
        reason = "the real data is not beside the project (../shared/data)"
        if os.environ.get("ED_INFLOW_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED


@pytest.fixture(scope="session")
def iowa_file(shared_data: Path) -> Path:
    """University of Iowa, hourly arrivals 2013-07 to 2018-03 on the local clock."""
    return shared_data / "iowa_hourly" / "tidy_hourly_local.csv.gz"
