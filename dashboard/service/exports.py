"""Values → CSV that other programs read: forecasts, staffing intervals, shifts.

The columns and their order are a contract.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.service.csv_text import local_text, offset_text, table, utc_text
from dashboard.service.errors import ServiceError
from dashboard.service.question import Answer
from dashboard.settings import Settings
from dashboard.settings_export import COLUMNS
from forecasting.forecast import LEVELS, Forecast, level_name
from staffing.plan import ShiftPlan

FORECAST_COLUMNS = (
    *("site", "stream", "start_local", "utc_offset", "start_utc", "mean"),
    *(level_name(level) for level in LEVELS),
)
MINUTE = pd.Timedelta(minutes=1)
STAFFING_COLUMNS = COLUMNS["long"]
SHIFT_COLUMNS = COLUMNS["shift"]


@dataclass(frozen=True)
class Stamp:
    """What each row of an exported plan says of the plan.

    area: part of the hospital. settings_hash, data_version: what it was made from.
    generated_at: when (UTC). status: "proposed" until somebody keeps it, then "draft" until it is
    locked. version: as the site counts; 0 for what nobody has kept.
    """

    area: str
    settings_hash: str
    data_version: int
    generated_at: pd.Timestamp
    status: str = "proposed"
    version: int = 0

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
    return _csv(STAFFING_COLUMNS, staffing_rows(plan, mark))


def shift_table(plan: ShiftPlan, mark: Stamp) -> bytes:
    """shifts.csv: a row per date, shift and role, with heads, start, end and paid hours.

    A shift that begins before the plan does, to cover its first hours, is marked as such.
    """
    return _csv(SHIFT_COLUMNS, shift_rows(plan, mark))


def staffing_rows(plan: ShiftPlan, mark: Stamp, minutes: int | None = None) -> pd.DataFrame:
    """The rows of staffing.csv, its columns as they are written, and start and end as instants.

    minutes: length of an interval; None takes the plan's. One that holds several steps of the
    plan shows the most required, the fewest rostered and the worst gap in it.
    """
    need = plan.requirement
    long = plan.long_frame()
    step = need.step
    if minutes is not None and minutes != need.step_minutes:
        step = pd.Timedelta(minutes=minutes)
        long = _in_steps_of(long, need.step, step)
    starts = pd.DatetimeIndex(long["start"])
    rows = _frame(plan, mark, starts, starts + step)
    heads = ["required", "required_low", "required_high", "rostered", "gap"]
    return rows.assign(
        role=long["role"].to_numpy(),
        **{name: long[name].to_numpy() for name in heads},
        service_level=f"{need.service_level:g}",
        source="forecast",
        note=[f"{-gap} short" if gap < 0 else "" for gap in long["gap"]],
    )


def shift_rows(plan: ShiftPlan, mark: Stamp) -> pd.DataFrame:
    """The rows of shifts.csv, its columns as they are written, and start and end as instants."""
    shifts = plan.shift_frame()
    starts, ends = (pd.DatetimeIndex(shifts[name]).tz_convert("UTC") for name in ("start", "end"))
    rows = _frame(plan, mark, starts, ends)
    return rows.assign(
        date=shifts["date"].to_numpy(),
        shift=shifts["code"].to_numpy(),
        role=shifts["role"].to_numpy(),
        heads=shifts["heads"].to_numpy(),
        paid_hours=[f"{hours:g}" for hours in shifts["paid_hours"]],
        began_before=["yes" if before else "no" for before in shifts["began_before"]],
    )


def _in_steps_of(long: pd.DataFrame, step: pd.Timedelta, wanted: pd.Timedelta) -> pd.DataFrame:
    """Rows of a plan's long form in shorter or longer intervals."""
    if step % wanted and wanted % step:
        raise ServiceError(
            f"A plan in steps of {step / MINUTE:g} minutes has no intervals of "
            f"{wanted / MINUTE:g}: choose an export profile whose interval divides them."
        )
    if wanted < step:
        parts = [
            long.assign(start=long["start"] + shift, order=long.index)
            for shift in pd.timedelta_range(pd.Timedelta(0), step, freq=wanted, closed="left")
        ]
        whole = pd.concat(parts).sort_values(["order", "start"], kind="stable")
        return whole.reset_index(drop=True)
    how = {"required": "max", "required_low": "max", "required_high": "max"}
    how |= {"rostered": "min", "gap": "min"}
    first = long["start"].iloc[0]  # begins a local hour, which in India is not one of UTC
    within = (long["start"] - first) // wanted * wanted + first
    return long.groupby([long["role"], within], sort=False).agg(how).reset_index()


def _frame(
    plan: ShiftPlan, mark: Stamp, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex
) -> pd.DataFrame:
    """What every row of a plan says of the plan and of its own times."""
    need = plan.requirement
    return pd.DataFrame(
        {
            "plan_id": mark.plan_id(plan),
            "plan_version": mark.version,
            "status": mark.status,
            "site": need.site,
            "area": mark.area,
            "start_local": local_text(starts, need.time_zone),
            "end_local": local_text(ends, need.time_zone),
            "utc_offset": offset_text(starts, need.time_zone),
            "start_utc": utc_text(starts),
            "end_utc": utc_text(ends),
            "generated_at_utc": utc_text(pd.DatetimeIndex([mark.generated_at]))[0],
            "model_id": need.model,
            "data_version": mark.data_version,
            "start": starts,
            "end": ends,
        }
    )


def _csv(columns: tuple[str, ...], rows: pd.DataFrame) -> bytes:
    return table(columns, rows[list(columns)].itertuples(index=False, name=None))


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


def _times(index: pd.DatetimeIndex, zone: str) -> list[tuple[str, str, str]]:
    return list(
        zip(local_text(index, zone), offset_text(index, zone), utc_text(index), strict=True)
    )
