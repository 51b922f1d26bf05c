"""The replay: its speed, the same queue under other engines, and exact equations."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.staffing_said import best_of, peer, say
from staffing import reference
from staffing.exact_day import exact_day
from staffing.outcome import Outcome
from staffing.patience import Patience
from staffing.patients import CareTimes, Patients, scatter_counts
from staffing.simulate import Servers, replay, servers, waits
from staffing.surround import Horizon

# Million patients a second: simpy did 0.06 of them here on the same queue.
HUNDRED_TIMES_SIMPY = 6.0


def the_engine(inputs: dict[str, Any], peers: Path) -> None:
    """Speed of the replay, and the same queue under other engines."""
    print("Replay: five priorities with walk-outs")
    shifts = reference.roster(reference.SENSIBLE)

    def whole(weeks: int) -> Outcome:
        drawn = reference.patients(inputs, weeks, 3)
        return replay(drawn, servers(shifts, drawn.horizon, 30))

    whole(10)
    say("1000 weeks, drawing and measuring included", best_of(3, lambda: whole(1000)), "s", 1.0)
    met = reference.patients(inputs, 1000, 3)
    staff = servers(shifts, met.horizon, 30)
    seconds = best_of(3, lambda: waits(met, staff))
    ours = len(met.arrival) / seconds
    say("queueing alone", ours / 1e6, "million/s", HUNDRED_TIMES_SIMPY, above=True)
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
    found = peer(
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
