"""The figures of bench/staffing.py, which runs this file.

Plans are judged on fresh weeks, never on those that they were made on. Other engines are run
beside ours where `make peers` has set them up; else "not installed" stands in their place.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.staffing_replay import the_engine, the_exact_days
from bench.staffing_said import MANY, PEERS, SHARED, broken, say
from bench.staffing_solver import the_solver
from bench.staffing_worth import forecast_at, iowa_series, the_worth_of_forecasts
from staffing import reference
from staffing.department import Department, StaffRole, Target
from staffing.moves import moves
from staffing.outcome import Outcome, difference
from staffing.patients import Patients
from staffing.requirement import requirement
from staffing.rule_planner import plan_under
from staffing.rules import Rules
from staffing.shortage import shortage
from staffing.simulate import replay, servers
from staffing.stays import Form, binned, learn_stays

PARTS = ("week", "replay", "solver", "worth", "stays")
QUICK = ("week", "replay", "solver", "stays")
# Minutes from the published wait of each roster down to the one asked of ours (case week160).
LEAST_GAIN = {
    0: {"flat 4/4/3": 16.2, "sensible 3/2/4/2": 3.7},
    30: {"flat 4/4/3": 19.7, "sensible 3/2/4/2": 4.6},
}
WEEKS, QUICK_WEEKS = 4000, 1000
SECONDS, QUICK_SECONDS = 900, 90


def main() -> int:
    """Print all sections; 1 where a limit is broken and --check was given, 0 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a limit is broken")
    parser.add_argument("--quick", action="store_true", help="fewer weeks and plans, no forecasts")
    parser.add_argument("--part", choices=PARTS, help="only one part")
    parser.add_argument("--peers", type=Path, default=PEERS, help="Python with the other engines")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        print("staffing bench skipped: ../shared/data is not there")
        return 1 if os.environ.get("ED_INFLOW_REQUIRE_SHARED") == "1" else 0
    began = time.perf_counter()
    listed = json.loads((SHARED / "staffing_cases.json").read_text())["cases"]
    cases = {case["id"]: case for case in listed}
    week = cases["week160"]["inputs"]

    def wanted(part: str) -> bool:
        return part == asked.part if asked.part else part in (QUICK if asked.quick else PARTS)

    if wanted("week"):
        the_week(week, asked.quick)
    if wanted("replay"):
        the_engine(week, asked.peers)
        the_exact_days(cases)
    if wanted("solver") or wanted("worth"):
        iowa = iowa_series()
        before = iowa.end - pd.Timedelta("28D")
        if wanted("solver"):
            the_solver(forecast_at(iowa, "harmonic", before), asked.peers, asked.quick)
        if wanted("worth"):
            the_worth_of_forecasts(iowa)
    if wanted("stays"):
        the_stays()
    print()
    seconds = QUICK_SECONDS if asked.quick else SECONDS
    say("whole bench", time.perf_counter() - began, "s", seconds)
    if broken:
        print("broken: " + "; ".join(broken))
    return 1 if asked.check and broken else 0


def the_week(inputs: dict[str, Any], quick: bool) -> None:
    """Equal hours, fresh weeks: ours against flat and sensible; and moves from either."""
    weeks = QUICK_WEEKS if quick else WEEKS
    print(f"One week, 160 patients a day, 616 physician hours; {weeks:,} fresh weeks")
    role = StaffRole(
        "physician", tuple(inputs["physician_minutes_direct"]), inputs["patient_care_share"]
    )
    department = Department(
        "week", (role,), MANY, Target(30, 0.8), acuity_mix=tuple(inputs["acuity_mix"])
    )
    known = reference.forecast(inputs, 1000, 11)
    need, worth = requirement(known, department), shortage(known, department)
    rules = Rules(hours=(("physician", inputs["hours_per_week"]),), repeats=True)
    others = {
        "ours, at most 4 patterns": replace(rules, patterns_at_most=4),
        "ours, at most 6 patterns": replace(rules, patterns_at_most=6),
        "ours, 4 % fewer hours": replace(rules, hours=(("physician", 0.96 * 616),)),
    }
    rosters = {
        "flat 4/4/3": reference.roster(reference.FLAT),
        "sensible 3/2/4/2": reference.roster(reference.SENSIBLE),
        "ours": plan_under(need, department, rules, worth).duties("physician"),
    }
    if not quick:
        rosters |= {
            name: plan_under(need, department, kept, worth).duties("physician")
            for name, kept in others.items()
        }
    fresh = reference.patients(inputs, weeks, 901)
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
        for other, least in LEAST_GAIN[stop].items():
            gain = difference(found["ours"], found[other])
            say(f"ours less {other}, paired (± {gain.error:.2f})", gain.value, "min", -least)
    if quick:
        return
    for name in ("flat 4/4/3", "sensible 3/2/4/2"):
        done = moves(need, department, worth, rosters[name], "physician", most=21)
        for count in (7, 14, 21):
            if count <= len(done):
                after = _wait(fresh, done[count - 1].roster)
                say(f"{name}, {count} shifts moved: mean wait", after.mean_wait().value, "min")


def _wait(met: Patients, shifts: pd.DataFrame, stop: float = 0) -> Outcome:
    return replay(met, servers(shifts, met.horizon, stop))


def the_stays() -> None:
    """Length of stay and time in care by acuity, learned from Malmö's (synthetic) visits."""
    visits = pd.read_parquet(SHARED / "malmo_visits_synthetic/sem_synth.parquet")
    acuity = visits["priority"].astype(int)
    forms: tuple[tuple[str, str, Form], ...] = (
        ("length of stay", "arrival_at_hospital", "lognormal"),
        ("time in care", "resolve", "gamma"),
    )
    for what, begins, form in forms:
        print(f"Malmö (synthetic visits): {what} by acuity, {form}")
        minutes = (visits["exit_ed"] - visits[begins]).dt.total_seconds() / 60
        for stay in learn_stays(binned(acuity, minutes), form):
            own = minutes[(acuity == stay.acuity) & (minutes > 0)]
            levels = np.array([0.1, 0.5, 0.9])
            pairs = zip(np.quantile(own, levels), stay.quantiles(levels), strict=True)
            print(
                f"  acuity {stay.acuity}, {stay.patients:,} patients, recorded (fitted) minutes: "
                f"mean {own.mean():.0f} ({stay.mean_minutes:.0f}), 10/50/90 %: "
                + ", ".join(f"{a:.0f} ({b:.0f})" for a, b in pairs)
            )
            limit = 5 if stay.patients >= 1000 else None
            say("  largest distance of the shares gone", 100 * stay.misfit, "of 100", limit)


if __name__ == "__main__":
    sys.exit(main())
