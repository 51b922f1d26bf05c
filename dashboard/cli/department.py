"""`edinflow department`: the settings to fill in, what they mean, what past visits say of them."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli import learn
from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import settings_of
from dashboard.cli.replay import add_visits
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from dashboard.service.rough_day import RoughDay
    from dashboard.settings import Settings

FILE = "department.toml"
HEAD = """\
# The department: who works there, how long patients take them, which shifts there are, what is
# promised, what plans have to keep. Without any role or shift, those below hold; of a role that is
# written down, each line but name and minutes may be left out, and `edinflow department check` says
# what then holds. Lines that begin with # explain, or show what can be switched on. To use this
# file, write into edinflow.toml:   [department]   and below it   file = "{name}"

"""


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "department",
        "Write the department's settings to fill in (init), explain and check them (check), or "
        "learn from past visits how long patients stay and are in care (learn).",
        run,
        "edinflow department init\n  edinflow department check --patients 120\n"
        "  edinflow department learn visits.csv",
    )
    parser.add_argument(
        "what", choices=("init", "check", "learn"), help="write a file, check it, or learn from one"
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help=f"settings file with [department] (init: {FILE}); learn: visits (CSV or Parquet)",
    )
    parser.add_argument("--site", metavar="NAME", help="site whose arrivals make the rough day")
    parser.add_argument(
        "--patients", metavar="N", type=float, help="patients of the rough day, instead of its own"
    )
    names = "time, acuity, departure, seen (care began) or wait"
    add_visits(parser, names, lead="learn: ")


def run(args: argparse.Namespace) -> Result:
    """Write, check or learn."""
    return {"init": _init, "check": _check, "learn": learn.run}[args.what](args)


def _init(args: argparse.Namespace) -> Result:
    from dashboard.service.files import write_whole
    from dashboard.settings import TEMPLATE, load

    path = Path(args.file or FILE)
    if path.exists():
        raise ServiceError(f"{path} is already there and is not replaced: name another file.")
    template = TEMPLATE.read_text(encoding="utf-8")
    text = template[template.index("[department]\n") : template.index("\n[huddle]")]
    kept = [line for line in text.splitlines() if not line.startswith("# file =")]
    content = HEAD.format(name=path.name) + "\n".join(kept) + "\n"
    write_whole({path: content.encode()})
    load(path)
    todo = f'fill it in, run edinflow department check {path}, then write file = "{path.name}"'
    return Result((f"Wrote {path}: {todo} below [department] in edinflow.toml.",),
                  {"written": path})  # fmt: skip


def _check(args: argparse.Namespace) -> Result:
    from dataclasses import replace

    from dashboard.service.planning import site_department
    from dashboard.service.rough_day import idle_minimums, rough_day
    from dashboard.settings import load
    from dashboard.wording.department import explained
    from data.store import Store
    from staffing.concerns import concerns

    settings = settings_of(args)
    source = settings.source
    if args.file:
        other = load(Path(args.file))
        settings, source = settings.with_department_of(other), other.source
    if args.patients is not None and not 0 < args.patients < 10_000:
        raise ServiceError(f"--patients {args.patients:g}: give the patients of a day, above 0.")
    site = _site(args, settings)
    if site is not None:
        store = Store.open(settings.store)
        settings = replace(settings, department=site_department(settings, store, site))
    rows = explained(settings)
    found = concerns(settings.department, settings.rules)
    hard = [concern for concern in found if concern.hard]
    where = source or "no settings file, the defaults stand"
    lines = [f"Department {settings.department.name!r} ({where})."]
    lines += [f"  {row.setting}: {row.value}. [{row.source or 'default'}]" for row in rows]
    values: dict[str, object] = {
        "department": settings.department.name,
        "settings": [asdict(row) for row in rows],
    }
    if not hard:
        day = rough_day(settings, site, args.patients)
        lines += _day_lines(day)
        values["rough_day"] = asdict(day)
        found += idle_minimums(day, settings.department)
    values["concerns"] = [asdict(concern) for concern in found]
    lines += [f"{'✗' if concern.hard else '▲'} {concern.sentence}" for concern in found]
    lines.append(
        f"{len(hard)} to correct: see ✗ above." if hard else "✓ Plans can be made with it."
    )
    return Result(tuple(lines), values, code=1 if hard else 0)


def _site(args: argparse.Namespace, settings: "Settings") -> str | None:
    """The stored site meant; None where no arrivals are loaded."""
    from dashboard.cli.source import stored_site

    if args.site is None and not settings.store.exists():
        return None
    return stored_site(args, settings)[0]


def _day_lines(day: "RoughDay") -> list[str]:
    lines = [f"A rough day of {day.patients:.0f} patients ({day.told}):"]
    for role in day.roles:
        load = "" if role.work_hours is None else f"{role.work_hours:.0f} hours of work, "
        lines.append(
            f"  {role.role}: {load}{role.least} to {role.most} at once (most at {role.most_at}), "
            f"{role.duty_hours:.0f} hours on duty."
        )
    return lines
