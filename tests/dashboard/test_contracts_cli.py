"""The stateless contract, which other programs call: columns, bytes, and no look ahead."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service.exports import FORECAST_COLUMNS, SHIFT_COLUMNS, STAFFING_COLUMNS

ZONE = "Europe/London"
AS_OF = "2026-03-10 00:00"
QUANTILES = list(FORECAST_COLUMNS[6:])


@pytest.fixture(scope="module")
def hours() -> pd.DataFrame:
    """Fifteen weeks of hours that end after the as-of time, with no quiet hour written as 0."""
    index = pd.date_range("2025-12-22", periods=15 * 7 * 24, freq="h")
    shape = 5 + 4 * np.sin((np.asarray(index.hour) - 9) / 24 * 2 * np.pi)
    counts = np.random.default_rng(5).poisson(shape)
    frame = pd.DataFrame({"time": index.strftime("%Y-%m-%d %H:%M"), "patients": counts})
    return frame[frame["patients"] > 0]


def made(folder: Path, frame: pd.DataFrame, *more: str) -> tuple[bytes, bytes]:
    source = folder / "mercy.csv"
    frame.to_csv(source, index=False)
    out, draws = folder / "f.csv", folder / "d.parquet"
    words = ["forecast", "--input", str(source), "--time-zone", ZONE, "--country", "GB"]
    words += ["--as-of", AS_OF, "--horizon", "28d", "--draws", "60", "--model", "harmonic"]
    assert main([*words, "--out", str(out), "--draws-out", str(draws), *more]) == 0
    return out.read_bytes(), draws.read_bytes()


def test_a_row_per_hour_with_the_columns_in_order(tmp_path, hours):
    out, draws = made(tmp_path, hours)
    table = pd.read_csv(io.BytesIO(out), dtype=str)
    assert tuple(table.columns) == FORECAST_COLUMNS
    assert len(table) == 28 * 24 - 1  # the clock goes forward on 29 March
    assert table["start_local"].iloc[0] == AS_OF
    assert table["start_local"].iloc[-1] == "2026-04-06 23:00"
    assert set(table["utc_offset"]) == {"+00:00", "+01:00"}
    assert table["start_utc"].iloc[0] == "2026-03-10T00:00:00Z"
    assert set(table["site"]) == {"mercy"}
    assert set(table["stream"]) == {"all"}
    assert table["mean"].str.fullmatch(r"\d+\.\d{4}").all()
    levels = table[QUANTILES].astype(int).to_numpy()
    assert (np.diff(levels, axis=1) >= 0).all()
    futures = pd.read_parquet(io.BytesIO(draws))
    assert list(futures.columns) == [
        *("site", "stream", "start_utc"),
        *(f"d{number:04d}" for number in range(60)),
    ]
    assert all(np.issubdtype(kind, np.integer) for kind in futures.dtypes.iloc[3:])
    assert futures.iloc[:, 3:].mean(axis=1).to_numpy() == pytest.approx(
        table["mean"].astype(float).to_numpy(), abs=1e-4
    )


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path, hours):
    first = made(tmp_path, hours)
    assert made(tmp_path, hours) == first
    other = made(tmp_path, hours, "--seed", "2")
    assert other[0] != first[0]
    assert other[1] != first[1]


@pytest.mark.parametrize("model", ["harmonic", "auto"])
def test_nothing_at_or_after_the_as_of_time_is_used(tmp_path, hours, model):
    later = hours["time"] >= AS_OF
    changed = hours.assign(patients=hours["patients"].where(~later, hours["patients"] * 7))
    zeros = hours.assign(patients=hours["patients"].where(~later, 0))
    cut = hours[~later]
    more = () if model == "harmonic" else ("--model", "auto")
    truth = made(tmp_path, hours, *more)
    for frame in (changed, zeros, cut):
        assert made(tmp_path, frame, *more) == truth


def test_streams_stand_one_below_the_other(tmp_path):
    from data import synthetic

    visits = synthetic.visits(days=75, start="2025-12-22", time_zone=ZONE)
    out, draws = made(tmp_path, visits, "--stream", "acuity=2", "--stream", "all")
    table = pd.read_csv(io.BytesIO(out))
    assert list(dict.fromkeys(table["stream"])) == ["acuity=2", "all"]
    assert table["stream"].value_counts().tolist() == [28 * 24 - 1] * 2
    means = table.groupby("stream")["mean"].mean()
    assert means["acuity=2"] < means["all"]
    assert len(pd.read_parquet(io.BytesIO(draws))) == len(table)


def test_daily_counts_give_a_row_per_day(tmp_path):
    days = pd.date_range("2025-10-01", periods=160, freq="D")
    counts = np.random.default_rng(2).poisson(120, len(days))
    frame = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "attendances": counts})
    out, _ = made(tmp_path, frame)
    table = pd.read_csv(io.BytesIO(out), dtype=str)
    assert len(table) == 28
    assert table["start_local"].tolist()[:2] == ["2026-03-10 00:00", "2026-03-11 00:00"]


def test_backtest_rows_carry_the_outcome_beside_what_was_said(tmp_path, hours):
    source, out, scores = tmp_path / "mercy.csv", tmp_path / "q.parquet", tmp_path / "scores.csv"
    hours.to_csv(source, index=False)
    words = ["backtest", "--input", str(source), "--time-zone", ZONE, "--draws", "50"]
    words += ["--first-origin", "2026-02-24 00:00", "--last-origin", "2026-03-10 00:00"]
    words += ["--every", "7d", "--horizon", "7d", "--refit", "7d", "--levels", "0.1,0.5,0.9"]
    words += ["--model", "profile", "--model", "harmonic"]
    assert main([*words, "--quantiles-out", str(out), "--scores-out", str(scores)]) == 0
    rows = pd.read_parquet(out)
    assert list(rows.columns) == [
        *("model", "site", "stream", "origin_local", "horizon", "grain", "start_local"),
        *("utc_offset", "start_utc", "actual", "mean", "q10", "q50", "q90"),
    ]
    one = rows[(rows["model"] == "profile") & (rows["grain"] == "day")]
    assert len(one) == 3 * 7
    origins = one["origin_local"].unique().tolist()
    assert origins == [pd.Timestamp(f"2026-{day}") for day in ("02-24", "03-03", "03-10")]
    day = hours[hours["time"].str.startswith("2026-02-25")]["patients"].sum()
    assert one["actual"].iloc[1] == day
    table = pd.read_csv(scores)
    assert set(table["model"]) == {"profile", "harmonic"}
    assert {"n", "crps", "mae", "bias", "cover80"} <= set(table.columns)


def test_plan_writes_intervals_and_shifts(tmp_path, hours):
    source, out, shifts = tmp_path / "mercy.csv", tmp_path / "s.csv", tmp_path / "shifts.csv"
    hours.to_csv(source, index=False)
    department = tmp_path / "edinflow.toml"
    department.write_text(
        '[department]\nname = "Majors"\n'
        '[[department.role]]\nname = "nurse"\nminutes = [150, 90, 60, 30, 20]\n'
    )
    words = ["plan", "--input", str(source), "--time-zone", ZONE, "--as-of", AS_OF]
    words += ["--horizon", "7d", "--model", "profile", "--draws", "60"]
    words += ["--department", str(department)]
    assert main([*words, "--out", str(out), "--shifts-out", str(shifts)]) == 0
    rows = pd.read_csv(out)
    assert tuple(rows.columns) == STAFFING_COLUMNS
    assert len(rows) == 7 * 48
    assert set(rows["role"]) == {"nurse"}
    assert set(rows["area"]) == {"Majors"}
    assert (rows["gap"] == rows["rostered"] - rows["required"]).all()
    assert tuple(pd.read_csv(shifts).columns) == SHIFT_COLUMNS


@pytest.mark.shared
def test_iowa_from_the_file_to_the_shifts(tmp_path, iowa_file):
    out, draws = tmp_path / "f.csv", tmp_path / "d.parquet"
    words = ["forecast", "--input", str(iowa_file), "--time-zone", "America/Chicago"]
    words += ["--country", "US", "--subdivision", "IA", "--as-of", "2018-03-04 00:00"]
    words += ["--horizon", "28d", "--model", "harmonic"]
    assert main([*words, "--out", str(out), "--draws-out", str(draws)]) == 0
    table = pd.read_csv(out)
    assert len(table) == 671
    assert table["start_local"].iloc[-1] == "2018-03-31 23:00"
    assert table["mean"].sum() == pytest.approx(28 * 165, rel=0.15)
