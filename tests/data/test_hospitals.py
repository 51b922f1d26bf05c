"""A file of several hospitals: refused before their patients are added up to one."""

import pandas as pd
import pytest

from data.errors import DataError
from data.feeds import hospitals
from data.ingest import ingest


def visits(name: str, hospital: list[str]) -> str:
    times = pd.date_range("2024-01-01 00:07", periods=len(hospital), freq="37min")
    rows = [f"{at:%Y-%m-%d %H:%M},{of}" for at, of in zip(times, hospital, strict=True)]
    return "\n".join([f"arrived_at,{name}", *rows, ""])


@pytest.mark.parametrize("name", ["Hospital", "site_name", "Sykehus"])
def test_two_hospitals_in_one_file_are_refused(load, name):
    # the first thousand rows name one only, as in a file that is sorted by hospital
    content = visits(name, ["North"] * 1500 + ["South"] * 300)
    with pytest.raises(DataError, match=f"'{name}' of arrivals.csv names 2 hospitals"):
        load(content)


def test_two_hospitals_in_a_quoted_file_and_in_parquet_are_refused(load, tmp_path, store):
    content = visits("site", ['"North, old"', "South"] * 600)
    with pytest.raises(DataError, match="names 2 hospitals"):
        load(content)
    frame = pd.DataFrame(
        {
            "arrived_at": pd.date_range("2024-01-01 00:07", periods=1200, freq="37min"),
            "site": ["North", "South"] * 600,
        }
    )
    path = tmp_path / "two.parquet"
    frame.to_parquet(path)
    with pytest.raises(DataError, match=r"'site' of two\.parquet names 2 hospitals"):
        ingest(store, path, site="Mercy", time_zone="UTC")


@pytest.mark.parametrize(
    "hospital",
    [
        ["North"] * 1200,
        ["North", "north "] * 600,  # one hospital, spelled in two ways
        ["North"] * 1199 + ["Nroth"],  # a slip of the pen
        ["North", ""] * 600,
    ],
)
def test_one_hospital_is_loaded(load, hospital):
    assert load(visits("Hospital", hospital)).accepted == 1200


def test_columns_that_only_sound_like_it_are_not_taken_for_it():
    assert hospitals.column_of(["arrived_at", "referring hospital", "site of injury"]) is None
    assert hospitals.column_of(["Site", "count"], taken=("Site",)) is None
