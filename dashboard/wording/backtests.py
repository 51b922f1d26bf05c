"""What the page Backtests says: past forecasts beside what came, for those who choose models."""

import shlex
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.service.leaderboard import Race
from dashboard.wording import amounts, tables
from data import locale
from forecasting import registry

GRAINS = {"hour": "Hours", "shift": "Shifts", "day": "Days", "week": "Weeks"}
GRAIN_HELP = "Totals that are scored: of one hour, a shift of eight hours, a day, or seven days."
PINNED = " (baseline)"
LEADERBOARD_HELP = (
    "Baselines stand on top. Error: of the whole range (CRPS), in patients; less is better. "
    "Against the profile: how far that error is below it, with “sure” where luck alone would "
    "give so large a difference less than 5 times in 100. Bias: forecast less actual patients. "
    "In 80 %: how often what came lay in the 80 % range."
)
COVERAGE_HELP = (
    "A range is honest where its line lies on the dashed one of the same colour. Bars show two "
    "standard errors over origins: with few origins a line may lie off by luck."
)
PIT_HELP = (
    "Ten bars of equal height are right. A hump in the middle: ranges too wide. High ends: too "
    "narrow. A slope: too many (to the left) or too few patients expected."
)
BIAS_HELP = "Forecast less what came, patients an hour, by local weekday and hour."
COMMAND = "The same on a terminal; it goes on where a kept backtest stopped:"
WORST_HELP = (
    "Each day as the nearest forecast before it saw it. A day without a known reason may be an "
    "event that is not in the calendar yet: note it on the page Events."
)
NOTHING = """
### No backtest of these patients is kept yet

A backtest forecasts from past times, each time with what was known by then, and compares with what
came. Run one on the page **Model lab**, or on a terminal; this page shows it by itself as soon as
its first piece is done:
"""


def first_command(site: str, stream: str) -> str:
    """The line that runs a first backtest."""
    group = "" if stream == "all" else f" --stream {shlex.quote(stream)}"
    return f'edinflow backtest --site "{site}"{group} --model ensemble --model seasonal-naive'


def race(one: Race) -> str:
    """What a leaderboard was asked, in words that tell it from others."""
    first, last = (moment.tz_convert(one.time_zone) for moment in (one.first, one.last))
    every = "" if one.origins == 1 else f", every {amounts.days(one.days_between)}"
    return (
        f"{locale.counted(one.origins, 'forecast')}{every} from {_date(first)} to {_date(last)}, "
        f"{amounts.days(one.days_ahead)} ahead ({one.draws} draws, seed {one.seed})"
    )


def leaderboard(table: pd.DataFrame) -> pd.DataFrame:
    """Scores of one grain, a row per model, baselines first."""
    return pd.DataFrame(
        {
            "Model": [
                str(name) + (PINNED if pinned else "")
                for name, pinned in zip(table["model"], table["pinned"], strict=True)
            ],
            "Error": [locale.number(value, 3) for value in table["crps"]],
            "Against the profile": [_against(row) for row in table.to_dict("records")],
            "Off by": [locale.number(value, 1) for value in table["mae"]],
            "Bias": [amounts.signed(value, 1) for value in table["bias"]],
            "In 50 %": [_percent(value) for value in table["cover50"]],
            "In 80 %": [_percent(value) for value in table["cover80"]],
            "In 95 %": [_percent(value) for value in table["cover95"]],
            "Forecasts": [f"{value:d}" for value in table["origins"]],
        }
    )


def best(table: pd.DataFrame, grain: str) -> str:
    """Which model leads, in a sentence."""
    top = table.sort_values("crps").iloc[0]
    if bool(top["pinned"]):
        return f"By the {grain}, no model beats the baseline “{top['model']}” here."
    if "skill" not in top:
        return (
            f"By the {grain}, “{top['model']}” leads; no profile to compare it with is kept here."
        )
    return (
        f"By the {grain}, “{top['model']}” leads: against the profile, its error is "
        f"{_against(top.to_dict())}."
    )


def behind(one: Race) -> str:
    """Which models are not on the leaderboard yet; empty where all are."""
    if not one.behind:
        return ""
    names = ", ".join(
        f"{label} ({locale.number(kept)} of {locale.counted(one.origins, 'forecast')})"
        for label, _, kept in one.behind
    )
    return f"Not far enough to be compared: {names}. The same work, run again, goes on from there."


def coverage_alt(table: pd.DataFrame, model: str) -> str:
    """Description of coverage by horizon."""
    own = table[table["range"] == "80"]
    if own.empty:
        return f"How often ranges of {model} held: no 80 % range was kept."
    low, high = own["held"].min(), own["held"].max()
    way = "rising" if own["held"].iloc[-1] > own["held"].iloc[0] + 0.03 else (
        "falling" if own["held"].iloc[-1] < own["held"].iloc[0] - 0.03 else "steady"
    )  # fmt: skip
    return (
        f"How often ranges of {model} held by days ahead. The 80 % range held on {_percent(low)} "
        f"to {_percent(high)} of totals, {way} from the first to the last bucket."
    )


def coverage_table(table: pd.DataFrame) -> pd.DataFrame:
    """The same as a table."""
    wide = table.assign(
        held=[
            f"{_percent(held)} (±{200 * error:.0f})" if error == error else _percent(held)
            for held, error in zip(table["held"], table["error"], strict=True)
        ]
    ).pivot(index="ahead", columns="range", values="held")
    wide = wide.loc[list(dict.fromkeys(table["ahead"]))]
    wide.columns = pd.Index([f"{name} % range held" for name in wide.columns])
    wide.insert(0, "Days ahead", list(wide.index))
    return wide


def pit_alt(shares: pd.Series) -> str:
    """Description of the PIT histogram."""
    middle, ends = shares.iloc[4:6].mean(), shares.iloc[[0, -1]].mean()
    shape = "about flat, as it should be"
    if ends > 0.13:
        shape = "high at the ends: ranges are too narrow"
    elif middle > 0.13:
        shape = "high in the middle: ranges are too wide"
    low, high, peak = shares.min(), shares.max(), int(shares.argmax()) + 1
    return (
        f"Where outcomes lay in what was said: between {_percent(low)} and {_percent(high)} in "
        f"each tenth, peak in tenth {peak}; {shape}."
    )


def pit_table(shares: pd.Series) -> pd.DataFrame:
    """The same as a table."""
    tenths = [f"{low * 100:.0f}–{low * 100 + 10:.0f} %" for low in shares.index]
    return pd.DataFrame(
        {"Place in what was said": tenths, "Share": [_percent(one) for one in shares]}
    )


def bias_alt(table: pd.DataFrame) -> str:
    """Description of the bias heatmap."""
    values = table.to_numpy(dtype=float)
    high, low = (
        divmod(int(find(values)), values.shape[1]) for find in (np.nanargmax, np.nanargmin)
    )
    return (
        "Forecast less what came by weekday and hour, patients an hour. Most too many: "
        f"{_hour(*high)}, {amounts.signed(values[high], 1)}. Most too few: "
        f"{_hour(*low)}, {amounts.signed(values[low], 1)}."
    )


def bias_table(table: pd.DataFrame) -> pd.DataFrame:
    """The same as a table."""
    week = table.iloc[locale.days_of_week()]
    shown = week.T.map(lambda value: amounts.signed(value, 1) if value == value else "")
    shown.columns = pd.Index([locale.weekday(int(day)) for day in week.index])
    shown.insert(0, "From", [locale.clock(int(hour)) for hour in table.columns])
    return shown


def worst(table: pd.DataFrame) -> pd.DataFrame:
    """The days that were missed by most."""
    return pd.DataFrame(
        {
            "Day": [tables.kept(locale.day(day, year=True)) for day in table["start_local"]],
            "Came": [amounts.number(value) for value in table["actual"]],
            "Expected": [amounts.number(value) for value in table["mean"]],
            "Likely range": [
                amounts.likely(low, high).replace("–", "\u2060–\u2060")
                for low, high in zip(table["q10"], table["q90"], strict=True)
            ],
            "Said": [
                tables.kept(f"{amounts.days(int(ahead))} before") for ahead in table["horizon"]
            ],
            "Known of it": [
                ", ".join(names) or tables.kept("nothing special") for names in table["events"]
            ],
        }
    )


def origin(moment: pd.Timestamp) -> str:
    """An origin on the local clock."""
    return locale.moment(moment, year=True)


def origin_alt(rows: pd.DataFrame, model: str, moment: pd.Timestamp) -> str:
    """Description of one forecast beside what came."""
    seen = rows[rows["actual"].notna()]
    inside = ((seen["actual"] >= seen["q10"]) & (seen["actual"] <= seen["q90"])).sum()
    peak = rows.sort_values("mean").iloc[-1]
    way = "above" if (seen["actual"] - seen["mean"]).mean() > 0 else "below"
    return (
        f"What {model} said on {origin(moment)} and what came: {inside} of {len(seen)} lay in the "
        f"likely range. It expected most, {peak['mean']:.0f}, on {origin(peak['start_local'])}; "
        f"what came was on average {way} it."
    )


def origin_table(rows: pd.DataFrame, by_day: bool) -> pd.DataFrame:
    """The same as a table; the hour that comes twice in autumn with its offset."""
    twice = rows["start_local"].duplicated(keep=False)
    return pd.DataFrame(
        {
            "From": [
                (locale.day(start) if by_day else locale.moment(start))
                + (f" (UTC{offset})" if doubled else "")
                for start, offset, doubled in zip(
                    rows["start_local"], rows["utc_offset"], twice, strict=True
                )
            ],
            "Came": [f"{value:.0f}" if value == value else "not known" for value in rows["actual"]],
            "Expected": [locale.number(value, 1) for value in rows["mean"]],
            "Likely range": [
                amounts.likely(low, high)
                for low, high in zip(rows["q10"], rows["q90"], strict=True)
            ],
        }
    )


def _date(moment: pd.Timestamp) -> str:
    return locale.date(moment, year=True)


def _hour(weekday: int, hour: int) -> str:
    return f"{locale.weekday(weekday)} {locale.clock(hour)}"


def _against(row: Mapping[Any, Any]) -> str:
    skill = row.get("skill", float("nan"))
    if skill != skill or row.get("model") == registry.BASELINE:
        return "–"
    text = f"{locale.number(100 * abs(skill), 1)}\u00a0% {'less' if skill > 0 else 'more'}"
    if round(abs(skill), 3) == 0:
        return "the same"
    p = row.get("p", float("nan"))
    return text if p != p else f"{text} ({'sure' if p < 0.05 else 'may be luck'})"


def _percent(share: float) -> str:
    return "–" if share != share else f"{100 * share:.0f}\u00a0%"
