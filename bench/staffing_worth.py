"""What a better forecast is worth in minutes and staff hours: Iowa, planned 28 days ahead."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from bench.staffing_said import MANY, SHARED, say
from data import history
from data.ingest import ingest
from data.store import Store
from forecasting import careful, gate
from forecasting.calendar import Calendar
from forecasting.forecast import Forecast
from staffing.department import default_department
from staffing.patients import CareTimes, draw_patients
from staffing.requirement import requirement
from staffing.rule_planner import plan_under
from staffing.rules import Rules
from staffing.shortage import shortage
from staffing.simulate import replay, servers

MODELS = ("profile", "harmonic", "auto")
CALENDAR = Calendar("America/Chicago", "US", "IA")


def the_worth_of_forecasts(series: Any) -> None:
    """Plans made 28 days ahead with what was known then, against the patients who came."""
    print("Iowa, last 12 months: physicians planned 28 days ahead, judged on who came")
    department = default_department()
    role = department.roles[0]
    department = replace(department, roles=(role,), patterns=MANY)
    care = CareTimes(tuple(m / role.patient_share for m in role.minutes))
    origins = [series.end - pd.Timedelta(days=28 * n) for n in range(13, 0, -1)]
    totals: dict[str, list[tuple[float, float, float, float, float]]] = {}
    for origin in origins:
        seen = series.counts[(series.index >= origin)][:672]
        local = pd.DatetimeIndex(seen.index)
        actual = Forecast(
            "came", "iowa", "all", series.time_zone, "hour", local,
            np.repeat(np.nan_to_num(seen.to_numpy())[:, None], 40, axis=1).astype(np.int32),
        )  # fmt: skip
        met = draw_patients(actual, department.acuity_mix, care, seed=5)
        forecasts = {name: forecast_at(series, name, origin) for name in MODELS}
        came = pd.Series(actual.draws[:, 0])
        rates = np.asarray(came.rolling(3, center=True, min_periods=1).mean())
        as_it_was = np.random.default_rng(2).poisson(rates[:, None], (len(rates), 300))
        perfect = replace(actual, model="perfect", draws=as_it_was.astype(np.int32))
        forecasts["perfect"] = perfect
        hours = None
        need_then = requirement(perfect, department)
        for name, forecast in reversed(forecasts.items()):
            need = requirement(forecast, department)
            worth = shortage(forecast, department)
            hours = hours or float(need.hours().sum())
            made = plan_under(
                need, department, Rules(hours=(("physician", hours),), gap=0.01), worth
            )
            gap = made.cover().to_numpy() - need_then.heads.to_numpy()[: len(made.cover())]
            outcome = replay(met, servers(made.duties("physician"), met.horizon, 30), name)
            totals.setdefault(name, []).append((
                -np.minimum(gap, 0).sum() / 8, np.maximum(gap, 0).sum() / 8,
                outcome.mean_wait().value, made.duty_hours().sum() / 4, need.hours().sum() / 4,
            ))  # fmt: skip
    for name in (*MODELS, "perfect"):
        short, over, wait, duty, asked = np.mean(totals[name], axis=0)
        print(f"  {name}: {duty:.0f} hours a week (asks {asked:.0f}), short {short:.1f}, "
              f"over {over:.1f} hours a week, mean wait {wait:.1f} min")  # fmt: skip
    for name in ("harmonic", "auto", "perfect"):
        apart = np.array(totals[name])[:, 2] - np.array(totals["profile"])[:, 2]
        error = 1.96 * apart.std(ddof=1) / np.sqrt(len(apart))
        say(f"{name} less profile, mean of 13 origins (± {error:.2f})", apart.mean(), "min")


def iowa_series() -> Any:
    """Iowa's hourly arrivals, through the data floor."""
    store = Store.in_memory()
    path = SHARED / "iowa_hourly/tidy_hourly_local.csv.gz"
    ingest(store, path, site="iowa", time_zone="America/Chicago")
    return history.arrivals(store, "iowa")


def forecast_at(series: Any, model: str, origin: pd.Timestamp) -> Forecast:
    """28 days from an origin, with nothing from then on; "auto": by the model that was live then.

    As it is used: chosen by the gate, fitted on a mended history.
    """
    past = series.until(origin)
    name = gate.choose(past, CALENDAR).name if model == "auto" else model
    fitted = careful.build(name).fit(past, CALENDAR)
    return fitted.forecast(672, 500, np.random.default_rng(1))
