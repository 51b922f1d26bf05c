"""The real series that the benches measure on, read from ../shared/data beside the project.

Hourly files go through the data floor, as a department's own file would: hours that the clock
change made up or merged are not observed. What a file's SOURCE.md says is wrong is NaN.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data import history
from data.arrivals import ArrivalSeries
from data.events import Event
from data.ingest import ingest
from data.store import Store
from forecasting.calendar import Calendar

FOLDER = Path(__file__).resolve().parents[2] / "shared/data"
SWAST_REGIONS = (
    "BNSSG", "Cornwall", "Devon", "Dorset", "Gloucestershire", "Somerset", "Wiltshire",
)  # fmt: skip
CALENDARS = {
    "iowa": Calendar("America/Chicago", "US", "IA"),
    "cardiff": Calendar("Europe/London", "GB", "WLS"),
    "swast": Calendar("Europe/London", "GB", "ENG"),
    "bern": Calendar("Europe/Zurich", "CH", "BE"),
    "portugal": Calendar("Europe/Lisbon", "PT"),
    "perth": Calendar("Australia/Perth", "AU", "WA"),
}


# Weeks that the schools of Wales are closed for; the source tells only when each closure begins.
WEEKS_OFF = {
    "Autumn Half Term": 1, "Christmas Holiday": 2, "Winter Half Term": 1, "Easter Holiday": 2,
    "Spring Bank Half Term": 1, "Summer Holiday": 6,
}  # fmt: skip


def leave_without_data() -> None:
    """End the bench where the real data is not there: as a failure where it is required."""
    if not FOLDER.is_dir():
        print("bench skipped: the real data is not beside the project (../shared/data)")
        sys.exit(1 if os.environ.get("ED_INFLOW_REQUIRE_SHARED") == "1" else 0)


def hourly(path: Path, site: str, time_zone: str) -> ArrivalSeries:
    """A file of hours on the local clock, through the data floor."""
    store = Store.in_memory()
    ingest(store, path, site=site, time_zone=time_zone)
    return history.arrivals(store, site)


def iowa(folder: Path = FOLDER) -> ArrivalSeries:
    """University of Iowa, hours, 2013-07 to 2018-03."""
    path = folder / "iowa_hourly/tidy_hourly_local.csv.gz"
    return hourly(path, "iowa", CALENDARS["iowa"].time_zone)


def cardiff(folder: Path = FOLDER) -> ArrivalSeries:
    """A large Welsh emergency department, hours, 2014-04 to 2019-02."""
    path = folder / "cardiff_hourly/tidy_hourly_local.csv.gz"
    return hourly(path, "cardiff", CALENDARS["cardiff"].time_zone)


def cardiff_terms(folder: Path = FOLDER) -> tuple[Event, ...]:
    """When schools around the Welsh department are closed, whole weeks at a time.

    The source names, for each of 35 places, the day on which a closure begins, which may be the
    last day of school. Here it begins on the day that most places name; where that is a Thursday
    or later in the week, on the Monday after.
    """
    rows = pd.read_csv(folder / "cardiff_hourly/school_holiday.csv", parse_dates=["ds"])
    rows["holiday"] = rows["holiday"].str.split().str.join(" ")
    found = []
    for (name, _), named in rows.groupby(["holiday", rows["ds"].dt.year]):
        begins = named["ds"].mode()[0]
        first = begins + pd.Timedelta(
            days=(-begins.day_of_week) % 7 if begins.day_of_week > 2 else 0
        )
        last = first + pd.Timedelta(days=7 * WEEKS_OFF[str(name)] - 1)
        found.append(Event(str(name), first.date(), last.date(), "school"))
    return tuple(found)


def cardiff_calendar(folder: Path = FOLDER) -> Calendar:
    """Public holidays, school terms, and the two Fridays of parties before Christmas.

    These are what the department's published forecasts were given, weather apart.
    """
    rows = pd.read_csv(folder / "cardiff_hourly/black_friday.csv", parse_dates=["ds"])
    parties = tuple(
        Event(str(name), day.date(), day.date())
        for name, day in zip(rows["holiday"], rows["ds"], strict=True)
    )
    return replace(CALENDARS["cardiff"], events=(*cardiff_terms(folder), *parties))


def swast(folder: Path = FOLDER) -> dict[str, ArrivalSeries]:
    """South Western Ambulance, responses a day in its seven regions, 2013-12-30 to 2019-12-31.

    The Trust's total and the calls from out of the area are left out, as the benchmark does.
    """
    table = pd.read_csv(folder / "swast_daily/Daily_Responses_5_Years_2019_full.csv")
    return {
        region: _daily(
            region,
            "swast",
            table.loc[table["ORA"] == region, "Actual_dt"],
            table.loc[table["ORA"] == region, "Actual_Value"],
        )
        for region in SWAST_REGIONS
    }


def bern(folder: Path = FOLDER) -> ArrivalSeries:
    """Inselspital Bern, visits a day, 2014 to 2022."""
    name = "INSEL_daily_typeVisits_clinicEmergencyDeptUni_ageAll.csv"
    table = pd.read_csv(folder / "bern_daily" / name, sep=";")
    return _daily("bern", "bern", table["date"], table["hosp_counts"])


def portugal(folder: Path = FOLDER) -> dict[str, ArrivalSeries]:
    """Episodes a day in Portugal's five health regions, 2016-11 to 2026-01 (official estimates).

    The Algarve's 94 of 2022-02-17 is a fault of the source, so that day is not observed.
    """
    table = pd.read_csv(folder / "portugal_daily/tidy_daily.csv.gz")
    table["region"] = table["RegiaoNome"].str.replace(r"^Região de Saúde (do )?", "", regex=True)
    fault = (table["region"] == "Algarve") & (table["Período"] == "2022-02-17")
    table.loc[fault, "Nº Episódios Urgência"] = float("nan")
    return {
        str(region): _daily(
            f"portugal {region}", "portugal", part["Período"], part["Nº Episódios Urgência"]
        )
        for region, part in table.groupby("region")
    }


def perth(folder: Path = FOLDER) -> dict[str, dict[str, ArrivalSeries]]:
    """Nine hospitals of Perth, attendances a day and by triage category, 2013-07 to 2014-06.

    Hospital → stream ("all", "acuity=1" … "acuity=5"). A number below 3 was withheld: NaN.
    """
    table = pd.read_csv(folder / "perth_daily_triage/tidy_long.csv.gz")
    columns = {"all": "attendance", **{f"acuity={one}": f"tri_{one}" for one in range(1, 6)}}
    return {
        str(hospital): {
            stream: _daily(str(hospital), "perth", part["date"], part[column], stream)
            for stream, column in columns.items()
        }
        for hospital, part in table.groupby("hospital")
    }


def _daily(
    site: str, source: str, dates: pd.Series, patients: pd.Series, stream: str = "all"
) -> ArrivalSeries:
    """Local days in any order as a series; a date that the file does not name is NaN."""
    zone = CALENDARS[source].time_zone
    named = pd.Series(patients.to_numpy(dtype=float), index=pd.DatetimeIndex(dates)).sort_index()
    every = pd.date_range(named.index[0], named.index[-1], freq="D")
    counts = named.reindex(every)
    starts = every.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    counts.index = starts.tz_convert("UTC")
    return ArrivalSeries(site, stream, zone, "day", counts)
