"""Other engines on the same queue and the same programme; run by bench/staffing.py in .venv-peers.

python bench/peers.py queue FILE.npz       # simpy and Ciw: seconds and mean wait
python bench/peers.py shifts FILE.npz      # CP-SAT: seconds, objective and bound
"""

import json
import sys
import time

import numpy as np


def simpy_queue(given):
    """One line by urgency for the same patients, in simpy."""
    import simpy

    env = simpy.Environment()
    staff = simpy.PriorityResource(env, capacity=int(given["heads"]))
    waits = np.zeros(len(given["arrival"]))

    def patient(number):
        came = env.now
        with staff.request(priority=int(given["acuity"][number])) as turn:
            patience = float(given["patience"][number])
            if np.isinf(patience):
                yield turn
            else:
                yield turn | env.timeout(patience)
            waits[number] = env.now - came
            if turn.triggered:
                yield env.timeout(float(given["care"][number]))

    def door():
        for number, moment in enumerate(given["arrival"]):
            yield env.timeout(float(moment) - env.now)
            env.process(patient(number))

    env.process(door())
    began = time.perf_counter()
    env.run()
    return {"seconds": time.perf_counter() - began, "mean_wait": float(waits.mean())}


def ciw_queue(given):
    """The same patients in Ciw."""
    import ciw

    class Given(ciw.dists.Distribution):
        """Gaps between arrivals, one after another."""

        def __init__(self, values):
            self.values = iter(values)

        def sample(self, t=None, ind=None):  # noqa: ARG002
            return next(self.values, float("inf"))

    class Own(ciw.dists.Distribution):
        """The value that belongs to the person, found by the moment of arrival."""

        def __init__(self, values):
            self.values = values

        def sample(self, t=None, ind=None):
            moment = t if ind.arrival_date is False else ind.arrival_date
            return self.values[np.searchsorted(given["arrival"], moment - 1e-7)]

    kinds = {f"Class {k}": np.flatnonzero(given["acuity"] == k) for k in range(5)}
    network = ciw.create_network(
        arrival_distributions={
            name: [Given(np.diff(given["arrival"][own], prepend=0.0))]
            for name, own in kinds.items()
        },
        service_distributions={name: [Own(given["care"])] for name in kinds},
        reneging_time_distributions={name: [Own(given["patience"])] for name in kinds},
        number_of_servers=[int(given["heads"])],
        priority_classes={name: number for number, name in enumerate(kinds)},
    )
    simulation = ciw.Simulation(network)
    began = time.perf_counter()
    simulation.simulate_until_max_time(float(given["arrival"][-1]) + 5000)
    seconds = time.perf_counter() - began
    records = simulation.get_all_records(only=["service", "renege"])
    waits = [record.waiting_time for record in records]
    return {"seconds": seconds, "mean_wait": float(np.mean(waits))}


def cp_sat(given):
    """The same programme under CP-SAT."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    upper = given["upper"]
    columns = [model.new_int_var(0, int(top), f"x{n}") for n, top in enumerate(upper)]
    order = np.argsort(given["row"], kind="stable")
    row, column, value = (given[name][order] for name in ("row", "column", "value"))
    edges = np.searchsorted(row, np.arange(len(given["row_lower"]) + 1))
    for number, (low, high) in enumerate(zip(given["row_lower"], given["row_upper"], strict=True)):
        part = slice(edges[number], edges[number + 1])
        terms = cp_model.LinearExpr.weighted_sum(
            [columns[c] for c in column[part]], [int(v) for v in value[part]]
        )
        if np.isfinite(low):
            model.add(terms >= int(low))
        if np.isfinite(high):
            model.add(terms <= int(high))
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, [int(c) for c in given["cost"]]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(given["seconds"])
    solver.parameters.relative_gap_limit = float(given["gap"])
    solver.parameters.num_workers = 2
    began = time.perf_counter()
    solver.solve(model)
    objective, bound = solver.objective_value, solver.best_objective_bound
    return {
        "seconds": time.perf_counter() - began,
        "gap": abs(objective - bound) / max(abs(objective), 1e-9),
    }


def main():
    """Run what was asked for and print its figures as one line of JSON."""
    kind, path = sys.argv[1:3]
    given = dict(np.load(path))
    if kind == "queue":
        found = {"simpy": simpy_queue(given), "Ciw": ciw_queue(given)}
    else:
        found = {"CP-SAT": cp_sat(given)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
