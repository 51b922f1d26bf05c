"""Options that several verbs share, and what their texts mean."""

import argparse
import re
import sys
from datetime import date
from typing import TYPE_CHECKING

from dashboard.service.errors import ServiceError
from data import locale

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from dashboard.settings import Settings
    from forecasting.ignored import Period

OUR_COLUMNS = "time, count, acuity, mode, age, departure, admitted"


def add_reading(parser: argparse.ArgumentParser, *, many_sites: bool = False) -> None:
    """Options on how to read an arrivals file. many_sites: --site may repeat, and is a list."""
    group = parser.add_argument_group("how to read the file")
    if many_sites:
        group.add_argument(
            "--site", metavar="NAME", action="append", help="hospital site, may repeat; each = all"
        )
    else:
        group.add_argument("--site", metavar="NAME", help="name of the hospital site")
    group.add_argument(
        "--time-zone", metavar="ZONE", help="time zone of the hospital, such as Europe/London"
    )
    group.add_argument(
        "--columns",
        metavar="OURS=YOURS,…",
        action="append",
        type=columns,
        help=f"which column is which; ours are {OUR_COLUMNS}",
    )
    group.add_argument(
        "--date-order",
        choices=("auto", "day-first", "month-first"),
        default="auto",
        help="whether 03/04 is 3 April or March 4 (default: the file tells)",
    )
    group.add_argument(
        "--absent",
        choices=("guess", "zero", "missing", "ask"),
        default="guess",
        help="what an hour without a row means: nobody came, or nobody counted (default: guess)",
    )
    group.add_argument(
        "--strict", action="store_true", help="load nothing when a single row is refused"
    )
    group.add_argument("--rejects", metavar="FILE", help="list refused rows with reasons there")
    group.add_argument("--covers-from", metavar="TIME", help="first time that the file covers")
    group.add_argument("--covers-to", metavar="TIME", help="time up to which the file covers")


def reading_said(args: argparse.Namespace) -> list[str]:
    """The options on how to read a file, but for its site, that a command was given."""
    unsaid = argparse.ArgumentParser()
    add_reading(unsaid)
    usual = {name: value for name, value in vars(unsaid.parse_args([])).items() if name != "site"}
    given = vars(args)
    said = [name for name, value in usual.items() if given.get(name, value) != value]
    return [f"--{name.replace('_', '-')}" for name in said]


def add_country(parser: argparse.ArgumentParser) -> None:
    """Options on whose public holidays are kept."""
    parser.add_argument("--country", metavar="CC", help="country of the public holidays, as US")
    parser.add_argument("--subdivision", metavar="S", help="state or region of it, such as IA")


def add_role(parser: argparse.ArgumentParser) -> None:
    """Option on whose roster is replayed."""
    parser.add_argument("--role", metavar="NAME", help="role (default: the department's first)")


def add_codes(parser: "argparse._ActionsContainer") -> None:
    """Option on what a roster calls our shifts; `codes_of` has its meaning."""
    parser.add_argument(
        "--codes",
        metavar="YOURS=OURS,…",
        type=shift_codes,
        help="shift codes of the roster → ours; nothing after = is not at work, as AL=",
    )


def codes_of(args: argparse.Namespace, settings: "Settings") -> dict[str, str]:
    """Shift codes of a roster → ours: those of the settings, and those given with --codes."""
    return {**dict(settings.codes), **(args.codes or {})}


def add_ignore(parser: argparse.ArgumentParser) -> None:
    """Option on what the forecast is not to learn from."""
    parser.add_argument(
        "--ignore",
        metavar="FROM..TO",
        action="append",
        type=period,
        default=[],
        help="learn nothing from a day or days, as 2020-03-15..2020-06-30; may repeat",
    )


def period(text: str) -> "Period":
    """A period to be ignored."""
    from forecasting.errors import ForecastError
    from forecasting.ignored import Period

    try:
        return Period.parse(text)
    except ForecastError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_place(parser: argparse.ArgumentParser) -> None:
    """Options on what is known of days: public holidays, local events, and daily conditions."""
    add_country(parser)
    parser.add_argument(
        "--events",
        metavar="FILE",
        action="append",
        help="local events and school terms (CSV: name,from,to,kind,site,expect); may repeat",
    )
    parser.add_argument(
        "--regressors",
        metavar="FILE",
        action="append",
        help="daily conditions (CSV: date,temperature_observed,temperature_forecast); may repeat",
    )
    add_ignore(parser)


def add_without(parser: argparse.ArgumentParser) -> None:
    """Option on what a model may not know, to see what that is worth."""
    parser.add_argument(
        "--without",
        metavar="WHAT",
        action="append",
        default=[],
        help="leave out holidays, events, regressors, ignored, or one of them by its name; may "
        "repeat",
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """Options on how the forecast is made."""
    parser.add_argument(
        "--model",
        metavar="NAME",
        action="append",
        help="model, or auto for the best one lately (`edinflow models`); repeat to compare",
    )
    add_configuration(parser)
    parser.add_argument("--draws", metavar="N", type=draws, help="possible futures (default 1000)")
    parser.add_argument("--seed", metavar="N", type=seed, help="same seed, same result (default 1)")


def add_configuration(parser: argparse.ArgumentParser) -> None:
    """Option that names a model with parameters of its own."""
    parser.add_argument(
        "--configuration",
        metavar="FILE",
        action="append",
        help="model with its parameters (TOML, as edinflow tune saves it); may repeat",
    )


def models_of(args: argparse.Namespace) -> list[str]:
    """Names and specs of the models that were asked for, each once; empty: none was."""
    from forecasting import configuration, registry

    files = [configuration.read(path) for path in map(path_of, args.configuration or ()) if path]
    specs = [registry.complete(one).spec for one in files]
    return list(dict.fromkeys([*(args.model or ()), *specs]))


def columns(text: str) -> dict[str, str]:
    """`time=Arrived,count=n` → {"time": "Arrived", "count": "n"}.

    >>> columns("time=Arrival date, time,count=n")
    {'time': 'Arrival date, time', 'count': 'n'}
    """
    found = _pairs(re.split(r",(?=\s*\w+=)", text))
    if not all(ours and yours for ours, yours in found.items()):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form time=COLUMN,count=COLUMN")
    return found


def shift_codes(text: str) -> dict[str, str]:
    """`Early=E,AL=` → what a roster's shift codes are here; nothing stands for "not at work".

    >>> shift_codes("Early=E, Long day=LD,AL=")
    {'Early': 'E', 'Long day': 'LD', 'AL': ''}
    """
    listed = text.split(",")
    found = _pairs(listed)
    if not all(found) or not all("=" in pair for pair in listed):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form YOURS=OURS,…, as Early=E,Late=L,AL="
        )
    return found


def _pairs(listed: list[str]) -> dict[str, str]:
    parts = [pair.partition("=") for pair in listed]
    return {name.strip(): meaning.strip() for name, _, meaning in parts}


def day(text: str) -> date:
    """A local day, as 2026-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-03-31") from None


def draws(text: str) -> int:
    """Number of draws, 20 to 10000."""
    return whole(text, 20, 10_000)


def seed(text: str) -> int:
    """Seed of the random numbers."""
    return whole(text, 0, 2**31 - 1)


def processes(text: str) -> int:
    """Number of processes at once, 1 to 64."""
    return whole(text, 1, 64)


def port(text: str) -> int:
    """Port to serve on."""
    return whole(text, 1, 65_535)


def whole(text: str, low: int, high: int) -> int:
    """A whole number from low to high."""
    if not re.fullmatch(r"\d{1,10}", text) or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
    return int(text)


def settings_of(args: argparse.Namespace) -> "Settings":
    """Settings of the file given with --config, else of the current folder."""
    from dashboard import settings

    loaded = settings.load(path_of(args.config))
    site = getattr(args, "site", None)  # a list where a command is about several
    write_as(args, loaded, site if isinstance(site, str) else None)
    return loaded


def write_as(args: argparse.Namespace, settings: "Settings", site: str | None) -> None:
    """Numbers and dates from here on as the site writes them; for programs always the same."""
    if not args.json:
        locale.speak(settings.locale_of(site))


def path_of(text: str | None) -> "Path | None":
    """Path of an option, None where it was not given."""
    from pathlib import Path

    return Path(text) if text else None


def absent_rule(args: argparse.Namespace) -> "Literal['guess', 'zero', 'missing']":
    """The rule for hours without a row; `ask` asks on a terminal and is refused elsewhere."""
    if args.absent != "ask":
        rule: Literal["guess", "zero", "missing"] = args.absent
        return rule
    if not sys.stdin.isatty():
        raise ServiceError(
            "--absent ask has nobody to answer here: say --absent zero when nobody came in hours "
            "without a row, or --absent missing when nobody counted."
        )
    sys.stderr.write("What does an hour (or day) without a row mean? zero = nobody came, ")
    sys.stderr.write("missing = nobody counted, guess = let the numbers tell: ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip().lower()
    answers: dict[str, Literal["guess", "zero", "missing"]] = {
        "zero": "zero",
        "missing": "missing",
        "guess": "guess",
    }
    if answer in answers:
        return answers[answer]
    raise ServiceError(f"{answer!r} is not an answer: type zero, missing or guess.")
