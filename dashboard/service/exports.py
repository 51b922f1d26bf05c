"""Values → CSV that other programs read: forecasts, staffing intervals, shifts.

The columns and their order are a contract.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.service.csv_text import local_text, offset_text, table, utc_text
from dashboard.service.question import Answer
from dashboard.settings import Settings
from forecasting.forecast import LEVELS, Forecast, level_name
from staffing.plan import ShiftPlan


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


FORECAST_COLUMNS = (
    *("site", "stream", "start_local", "utc_offset", "start_utc", "mean"),
    *(level_name(level) for level in LEVELS),
)
STAFFING_COLUMNS = _names(
    "plan_id,plan_version,status,site,area,role,start_local,end_local,utc_offset,start_utc,"
    "required,required_low,required_high,rostered,gap,service_level,source,note,"
    "generated_at_utc,model_id,data_version"
)
SHIFT_COLUMNS = _names(
    "plan_id,plan_version,status,site,area,date,shift,role,heads,start_local,end_local,"
    "utc_offset,start_utc,end_utc,paid_hours,began_before,generated_at_utc,model_id,"
    "data_version"
)


@dataclass(frozen=True)
class Stamp:
    """What each row of an exported plan says of the plan.

    area: part of the hospital. settings_hash, data_version: what it was made from.
    generated_at: when (UTC). status: "draft" until somebody locks it.
    """

    area: str
    settings_hash: str
    data_version: int
    generated_at: pd.Timestamp
    status: str = "draft"

    def plan_id(self, plan: ShiftPlan) -> str:
        """Short name of a plan: the same needs, settings and data give the same one."""
        need = plan.requirement
        meaning = (
            *(need.site, need.model, f"{need.service_level:g}", str(need.heads.index[0])),
            *(need.heads.to_csv(), self.settings_hash, str(self.data_version)),
        )
        return "p" + hashlib.sha256("|".join(meaning).encode()).hexdigest()[:10]


def forecast_table(forecasts: Sequence[Forecast]) -> bytes:
    """forecast.csv: a row per step of each forecast, with its mean and quantiles."""
    rows: list[tuple[object, ...]] = []
    for forecast in forecasts:
        times = _times(forecast.index, forecast.time_zone)
        means = [f"{mean:.4f}" for mean in forecast.mean]
        quantiles = forecast.quantiles().astype(int).to_numpy().tolist()
        rows += [
            (forecast.site, forecast.stream, *time, mean, *levels)
            for time, mean, levels in zip(times, means, quantiles, strict=True)
        ]
    return table(FORECAST_COLUMNS, rows)


def staffing_table(plan: ShiftPlan, mark: Stamp) -> bytes:
    """staffing.csv: a row per role and interval: heads required, rostered and the gap."""
    need = plan.requirement
    first = (mark.plan_id(plan), 1, mark.status, need.site, mark.area)
    last = (utc_text(pd.DatetimeIndex([mark.generated_at]))[0], need.model, mark.data_version)
    long = plan.long_frame()
    starts = pd.DatetimeIndex(long["start"])
    ends = local_text(starts + need.step, need.time_zone)
    heads = long[["required", "required_low", "required_high", "rostered", "gap"]]
    rows = [
        (
            *(*first, role, begins, ends_at, offset, start_utc, *numbers),
            *(f"{need.service_level:g}", "forecast", _note(numbers[-1]), *last),
        )
        for role, (begins, offset, start_utc), ends_at, numbers in zip(
            long["role"],
            _times(starts, need.time_zone),
            ends,
            heads.astype(int).to_numpy().tolist(),
            strict=True,
        )
    ]
    return table(STAFFING_COLUMNS, rows)


def shift_table(plan: ShiftPlan, mark: Stamp) -> bytes:
    """shifts.csv: a row per date, shift and role, with heads, start, end and paid hours.

    A shift that begins before the plan does, to cover its first hours, is marked as such.
    """
    need = plan.requirement
    first = (mark.plan_id(plan), 1, mark.status, need.site, mark.area)
    last = (utc_text(pd.DatetimeIndex([mark.generated_at]))[0], need.model, mark.data_version)
    shifts = plan.shift_frame()
    starts = pd.DatetimeIndex(shifts["start"]).tz_convert("UTC")
    ends = pd.DatetimeIndex(shifts["end"]).tz_convert("UTC")
    rows = [
        (
            *(*first, date, code, role, int(heads), begins, ends_at, offset, start_utc, end_utc),
            *(f"{hours:g}", "yes" if before else "no", *last),
        )
        for date, code, role, heads, (
            begins,
            offset,
            start_utc,
        ), ends_at, end_utc, hours, before in zip(
            shifts["date"],
            shifts["code"],
            shifts["role"],
            shifts["heads"],
            _times(starts, need.time_zone),
            local_text(ends, need.time_zone),
            utc_text(ends),
            shifts["paid_hours"],
            shifts["began_before"],
            strict=True,
        )
    ]
    return table(SHIFT_COLUMNS, rows)


def export_forecast(answer: Answer) -> bytes:
    """forecast.csv of an answer."""
    return forecast_table([answer.forecast])


def export_staffing(answer: Answer, settings: Settings) -> bytes:
    """staffing.csv of an answer; only its header where the forecast is by the day."""
    if answer.plan is None:
        return table(STAFFING_COLUMNS, [])
    return staffing_table(answer.plan, stamp(answer, settings))


def export_shifts(answer: Answer, settings: Settings) -> bytes:
    """shifts.csv of an answer; only its header where the forecast is by the day."""
    if answer.plan is None:
        return table(SHIFT_COLUMNS, [])
    return shift_table(answer.plan, stamp(answer, settings))


def stamp(answer: Answer, settings: Settings) -> Stamp:
    """What an exported plan of an answer says of itself."""
    return Stamp(
        area=settings.department.name,
        settings_hash=settings.hash,
        data_version=answer.question.data_version,
        generated_at=answer.made_at,
    )


def _note(gap: int) -> str:
    return f"{-gap} short" if gap < 0 else ""


def _times(index: pd.DatetimeIndex, zone: str) -> list[tuple[str, str, str]]:
    return list(
        zip(local_text(index, zone), offset_text(index, zone), utc_text(index), strict=True)
    )
