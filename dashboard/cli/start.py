"""`edinflow init` and `edinflow models`: a settings file to fill in, and what can forecast."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import add_country
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
        'edinflow init --site "St Elsewhere" --time-zone Europe/London --country GB',
    )
    init.add_argument("--site", metavar="NAME", help="name of the hospital site")
    init.add_argument("--time-zone", metavar="ZONE", help="its time zone, such as Europe/London")
    add_country(init)
    init.add_argument("folder", metavar="FOLDER", nargs="?", default=".", help="where to put it")
    init.add_argument("--force", action="store_true", help="replace the file that is there")
    models = add_verb(
        verbs,
        "models",
        "List the forecasting models, what they cost and when to use them; or one's parameters.",
        run_models,
        "edinflow models harmonic",
    )
    models.add_argument("model", metavar="MODEL", nargs="?", help="show its parameters")


def run_init(args: argparse.Namespace) -> Result:
    """Write the file, unless one is there."""
    from dashboard.service.files import write_whole
    from dashboard.settings import FILE_NAME, TEMPLATE, load

    path = Path(args.config) if args.config else Path(args.folder) / FILE_NAME
    if path.exists() and not args.force:
        raise ServiceError(f"{path} is already there: --force replaces it.")
    write_whole({path: _filled_in(TEMPLATE.read_text(encoding="utf-8"), args).encode()})
    load(path)
    todo = "run edinflow doctor" if args.time_zone else "put in your hospital's time zone"
    return Result((f"Wrote {path}: {todo}, then load arrivals with edinflow ingest FILE.",),
                  {"written": path})  # fmt: skip


def _filled_in(template: str, args: argparse.Namespace) -> str:
    """The template with what was said of the site; a place that was not said is left out."""
    from data import clock
    from forecasting.calendar import Calendar

    said = {
        "name": args.site,
        "time_zone": args.time_zone,
        "country": args.country,
        "subdivision": args.subdivision,
    }
    if said["time_zone"] is not None:
        clock.zone(said["time_zone"])
        Calendar(said["time_zone"], said["country"], said["subdivision"])
    head, place = template.split("\n[[site]]\n", 1)
    lines, rest = place.split("\n\n", 1)
    kept = []
    for line in lines.strip().splitlines():
        key = line.split(" =")[0]
        if line.startswith("#"):
            kept.append(line)
        elif said[key] is not None:
            kept.append(f"{key} = {json.dumps(said[key], ensure_ascii=False)}")
        elif key in ("name", "time_zone") or said["time_zone"] is None:
            kept.append(line)
    return f"{head}\n[[site]]\n" + "\n".join(kept) + f"\n\n{rest}"


def run_models(args: argparse.Namespace) -> Result:
    """List the models, or the parameters of one."""
    from forecasting.registry import MODELS

    if args.model:
        return _parameters(args.model)
    width = max(len(name) for name in MODELS)
    lines = [f"{name:<{width}}  {info.cost}; {info.when}" for name, info in MODELS.items()]
    values = [{"name": name, "cost": info.cost, "when": info.when} for name, info in MODELS.items()]
    auto = f"{'auto':<{width}}  the ensemble, if it beat the profile lately; else the profile"
    return Result((*lines, auto), {"models": values})


def _parameters(name: str) -> Result:
    from forecasting import registry

    about, known = registry.info(name), registry.parameters(name)
    lines = [f"{name}: {about.cost}; {about.when}."]
    width = max((len(one.name) for one in known), default=0)
    for one in known:
        lines.append(
            f"  {one.name:<{width}}  {one.default!s:<6}  {one.kind.meaning}; {one.allowed}"
        )
    if known:
        lines.append(f"  Search them with edinflow tune --model {name}, or write them in a file:")
        lines += [f"    {line}" for line in _example(name).splitlines() if line]
    else:
        lines.append("  It has no parameters.")
    values = [
        {
            "name": one.name,
            "default": one.default,
            "allowed": one.allowed,
            "meaning": one.kind.meaning,
        }
        for one in known
    ]
    model = {"name": name, "cost": about.cost, "when": about.when, "parameters": values}
    return Result(tuple(lines), {"models": [model]})


def _example(name: str) -> str:
    from forecasting import registry
    from forecasting.configuration import Configuration

    return registry.complete(Configuration(name)).toml
