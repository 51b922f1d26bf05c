"""Forecasts and plans in a few plain sentences, and as values for programs."""

import math
from typing import Any

import numpy as np
import pandas as pd

from dashboard.wording.amounts import about, patients
from dashboard.wording.plan import on_waiting
from dashboard.wording.times import moment
from data import locale
from forecasting.forecast import Forecast
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement

SHORT_SHOWN = 3


def dated(at: pd.Timestamp, zone: str) -> str:
    """Local time with its year: `Mon 5 Mar 2018 17:00`."""
    return locale.moment(at.tz_convert(zone), year=True)


def forecast_lines(forecast: Forecast, reason: str) -> list[str]:
    """What is coming, in sentences."""
    zone = forecast.time_zone
    who = "all patients" if forecast.stream == "all" else f"patients with {forecast.stream}"
    first, steps = forecast.index[0], len(forecast.index)
    near = near_values(forecast)
    lines = [
        f"{forecast.site}, {who}: {locale.counted(steps, forecast.step)} from {dated(first, zone)} "
        f"({zone}).",
        f"  {near['name']}: {patients(near['expected'])} expected, "
        f"likely {locale.number(near['low'])} to {locale.number(near['high'])} (8 in 10).",
    ]
    if forecast.step == "hour":
        peak = forecast.mean.iloc[:24]
        at = pd.Timestamp(peak.index[int(np.argmax(peak))])
        lines.append(f"  Busiest hour: {moment(at, zone)}, {about(peak.max())}.")
    days = forecast.totals("day")
    if len(days.index):
        mean, ranges = days.mean, days.quantiles(0.1, 0.9)
        top = int(np.argmax(mean))
        at = days.index[top].tz_convert(zone)
        low, high = (locale.number(n) for n in ranges.iloc[top])
        lines.append(
            f"  Busiest day: {locale.day(at)}, about {patients(mean.iloc[top])} "
            f"(likely {low} to {high})."
        )
    return [*lines, f"  Model: {reason}"]


def near_values(forecast: Forecast) -> dict[str, Any]:
    """The next 24 hours (or the next day) as one total."""
    count = min(24, len(forecast.index)) if forecast.step == "hour" else 1
    total = forecast.draws[:count].sum(axis=0)
    low, high = np.quantile(total, (0.1, 0.9), method="inverted_cdf")
    name = f"Next {locale.counted(count, 'hour')}" if forecast.step == "hour" else "First day"
    return {
        "name": name,
        "expected": round(float(total.mean()), 2),
        "low": int(low),
        "high": int(high),
    }


def forecast_values(forecast: Forecast, reason: str, notes: tuple[str, ...]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "site": forecast.site,
        "stream": forecast.stream,
        "model": forecast.model,
        "reason": reason,
        "time_zone": forecast.time_zone,
        "step": forecast.step,
        "from_utc": forecast.index[0],
        "steps": len(forecast.index),
        "draws": forecast.draws.shape[1],
        "next": near_values(forecast),
        "notes": list(notes),
    }


def plan_lines(plan: ShiftPlan) -> list[str]:
    """Staff that it needs, what the shifts cost in hours, and where they fall short."""
    zone = plan.requirement.time_zone
    lines = _staff_lines(plan.requirement, plan.paid_hours(), "paid hours")
    lines += [f"  {note}" for note in plan.notes]
    proven = math.isfinite(plan.proven_gap)  # not of one that was edited or imported
    if proven and plan.proven_gap >= 0.0005:
        lines.append(
            f"  Proven to be within {locale.percent(plan.proven_gap, 1)} of the best possible plan."
        )
    elif proven and plan.notes:
        lines.append("  Proven: no plan under these rules does better.")
    short = plan.shortfall()
    if short.empty:
        return [*lines, "  No half hour is short of staff."]
    places = locale.counted(len(short), "stretch", "stretches")
    lines.append(f"  SHORT in {places}, {locale.counted(short['hours'].sum(), 'hour')} in all:")
    for row in short.head(SHORT_SHOWN).to_dict("records"):
        lines.append(
            f"    {locale.counted(row['heads'], row['role'])} short from "
            f"{moment(row['start'], zone)} to {moment(row['end'], zone)}"
        )
    return lines


def need_lines(need: Requirement) -> list[str]:
    """Staff that is needed, with nothing about who is there."""
    return _staff_lines(need, need.hours(), "hours needed")


def _staff_lines(need: Requirement, hours: pd.Series, what: str) -> list[str]:
    zone, peaks = need.time_zone, need.peaks()
    lines = [
        f"Staff for {need.site}, {dated(need.start, zone)} to {dated(need.end, zone)}: enough "
        f"in {locale.short(need.service_level * 10)} of 10 possible futures for {on_waiting(need)}."
    ]
    for role, most, start in zip(need.roles, peaks["heads"], peaks["start"], strict=True):
        at = moment(start, zone)
        lines.append(
            f"  {role}: at most {int(most)} at once ({at}), {locale.number(hours[role])} {what}."
        )
    return lines


def plan_values(plan: ShiftPlan) -> dict[str, Any]:
    """The same for programs."""
    hours = plan.paid_hours()
    values = need_values(plan.requirement, plan.short_hours())
    roles = {
        role: {**one, "paid_hours": float(hours[role])} for role, one in values["roles"].items()
    }
    return {
        **values,
        "roles": roles,
        "shortfall": plan.shortfall().to_dict("records"),
        "proven_gap": plan.proven_gap,
        "notes": list(plan.notes),
    }


def need_values(need: Requirement, short_hours: pd.Series) -> dict[str, Any]:
    """A need for programs; short_hours: by role, of whatever it is held against."""
    hours = need.hours()
    return {
        "site": need.site,
        "model": need.model,
        "from_utc": need.start,
        "to_utc": need.end,
        "service_level": need.service_level,
        "roles": {
            role: {
                "most_at_once": int(most),
                "hours_needed": float(hours[role]),
                "short_hours": float(short_hours[role]),
            }
            for role, most in zip(need.roles, need.heads.max(), strict=True)
        },
    }
