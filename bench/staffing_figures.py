"""The figures of bench/staffing.py, which runs this file.

Plans are judged on fresh weeks, never on those that they were made on. Other engines are run
beside ours where `make peers` has set them up; else "not installed" stands in their place.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data import history
from data.ingest import ingest
from data.store import Store
from forecasting import registry
from forecasting.calendar import Calendar
from forecasting.forecast import Forecast
from staffing import reference
from staffing.department import Department, ShiftPattern, StaffRole, Target, default_department
from staffing.exact_day import exact_day
from staffing.given import Given
from staffing.moves import moves
from staffing.outcome import Outcome, difference
from staffing.patience import Patience
from staffing.patients import CareTimes, Patients, draw_patients, scatter_counts
from staffing.plan import ShiftPlan
from staffing.planner import plan
from staffing.requirement import requirement
from staffing.role_block import Task
from staffing.rule_planner import plan_under
from staffing.rules import BreakRule, Rules
from staffing.shortage import shortage
from staffing.simulate import Servers, replay, servers, waits
from staffing.stays import learn_stays
from staffing.surround import Horizon

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared/data"
PEERS = ROOT / ".venv-peers/bin/python"
MANY = tuple(
    ShiftPattern(f"{hour:02d}+{length}", f"{hour:02d}:00", length)
    for length in (8, 10, 12)
    for hour in range(24)
)
broken: list[str] = []


def say(
    name: str, value: float, unit: str, limit: float | None = None, above: bool = False
) -> None:
    """Print a figure; note it where it is on the wrong side of its limit."""
    bad = limit is not None and (value < limit if above else value > limit)
    if bad:
        broken.append(name)
    sign = "≥" if above else "≤"
    aim = "" if limit is None else f"   {sign} {limit:g}{'  BROKEN' if bad else ''}"
    print(f"  {name:<58}{value:>10.2f} {unit:<12}{aim}", flush=True)


def main() -> int:
    """Print all sections; 1 where a limit is broken and --check was given, 0 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a limit is broken")
    parser.add_argument("--peers", type=Path, default=PEERS, help="Python with the other engines")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        print("staffing bench skipped: ../shared/data is not there")
        return 1 if os.environ.get("ED_INFLOW_REQUIRE_SHARED") == "1" else 0
    began = time.perf_counter()
    listed = json.loads((SHARED / "staffing_cases.json").read_text())["cases"]
    cases = {case["id"]: case for case in listed}
    the_week(cases["week160"]["inputs"])
    the_engine(cases["week160"]["inputs"], asked.peers)
    the_exact_days(cases)
    iowa = iowa_series()
    the_solver(forecast_at(iowa, "harmonic", iowa.end - pd.Timedelta("28D")), asked.peers)
    the_worth_of_forecasts(iowa)
    the_stays()
    print()
    say("whole bench", time.perf_counter() - began, "s", 240)
    if broken:
        print("broken: " + "; ".join(broken))
    return 1 if asked.check and broken else 0


def the_week(inputs: dict[str, Any]) -> None:
    """Equal hours, fresh weeks: ours against flat and sensible; and moves from either."""
    print("One week, 160 patients a day, 616 physician hours; 4000 fresh weeks")
    role = StaffRole(
        "physician", tuple(inputs["physician_minutes_direct"]), inputs["patient_care_share"]
    )
    department = Department(
        "week", (role,), MANY, Target(30, 0.8), acuity_mix=tuple(inputs["acuity_mix"])
    )
    known = reference.forecast(inputs, 1000, 11)
    need, worth = requirement(known, department), shortage(known, department)
    rules = Rules(hours=(("physician", inputs["hours_per_week"]),), repeats=True)
    few = replace(rules, patterns_at_most=4)
    made = plan_under(need, department, rules, worth)
    rosters = {
        "flat 4/4/3": reference.roster(reference.FLAT),
        "sensible 3/2/4/2": reference.roster(reference.SENSIBLE),
        "ours": made.duties("physician"),
        "ours, at most 4 patterns": plan_under(need, department, few, worth).duties("physician"),
        "ours, 4 % fewer hours": plan_under(
            need, department, replace(rules, hours=(("physician", 0.96 * 616),)), worth
        ).duties("physician"),
    }
    fresh = reference.patients(inputs, 4000, 901)
    for stop in (0, 30):
        print(f" no pickup in the last {stop} minutes of a shift")
        found = {
            name: replay(fresh, servers(shifts, fresh.horizon, stop), name, reference.TARGETS)
            for name, shifts in rosters.items()
        }
        for name, outcome in found.items():
            limit = {("ours", 0): 18.3, ("ours", 30): 23.6}.get((name, stop))
            wait = outcome.mean_wait()
            say(f"{name}: mean wait of everyone (± {wait.error:.2f})", wait.value, "min", limit)
            gone = 6.0 if (name, stop) == ("ours", 0) else None
            say(f"{name}: left unseen", 100 * outcome.left_unseen().value, "%", gone)
        for other in ("flat 4/4/3", "sensible 3/2/4/2"):
            gain = difference(found["ours"], found[other])
            say(f"ours less {other}, paired (± {gain.error:.2f})", gain.value, "min", 0)
    for name in ("flat 4/4/3", "sensible 3/2/4/2"):
        done = moves(need, department, worth, rosters[name], "physician", most=21)
        for count in (7, 14, 21):
            if count <= len(done):
                after = _wait(fresh, done[count - 1].roster)
                say(f"{name}, {count} shifts moved: mean wait", after.mean_wait().value, "min")


def _wait(met: Patients, shifts: pd.DataFrame, stop: float = 0) -> Outcome:
    return replay(met, servers(shifts, met.horizon, stop))


def the_engine(inputs: dict[str, Any], peers: Path) -> None:
    """Speed of the replay, and the same queue under other engines."""
    print("Replay: five priorities with walk-outs")
    reference.patients(inputs, 10)
    began = time.perf_counter()
    met = reference.patients(inputs, 1000, 3)
    staff = servers(reference.roster(reference.SENSIBLE), met.horizon, 30)
    replay(met, staff)
    say("1000 weeks, drawing and measuring included", time.perf_counter() - began, "s", 1.0)
    seconds = best_of(3, lambda: waits(met, staff))
    ours = len(met.arrival) / seconds
    say("queueing alone", ours / 1e6, "million/s")
    size = int(met.first[30])
    some = Patients(
        met.horizon, np.array([0, size]),
        np.sort(np.concatenate(
            [met.arrival[met.first[w]:met.first[w + 1]] + w * 12960 for w in range(30)]
        )),
        met.acuity[:size].copy(), met.care[:size].copy(), met.patience[:size].copy(),
    )  # fmt: skip
    always = Servers(*(np.full(4, value) for value in (0.0, 1e12, 1e12, 0.0, 0.0)))
    wait, _ = waits(some, always)
    found = _peer(
        peers, "queue", heads=4, arrival=some.arrival, acuity=some.acuity, care=some.care,
        patience=some.patience,
    )  # fmt: skip
    for name in ("simpy", "Ciw"):
        if found is None:
            print(f"  {name}: not installed (make peers)")
            continue
        theirs = size / found[name]["seconds"]
        say(f"times as fast as {name} on the same patients", ours / theirs, "×", 100, above=True)
        gap = abs(found[name]["mean_wait"] - np.abs(wait).mean())
        say(f"mean wait apart from {name} on the same random numbers", gap, "min", 0.01)


def the_exact_days(cases: dict[str, Any]) -> None:
    """Days that begin empty, against their exact equations, in standard errors."""
    print("Replay against exact equations of a day with changing arrivals, 20,000 days each")
    for name in ("s5_th0.0", "s5_th0.25", "s4_th0.25"):
        i = cases[f"mtms_day_{name}"]["inputs"]
        patience = 60 / i["theta_per_h"] if i["theta_per_h"] else np.inf
        exact = exact_day(i["lambda_per_h"], [i["servers"]] * 24, 30, patience, most=90, slices=30)
        rates = np.array(i["lambda_per_h"])[:, None]
        counts = np.random.default_rng(8).poisson(rates, (24, 20_000)).astype(np.int32)
        noon = pd.Timestamp("2026-01-14", tz="UTC")
        met = scatter_counts(
            Horizon(noon, noon + pd.Timedelta("1D")), counts, 60, (1, 0, 0, 0, 0),
            CareTimes((30,) * 5, None), Patience((patience,) * 5), 9,
        )  # fmt: skip
        size = i["servers"]
        always = Servers(*(np.full(size, value) for value in (0.0, 1e12, 1e12, 0.0, 0.0)))
        wait, _ = waits(met, always)
        hours = (np.minimum(met.arrival + np.abs(wait), 1440) - met.arrival) / 60
        by_day = np.add.reduceat(hours, met.first[:-1])
        error = by_day.std() / np.sqrt(len(by_day))
        apart = abs(by_day.mean() - exact.queue.sum()) / error
        say(f"{name}: {exact.queue.sum():.2f} queue hours a day, apart by", apart, "std. errors", 2)


def the_solver(forecast: Forecast, peers: Path) -> None:
    """Four weeks, three roles, half hours, from Iowa's draws."""
    print("Shifts of four weeks, three roles, half hours, from Iowa's draws")
    department = default_department()
    need = requirement(forecast, department)
    breaks = BreakRule()
    made: ShiftPlan | None = None
    few = Rules(breaks=breaks, patterns_at_most=6)
    for name, rules, limit, gap in (
        ("no breaks", None, 3, 1e-6),
        ("with breaks", Rules(breaks=breaks), 12, 0.01),
        ("with breaks, at most 6 patterns a role", few, 25, 0.01),
    ):  # fmt: skip
        began = time.perf_counter()
        made = plan(need, department) if rules is None else plan_under(need, department, rules)
        say(name, time.perf_counter() - began, "s", limit)
        say(f"{name}: proven gap", 100 * made.proven_gap, "%", 100 * gap)
        for note in made.notes[1:]:
            print(f"    {note}")
    for name, rule in (("no breaks", None), ("with breaks", breaks)):
        total, gaps = 0.0, []
        for role in need.roles:
            found = _peer(
                peers, "shifts", seconds=20, gap=0.005, **_integers(need, department, role, rule)
            )
            if found is None:
                print(f"  CP-SAT, {name}: not installed (make peers)")
                break
            total += found["CP-SAT"]["seconds"]
            gaps.append(found["CP-SAT"]["gap"])
        else:
            say(f"CP-SAT on the same programme, {name} (gap {max(gaps):.2%})", total, "s")


def _integers(
    need: Any, department: Department, role: str, rule: BreakRule | None
) -> dict[str, Any]:
    """One role's programme in whole numbers, for a solver that knows no others."""
    from staffing.rule_planner import _task
    from staffing.rule_solver import programme_of

    task: Task = _task(need, department, Rules(breaks=rule), None, Given(), role)
    exact = replace(task, price=task.length.astype(float))
    programme, _ = programme_of([exact], need, department, Rules(breaks=rule), Given())
    top = 2.0 * float(need.heads[role].max()) + 2
    entries = programme._entries
    return {
        "upper": np.minimum(np.concatenate(programme.upper), 40 * top),
        "cost": np.concatenate(programme.cost),
        "row": np.concatenate([e[0].ravel() for e in entries]),
        "column": np.concatenate([e[1].ravel() for e in entries]),
        "value": np.concatenate([e[2].ravel() for e in entries]),
        "row_lower": np.concatenate(programme._row_lower),
        "row_upper": np.concatenate(programme._row_upper),
    }


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
        forecasts = {name: forecast_at(series, name, origin) for name in ("profile", "harmonic")}
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
    for name in ("profile", "harmonic", "perfect"):
        short, over, wait, duty, asked = np.mean(totals[name], axis=0)
        print(f"  {name}: {duty:.0f} hours a week (asks {asked:.0f}), short {short:.1f}, "
              f"over {over:.1f} hours a week, mean wait {wait:.1f} min")  # fmt: skip


def the_stays() -> None:
    """Length of stay by acuity, learned from Malmö's (synthetic) visits."""
    print("Malmö (synthetic visits): length of stay by acuity, lognormal")
    visits = pd.read_parquet(SHARED / "malmo_visits_synthetic/sem_synth.parquet")
    minutes = (visits["exit_ed"] - visits["arrival_at_hospital"]).dt.total_seconds() / 60
    bins = np.concatenate([np.arange(0, 720, 15), np.arange(720, 2881, 60)])
    place = np.digitize(minutes, bins) - 1
    good = (minutes > 0) & (place < len(bins) - 1)
    table = pd.DataFrame({"acuity": visits["priority"][good].astype(int), "bin": place[good]})
    table = table.groupby(["acuity", "bin"]).size().rename("patients").reset_index()
    table["minutes_from"] = bins[table["bin"]]
    table["minutes_to"] = bins[table["bin"] + 1]
    for stay in learn_stays(table):
        say(
            f"acuity {stay.acuity}: mean {stay.mean_minutes / 60:.1f} h, spread {stay.spread:.2f}, "
            f"{stay.patients} patients; misfit", 100 * stay.misfit, "points",
        )  # fmt: skip


def iowa_series() -> Any:
    """Iowa's hourly arrivals, through the data floor."""
    store = Store.in_memory()
    path = SHARED / "iowa_hourly/tidy_hourly_local.csv.gz"
    ingest(store, path, site="iowa", time_zone="America/Chicago")
    return history.arrivals(store, "iowa")


def forecast_at(series: Any, model: str, origin: pd.Timestamp) -> Forecast:
    """28 days from an origin, with nothing from then on."""
    fitted = registry.build(model).fit(
        series.until(origin), Calendar("America/Chicago", "US", "IA")
    )
    return fitted.forecast(672, 500, np.random.default_rng(1))


def best_of(runs: int, what: Callable[[], object]) -> float:
    """Least seconds of some runs: what else the machine does only ever adds."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _peer(python: Path, kind: str, **given: Any) -> dict[str, Any] | None:
    """Figures of the other engines, None where they are not installed."""
    if not python.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.npz"
        np.savez(path, **given)
        done = subprocess.run(
            [python, ROOT / "bench/peers.py", kind, path],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
