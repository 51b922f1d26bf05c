"""What every verb of the terminal door shares: its parser's shape and the result it returns."""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]
Progress = Callable[[float], None]


class WrongUse(Exception):
    """A command line that cannot be understood, in one sentence."""


class Parser(argparse.ArgumentParser):
    """One that refuses in a sentence; the long list of options is for --help."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse, with options also between two arguments, as in `learn --time-zone ZONE FILE`.

        argparse takes an argument that may be left out as left out where options come before it.
        """
        found, rest = super().parse_known_args(args, namespace)
        for action in self._actions:
            late = not action.option_strings and action.nargs == "?" and bool(rest)
            if late and rest[0][:1] != "-" and getattr(found, action.dest) is action.default:
                setattr(found, action.dest, rest.pop(0))
        return found, rest

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        said = message.removeprefix("argument ").removesuffix(".")
        for kind, plain in (("int", "a whole number"), ("float", "a number")):
            said = re.sub(rf"invalid {kind} value: (.*)", rf"\1 is not {plain}", said)
        raise WrongUse(f"{said}; see {self.prog} --help.")


@dataclass(frozen=True)
class Result:
    """What a verb has to say.

    lines: for people. values: the same for programs (--json). warnings: sentences for stderr.
    code: exit code. then: what to do after all was printed (serve), returning the exit code.
    """

    lines: tuple[str, ...]
    values: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    code: int = 0
    then: Callable[[], int] | None = field(default=None)


def add_verb(
    verbs: "Verbs",
    name: str,
    help_text: str,
    run: Callable[[argparse.Namespace], Result],
    example: str,
    *,
    within: bool = False,
) -> argparse.ArgumentParser:
    """A parser for one verb, with the options that all verbs have and an example at its end.

    within: it is a verb of another verb, whose options count where they do not follow its own.
    """
    parser = verbs.add_parser(
        name,
        help=help_text,
        description=help_text,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    shared = parser.add_argument_group("in every command")
    unsaid: dict[str, Any] = {"default": argparse.SUPPRESS} if within else {}
    shared.add_argument(
        "--config", metavar="FILE", help="settings file (default: ./edinflow.toml)", **unsaid
    )
    shared.add_argument(
        "--json", action="store_true", help="print one JSON object for programs", **unsaid
    )
    shared.add_argument(
        "--traceback", action="store_true", help="show where an unexpected error arose", **unsaid
    )
    parser.set_defaults(run=run)
    return parser


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """A bar on the terminal's error stream; nothing where that is not a terminal.

    The function handed out takes the share done, from 0 to 1.
    """
    if not sys.stderr.isatty():
        yield lambda _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=min(max(share, 0.0), 1.0))
