"""The table twins: the same numbers as a chart, in words and on the local clock."""

from itertools import pairwise

import pandas as pd

from dashboard.service.briefing import Briefing
from dashboard.service.question import Answer
from dashboard.service.rhythm import hourly_need, week_rhythm
from dashboard.wording import amounts, times, trust
from data import clock, locale
from data.checks import QualityReport
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement

OVER_THREE_DAYS = pd.Timedelta(days=3.5)  # with or without the hour of a clock change


def fan(briefing: Briefing, steps: int = 48) -> pd.DataFrame:
    """Hour (or day), expected, likely range and usual, from now on."""
    answer = briefing.answer
    forecast, zone = answer.forecast, answer.forecast.time_zone
    ahead = forecast.index >= briefing.since
    quantiles = forecast.quantiles(0.1, 0.9)[ahead].iloc[:steps]
    usual = answer.usual.reindex(quantiles.index)
    say = times.day if forecast.step == "day" else times.moment
    return pd.DataFrame(
        {
            "From": [say(at, zone) for at in quantiles.index],
            "Expected": [locale.number(value, 1) for value in forecast.mean[quantiles.index]],
            "Likely range": _ranges(quantiles, "q10", "q90"),
            "Usual": [
                locale.number(value, 1) if value == value else "not known" for value in usual
            ],
        }
    )


def days(answer: Answer) -> pd.DataFrame:
    """Whole days of the forecast: expected, likely and wide range of the day's total."""
    totals = answer.forecast.totals("day")
    quantiles = totals.quantiles(0.025, 0.1, 0.9, 0.975)
    zone = answer.forecast.time_zone
    return pd.DataFrame(
        {
            "Day": [kept(times.day(at, zone)) for at in totals.index],
            "Expected": [amounts.number(value) for value in totals.mean],
            "Likely range": _ranges(quantiles, "q10", "q90"),
            "Wide range": _ranges(quantiles, "q025", "q975"),
        }
    )


def hours(answer: Answer, steps: int = 168) -> pd.DataFrame:
    """Hours of the forecast: expected, likely and wide range."""
    forecast = answer.forecast
    quantiles = forecast.quantiles(0.025, 0.1, 0.9, 0.975).iloc[:steps]
    return pd.DataFrame(
        {
            "From": [times.moment(at, forecast.time_zone) for at in quantiles.index],
            "Expected": [locale.number(value, 1) for value in forecast.mean.iloc[:steps]],
            "Likely range": _ranges(quantiles, "q10", "q90"),
            "Wide range": _ranges(quantiles, "q025", "q975"),
        }
    )


def week(answer: Answer) -> pd.DataFrame:
    """Hour × weekday, expected patients."""
    rhythm = week_rhythm(answer.forecast)
    if rhythm is None:
        return pd.DataFrame()
    rhythm = rhythm.iloc[locale.days_of_week()]
    table = rhythm.T.map(lambda value: locale.number(value, 1) if value == value else "")
    table.columns = pd.Index([name[:3] for name in table.columns])
    table.insert(0, "From", [locale.clock(hour) for hour in table.index])
    return table


def weeks(requirement: Requirement) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    """Weeks of the plan, Monday to Sunday as its rules count them: name → (start, stop), UTC.

    The first and the last may be parts of one.
    """
    zone = requirement.time_zone
    days = (requirement.end - requirement.start).ceil("D").days
    edges = clock.day_starts(requirement.start, days + 3, zone)
    inside = [at for at in edges if at < requirement.end]
    starts = [at for at in inside if at == edges[0] or at.tz_convert(zone).weekday() == 0]
    found = {}
    for start, stop in pairwise([*starts, edges[len(inside)]]):
        last = min(stop, requirement.end) - pd.Timedelta(minutes=1)
        found[f"{times.day(start, zone)} – {times.day(last, zone)}"] = (start, stop)
    return found


def opening(weeks: dict[str, tuple[pd.Timestamp, pd.Timestamp]]) -> int:
    """The week that a page opens on: the first of four days or more, else the first."""
    long = [stop - start > OVER_THREE_DAYS for start, stop in weeks.values()]
    return long.index(True) if True in long else 0


def need(
    plan: ShiftPlan,
    start: pd.Timestamp,
    stop: pd.Timestamp,
    role: str,
    today: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Half hour by half hour: needed (likely range), on duty, difference; today's roster if any.

    today: heads on duty by today's roster, steps × roles, NaN where it is not known.
    """
    requirement = plan.requirement
    index = pd.DatetimeIndex(requirement.heads.index)
    index = index[(index >= start) & (index < stop)]
    gap = plan.gap().loc[index, role]
    low, high = requirement.low.loc[index, role], requirement.high.loc[index, role]
    table = pd.DataFrame(
        {
            "From": [times.moment(at, requirement.time_zone) for at in index],
            "Needed": requirement.heads.loc[index, role].to_numpy(),
            "Likely need": [amounts.likely(a, b) for a, b in zip(low, high, strict=True)],
            "On duty": plan.cover().loc[index, role].to_numpy(),
            "Difference": [difference(int(value)) for value in gap],
        }
    )
    if today is not None:
        there = today[role].reindex(index)
        table["Today’s roster"] = [
            f"{heads:.0f}" if heads == heads else "not known" for heads in there
        ]
    return table


def most_needed(requirement: Requirement, role: str) -> pd.DataFrame:
    """Day × hour, most heads needed at once."""
    table = hourly_need(requirement, role)
    shown = table.map(lambda value: f"{value:.0f}" if value == value else "")
    shown.columns = pd.Index([locale.hour(int(hour)) for hour in table.columns], dtype=str)
    shown.insert(0, "Day", [kept(times.day(at, requirement.time_zone)) for at in table.index])
    return shown


def shifts(plan: ShiftPlan, role: str, start: pd.Timestamp, stop: pd.Timestamp) -> pd.DataFrame:
    """Day × shift, heads of one role; a shift stands on the local day on which it starts."""
    zone = plan.requirement.time_zone
    rows = plan.shifts
    rows = rows[(rows["role"] == role) & (rows["start"] < stop) & (rows["end"] > start)]
    if rows.empty:
        return pd.DataFrame()
    local = rows["start"].dt.tz_convert(zone)
    names = [
        f"{code} {times.span(begin, end, zone)}"
        for code, begin, end in zip(rows["code"], rows["start"], rows["end"], strict=True)
    ]
    order = [local.dt.hour, local.dt.minute, rows["code"]]
    columns = pd.Series(names, index=pd.MultiIndex.from_arrays(order)).sort_index()
    date = local.dt.tz_localize(None).dt.normalize()
    table = rows["heads"].groupby([date.to_numpy(), names]).sum().unstack(fill_value=0)
    table = table[list(columns.drop_duplicates())].map(lambda heads: str(heads) if heads else "–")
    table.insert(0, "Day", [kept(locale.day(day)) for day in table.index])
    return table


def difference(gap: int) -> str:
    """Cover less need with its sign.

    >>> [difference(value) for value in (-2, 0, 1)]
    ['▼ 2 short', '✓', '▲ 1 to spare']
    """
    if gap == 0:
        return "✓"
    return f"▼ {-gap} short" if gap < 0 else f"▲ {gap} to spare"


def findings(report: QualityReport, time_zone: str) -> pd.DataFrame:
    """What is odd in the data and what to do about it, most serious first."""
    rows = report.findings
    order = rows["severity"].map({"act": 0, "watch": 1, "info": 2})
    rows = rows.iloc[order.argsort(kind="stable")]
    return pd.DataFrame(
        {
            "": [trust.SEVERITY[severity] for severity in rows["severity"]],
            "When": [_when(start, time_zone) for start in rows["start_utc"]],
            "What": rows["sentence"].to_numpy(),
            "What to do": rows["action"].to_numpy(),
        }
    )


def _when(start: pd.Timestamp, time_zone: str) -> str:
    return "–" if pd.isna(start) else times.moment(start, time_zone, year=True)


def ledger(loads: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """The ledger of loads in words; columns that it lacks are left out."""
    names = {
        "load_id": "Load",
        "loaded_at": "When",
        "file": "File",
        "rows_in": "Rows",
        "accepted": "Accepted",
        "duplicate": "Double",
        "rejected": "Refused",
        "status": "State",
        "covers_from": "From",
        "covers_to": "Until",
    }
    shown = loads[[name for name in names if name in loads.columns]].rename(columns=names)
    for column in shown.columns:
        if isinstance(shown[column].dtype, pd.DatetimeTZDtype):
            shown[column] = [
                kept(times.moment(at, time_zone, year=True)) if pd.notna(at) else "–"
                for at in shown[column]
            ]
        elif pd.api.types.is_integer_dtype(shown[column]):
            shown[column] = [locale.number(number) for number in shown[column]]
    return shown


def _ranges(quantiles: pd.DataFrame, low: str, high: str) -> list[str]:
    pairs = zip(quantiles[low], quantiles[high], strict=True)
    return [amounts.likely(a, b) for a, b in pairs]


def kept(words: str) -> str:
    """Words that stay on one line of a narrow table."""
    return words.replace(" ", "\u00a0")
