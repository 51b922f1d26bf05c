"""History: what the store knows of the past, read back as counts."""

import numpy as np
import pandas as pd

from data import clock
from data.arrivals import ArrivalSeries
from data.errors import DataError
from data.store import Store

HABIT = pd.Timedelta(days=14)
FEWEST_LOADS = 8
KINDS = ("acuity", "mode", "age_band", "admitted")


def sites(store: Store) -> pd.DataFrame:
    """Return a row per site: site, time_zone, step, first, last, data_version.

    first: start of the first observed step; last: end of the last one (both UTC, NaT if none).
    """
    found = store.frame("sites")
    found["last"] = [
        last
        if pd.isna(last)
        else clock.steps_from(clock.floor_to_step(last, step, zone), 2, step, zone)[1]
        for last, step, zone in zip(found["last"], found["step"], found["time_zone"], strict=True)
    ]
    found["last"] = pd.to_datetime(found["last"], utc=True)
    return found


def site(store: Store, name: str) -> pd.Series:
    """Return site, time_zone, step and data_version of one site.

    Raises DataError naming the sites there are.
    """
    found = store.frame("site", site=name)
    if found.empty:
        known = ", ".join(repr(one) for one in sites(store)["site"]) or "none: load a file first"
        raise DataError(f"There is no site {name!r} in the store; known sites: {known}.")
    return found.iloc[0]


def arrivals(store: Store, name: str, stream: str = "all") -> ArrivalSeries:
    """Arrivals of a site from its first to its last observed step; gaps are NaN.

    stream: "all", or one value of one kind, such as "acuity=2", "mode=ambulance",
    "age_band=65-79", "admitted=yes". Raises DataError naming the sites or streams there are.
    """
    wanted: dict[str, int | str | None] = dict.fromkeys(KINDS)
    with store.reading():
        about = site(store, name)
        if stream != "all":
            known = streams(store, name)
            if stream not in known:
                raise DataError(
                    f"Site {name!r} has no stream {stream!r}; its streams are: {', '.join(known)}."
                )
            kind, value = stream.split("=", 1)
            wanted[kind] = int(value) if kind == "acuity" else value
        rows = step_counts(store, name, wanted)
    seen = rows.loc[rows["patients"].notna(), "start_utc"]
    if seen.empty:
        raise DataError(f"Nothing was observed at site {name!r} yet: load a file of its arrivals.")
    step: clock.Step = about["step"]
    end = clock.steps_from(seen.iloc[-1], 2, step, about["time_zone"])[1]
    index = clock.steps_between(seen.iloc[0], end, step, about["time_zone"])
    counts = pd.Series(
        rows["patients"].to_numpy(float), index=pd.DatetimeIndex(rows["start_utc"])
    ).reindex(index)
    return ArrivalSeries(name, stream, about["time_zone"], step, counts)


def step_counts(
    store: Store, name: str, wanted: dict[str, int | str | None] | None = None
) -> pd.DataFrame:
    """Return a row per covered step: start_utc, merged, patients (NaN where not observed)."""
    rows = store.frame("step_counts", site=name, **(wanted or dict.fromkeys(KINDS)))
    return rows.astype({"patients": float, "merged": bool})


def streams(store: Store, name: str) -> list[str]:
    """Name the streams of a site: "all" first, then one per recorded value."""
    with store.reading():
        site(store, name)
        found = store.frame("stream_values", site=name)
    return ["all", *(found["kind"] + "=" + found["value"])]


def acuity_mix(store: Store, name: str, before: pd.Timestamp) -> tuple[float, ...] | None:
    """Shares of acuity 1 to 5 among patients whose acuity is known, 365 days before an instant.

    None when no acuity was recorded in them.
    """
    with store.reading():
        site(store, name)
        found = store.frame("acuity_counts", site=name, before=before)
    if found.empty:
        return None
    patients = np.zeros(5)
    patients[found["acuity"].to_numpy(int) - 1] = found["patients"].to_numpy(float)
    return tuple(float(share) for share in patients / patients.sum())


def length_of_stay(store: Store, name: str, before: pd.Timestamp | None = None) -> pd.DataFrame:
    """Histogram of minutes from arrival to departure: acuity, minutes_from, minutes_to, patients.

    Bins of 15 minutes up to 24 hours, then one without an upper end; acuity NA where unknown.
    before: only of those who had left by then; of the week that it lies in, what is surely earlier.
    """
    with store.reading():
        site(store, name)
        found = store.frame("stays", site=name, before=before)
    return found.astype({"acuity": "Int64", "minutes_from": "Int64", "minutes_to": "Int64"})


def loads(store: Store, name: str | None = None) -> pd.DataFrame:
    """List the ledger of loads, newest first; status is live, superseded or undone."""
    return store.frame("ledger", site=name)


def data_version(store: Store, name: str) -> int:
    """Number that grows whenever a load or an undo changed the site; 0 when it is unknown."""
    found = store.frame("site", site=name)
    return 0 if found.empty else int(found["data_version"].iloc[0])


def read_at(store: Store, name: str) -> pd.Timestamp | None:
    """Return when (UTC) the load came in that decides the last observed step; None without one."""
    found = store.frame("last_word", site=name)["loaded_at"].iloc[0]
    return None if pd.isna(found) else found


def usual_age(store: Store, name: str) -> pd.Timedelta | None:
    """How old the data grows before a load brings newer data, in nine of ten cases.

    Of the loads of the last two weeks before the newest one. None with fewer than eight that
    brought newer data: then there is no habit to tell of.
    """
    times = store.frame("load_times", site=name)
    if times.empty:
        return None
    reached, came = times["covers_to"].cummax(), times["loaded_at"]
    newer = (reached > reached.shift()) & (came > came.iloc[-1] - HABIT)
    ages = (came - reached.shift())[newer]
    return None if len(ages) < FEWEST_LOADS else pd.Timedelta(ages.quantile(0.9))


def late_counts(store: Store, name: str) -> pd.DataFrame:
    """How much of an hour was known soon after it: lag_hours, hours, known, final, a row per lag.

    Over hours that were loaded again when at least a day old, as long as the ledger keeps what
    was replaced; known and final are patients then and in the newest load. Empty where no hour
    was loaded twice.
    """
    return store.frame("late_counts", site=name)


def parts(store: Store, name: str, kind: str) -> tuple[ArrivalSeries, ...]:
    """Arrivals by each value of a kind, such as "acuity"; they add up to all of them.

    Patients whose value is not known are the part "unknown", left out where there are none.
    Raises DataError where the site records no such kind.
    """
    every = streams(store, name)
    named = [stream for stream in every if stream.startswith(f"{kind}=")]
    if not named:
        kinds = list(dict.fromkeys(stream.split("=")[0] for stream in every[1:]))
        raise DataError(
            f"Site {name!r} records no {kind!r} of its patients; it records: "
            f"{', '.join(kinds) or 'nothing of the kind'}."
        )
    whole = arrivals(store, name)
    found = [arrivals(store, name, stream) for stream in named]
    rest = whole.counts - sum(part.counts for part in found)
    if rest.sum() > 0:
        found.append(ArrivalSeries(name, f"{kind}=unknown", whole.time_zone, whole.step, rest))
    return tuple(found)
