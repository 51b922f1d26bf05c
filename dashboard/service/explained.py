"""What a forecast is made of: as it was issued, and as CSV that other programs read."""

from dashboard.service.csv_text import local_text, offset_text, table, utc_text
from data import archive
from data.archive import StoredForecast
from data.store import Store
from forecasting.explain import Parts

PARTS_COLUMNS = (
    *("site", "stream", "model", "start_local", "utc_offset", "start_utc"),
    *("part", "patients"),
)


def parts_as_issued(store: Store, stored: StoredForecast) -> Parts | None:
    """Parts kept with a stored forecast; None where its model cannot tell, or were not kept."""
    frame = archive.forecast_parts(store, stored.forecast_id)
    if frame is None:
        return None
    return Parts(
        model=stored.model,
        site=stored.site,
        stream=stored.stream,
        time_zone=stored.time_zone,
        step=stored.step,
        frame=frame,
    )


def parts_table(parts: Parts) -> bytes:
    """parts.csv: a row per step and part; the parts of a step add up to its expected patients.

    The first is the usual week; the others are what is added to it (or, below 0, taken from it).
    """
    index, zone = parts.index, parts.time_zone
    times = zip(local_text(index, zone), offset_text(index, zone), utc_text(index), strict=True)
    rows = [
        (parts.site, parts.stream, parts.model, *time, part, f"{patients:.6f}")
        for time, step in zip(times, parts.frame.to_numpy(), strict=True)
        for part, patients in zip(parts.frame.columns, step, strict=True)
    ]
    return table(PARTS_COLUMNS, rows)
