"""The way in from the terminal: which verbs there are, and what errors become."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from dashboard.cli import (
    alerts,
    app,
    backtest,
    demo,
    department,
    doctor,
    events,
    explain,
    export,
    fairness,
    forecast,
    huddle,
    import_roster,
    ingest,
    need,
    outputs,
    plan,
    plans,
    promote,
    replay,
    rosters,
    score,
    start,
    today,
    token,
    tune,
    update,
)
from dashboard.cli.command import Parser, Result, WrongUse
from dashboard.service.errors import ServiceError
from dashboard.service.version import version
from dashboard.toml_table import SettingsError
from data import locale
from data.errors import DataError
from forecasting.errors import ForecastError
from staffing.errors import StaffingError

VERBS = (
    demo,
    ingest,
    forecast,
    update,
    explain,
    events,
    backtest,
    tune,
    promote,
    score,
    fairness,
    plan,
    need,
    rosters,
    replay,
    today,
    import_roster,
    plans,
    export,
    huddle,
    alerts,
    app,
    token,
    doctor,
    start,
    department,
)
EXPECTED = (DataError, ForecastError, StaffingError, SettingsError, ServiceError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 could not be done, 2 asked wrongly."""
    try:
        args = parser().parse_args(arguments)
        outputs.check(args)
    except SystemExit as stop:
        return int(stop.code or 0)
    except WrongUse as error:
        return _fail(str(error), as_json="--json" in (arguments or sys.argv), code=2)
    try:
        with locale.use(locale.USUAL):  # until the command knows whose numbers it writes
            result: Result = args.run(args)
        _print(result, as_json=args.json)
        return result.then() if result.then else result.code
    except EXPECTED as error:
        return _fail(str(error), as_json=args.json)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if args.traceback:
            traceback.print_exc()
        return _fail(
            f"unexpected error ({type(error).__name__}) in `edinflow {args.verb}`: "
            "run again with --traceback and report what it shows.",
            as_json=args.json,
        )


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(
        prog="edinflow",
        description="Forecast emergency department arrivals and the staff they need.",
        epilog="example:\n  edinflow demo\n\nEach command explains itself, as edinflow plan --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"edinflow {version()}")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for module in VERBS:
        module.add(verbs)
    return top


def _print(result: Result, *, as_json: bool) -> None:
    for warning in result.warnings:
        sys.stderr.write(f"edinflow: {warning}\n")
    if as_json:
        text = json.dumps(_plain(result.values), ensure_ascii=False, indent=2, allow_nan=False)
    else:
        text = "\n".join(result.lines)
    sys.stdout.write(text + "\n" if text else "")
    sys.stdout.flush()


def _fail(sentence: str, *, as_json: bool, code: int = 1) -> int:
    sentence = " ".join(sentence.split())
    if as_json:
        sys.stdout.write(json.dumps({"error": sentence}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"edinflow: {sentence}\n")
    return code


def _plain(value: Any) -> Any:
    """The value in what JSON knows: times in ISO form, not-a-number as null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(
        value, date
    ):  # pandas' Timestamp is one; its missing value is not equal to itself
        return value.isoformat() if value == value else None
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "item"):
        return _plain(value.item())
    return str(value)
