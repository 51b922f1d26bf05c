"""What other programs read: columns, times at clock changes, cells that no spreadsheet runs."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from dashboard.service import exports
from dashboard.service.errors import ServiceError
from dashboard.service.exports import Stamp
from dashboard.service.files import draws_parquet, write_whole
from data import clock
from data.spreadsheet import harmless
from forecasting.forecast import Forecast
from staffing.department import default_department
from staffing.planner import plan
from staffing.requirement import requirement

ZONE = "Europe/London"
MADE = pd.Timestamp("2026-10-20 08:00", tz="UTC")


def forecast(start: str, hours: int, stream: str = "all", site: str = "Mercy") -> Forecast:
    index = clock.steps_from(clock.instant(start, ZONE), hours, "hour", ZONE)
    draws = np.random.default_rng(1).poisson(6, (hours, 100))
    return Forecast("profile", site, stream, ZONE, "hour", index, draws)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_forecast_columns_are_the_contract():
    header = exports.forecast_table([forecast("2026-03-04 00:00", 3)]).decode().splitlines()[0]
    assert header == (
        "site,stream,start_local,utc_offset,start_utc,mean,"
        "q025,q05,q10,q20,q25,q30,q40,q50,q60,q70,q75,q80,q90,q95,q975"
    )


def test_each_step_of_each_stream_has_a_row_with_whole_quantiles():
    made = [forecast("2026-03-04 00:00", 5), forecast("2026-03-04 00:00", 5, "acuity=2")]
    found = rows(exports.forecast_table(made))
    assert [row["stream"] for row in found] == ["all"] * 5 + ["acuity=2"] * 5
    draws = made[0].draws[0]
    assert found[0]["mean"] == f"{draws.mean():.4f}"
    assert int(found[0]["q50"]) == np.quantile(draws, 0.5, method="inverted_cdf")


def test_the_repeated_autumn_hour_stands_twice_with_its_offsets():
    found = rows(exports.forecast_table([forecast("2026-10-25 00:00", 4)]))
    assert [(row["start_local"], row["utc_offset"], row["start_utc"]) for row in found] == [
        ("2026-10-25 00:00", "+01:00", "2026-10-24T23:00:00Z"),
        ("2026-10-25 01:00", "+01:00", "2026-10-25T00:00:00Z"),
        ("2026-10-25 01:00", "+00:00", "2026-10-25T01:00:00Z"),
        ("2026-10-25 02:00", "+00:00", "2026-10-25T02:00:00Z"),
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+SUM(A1)", "-2+3", "@x", "\tx", "\rx", "\nx", "\0x", "＝1+1", "  =1"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Mercy", "-3.5", "+4", "1e-5", "-06:00", "acuity=2", "65-79"])
def test_plain_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_a_site_named_like_a_formula_is_harmless_in_every_export():
    made = forecast("2026-03-04 00:00", 24, site="=cmd|' /C calc'!A0")
    department = default_department()
    planned = plan(requirement(made, department), department)
    stamp = Stamp("@area", "hash", 1, MADE)
    for content in (
        exports.forecast_table([made]),
        exports.staffing_table(planned, stamp),
        exports.shift_table(planned, stamp),
    ):
        assert {row["site"] for row in rows(content)} == {"'=cmd|' /C calc'!A0"}
    assert rows(exports.staffing_table(planned, stamp))[0]["area"] == "'@area"


def test_staffing_rows_add_up_over_both_nights_of_the_year():
    department = default_department()
    for day, hours in (("2026-03-29 00:00", 23), ("2026-10-25 00:00", 25)):
        planned = plan(requirement(forecast(day, hours), department), department)
        found = rows(exports.staffing_table(planned, Stamp("ED", "hash", 3, MADE)))
        assert len(found) == hours * 2 * len(department.roles)
        assert len({(row["role"], row["start_utc"]) for row in found}) == len(found)
        for row in found:
            assert int(row["gap"]) == int(row["rostered"]) - int(row["required"])
            assert int(row["required_low"]) <= int(row["required_high"])
            assert row["generated_at_utc"] == "2026-10-20T08:00:00Z"


def test_paid_hours_of_the_shift_form_are_those_of_the_plan():
    department = default_department()
    planned = plan(requirement(forecast("2026-03-04 03:00", 48), department), department)
    found = rows(exports.shift_table(planned, Stamp("ED", "hash", 3, MADE)))
    total = sum(float(row["paid_hours"]) for row in found)
    assert total == pytest.approx(float(planned.paid_hours().sum()))
    assert {row["began_before"] for row in found} == {"yes", "no"}


def test_a_plan_is_named_by_what_it_was_made_from():
    department = default_department()
    planned = plan(requirement(forecast("2026-03-04 00:00", 24), department), department)
    names = {
        Stamp("ED", settings, version, MADE).plan_id(planned)
        for settings, version in (("a", 1), ("a", 2), ("b", 1))
    }
    assert len(names) == 3
    assert Stamp("ED", "a", 1, MADE).plan_id(planned) in names


def test_draws_are_whole_numbers_a_column_each():
    made = forecast("2026-03-04 00:00", 6)
    table = pd.read_parquet(io.BytesIO(draws_parquet([made])))
    assert list(table.columns[:4]) == ["site", "stream", "start_utc", "d0000"]
    assert list(table.columns[3:]) == [f"d{number:04d}" for number in range(100)]
    assert (table.iloc[:, 3:].to_numpy() == made.draws).all()
    assert str(table["start_utc"].dt.tz) == "UTC"
    assert table["start_utc"].tolist() == made.index.tolist()


def test_a_result_that_cannot_be_written_leaves_the_others_as_they_were(tmp_path):
    (tmp_path / "taken").mkdir()
    first = tmp_path / "a.csv"
    first.write_bytes(b"old")
    with pytest.raises(ServiceError, match="it is a folder"):
        write_whole({first: b"new", tmp_path / "taken": b"x"})
    assert first.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "taken"]
