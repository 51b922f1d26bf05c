"""`edinflow init` and `edinflow models`: a settings file to fill in, and what can forecast."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs


def add(verbs: "Verbs") -> None:
    """Describe the verbs."""
    init = add_verb(
        verbs,
        "init",
        "Write a commented settings file, edinflow.toml, to fill in.",
        run_init,
        "edinflow init",
    )
    init.add_argument("folder", metavar="FOLDER", nargs="?", default=".", help="where to put it")
    init.add_argument("--force", action="store_true", help="replace the file that is there")
    add_verb(
        verbs,
        "models",
        "List the forecasting models, what they cost and when to use them.",
        run_models,
        "edinflow models",
    )


def run_init(args: argparse.Namespace) -> Result:
    """Write the file, unless one is there."""
    from dashboard.service.files import write_whole
    from dashboard.settings import FILE_NAME, TEMPLATE

    path = Path(args.config) if args.config else Path(args.folder) / FILE_NAME
    if path.exists() and not args.force:
        raise ServiceError(f"{path} is already there: --force replaces it.")
    write_whole({path: TEMPLATE.read_bytes()})
    return Result(
        (f"Wrote {path}: put in your hospital's name and time zone, then run edinflow doctor.",),
        {"written": path},
    )


def run_models(_args: argparse.Namespace) -> Result:
    """List the models."""
    from forecasting.registry import MODELS

    width = max(len(name) for name in MODELS)
    lines = [f"{name:<{width}}  {info.cost}; {info.when}" for name, info in MODELS.items()]
    values = [{"name": name, "cost": info.cost, "when": info.when} for name, info in MODELS.items()]
    auto = f"{'auto':<{width}}  the one of these that forecast best lately"
    return Result((*lines, auto), {"models": values})
