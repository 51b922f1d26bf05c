"""What the staffing bench's parts share: figures with their limits, other engines, best times."""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from staffing.department import ShiftPattern

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


def best_of(runs: int, what: Callable[[], object]) -> float:
    """Least seconds of some runs: what else the machine does only ever adds."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def peer(python: Path, kind: str, **given: Any) -> dict[str, Any] | None:
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
