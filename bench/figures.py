"""A bench's figures: asked, measured, met; printed, checked, and written into the docs."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "accuracy.md"


@dataclass(frozen=True)
class Figure:
    """One measured number and the range asked of it.

    lowest, highest: the range asked, ends included; None where that side is open. kept: the range
    that `--check` holds instead while the one asked is not reached, so that nothing is lost.
    between: where 95 % of the values of resampled origins lie, None where that was not asked.
    """

    name: str
    value: float
    lowest: float | None = None
    highest: float | None = None
    kept: tuple[float | None, float | None] | None = None
    unit: str = ""
    digits: int = 3
    between: tuple[float, float] | None = None

    @property
    def met(self) -> bool | None:
        """Whether the value lies in the range asked; None where nothing is asked."""
        if self.lowest is None and self.highest is None:
            return None
        return _inside(self.value, self.lowest, self.highest)

    @property
    def broken(self) -> bool:
        """Whether `--check` fails on it."""
        if self.kept is not None:
            return not _inside(self.value, *self.kept)
        return self.met is False

    @property
    def asked(self) -> str:
        """The range in words."""
        low, high = (
            "" if end is None else f"{end:.{self.digits}f}" for end in (self.lowest, self.highest)
        )
        if low and high:
            return f"{low} to {high}"
        return f"≥ {low}" if low else f"≤ {high}" if high else ""

    @property
    def measured(self) -> str:
        """The value with its unit, and how sure it is where that was asked."""
        value = f"{self.value:.{self.digits}f}{self.unit}"
        if self.between is None:
            return value
        low, high = (f"{end:.{self.digits}f}" for end in self.between)
        return f"{value} ({low} to {high})"

    @property
    def verdict(self) -> str:
        """The word for `met`."""
        return {True: "yes", False: "no", None: ""}[self.met]


def _inside(value: float, lowest: float | None, highest: float | None) -> bool:
    """NaN lies in no range."""
    return bool((lowest is None or value >= lowest) and (highest is None or value <= highest))


@dataclass
class Sheet:
    """What one bench prints. Its name is that of its place on a page of the docs."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[tuple[str, pd.DataFrame]] = field(default_factory=list)
    page: Path = PAGE

    def table(self, caption: str, frame: pd.DataFrame, digits: int = 3) -> None:
        """Add a table of numbers and print it."""
        shown = frame.copy()
        for column in shown.select_dtypes("float"):
            shown[column] = [f"{one:.{digits}f}" for one in shown[column]]
        self.tables.append((caption, shown))
        print(f"\n{caption}\n{shown.to_string(index=False)}", flush=True)

    def add(self, figure: Figure) -> None:
        """Add a figure."""
        self.figures.append(figure)

    def close(self, asked: argparse.Namespace) -> int:
        """Print the figures; write them where asked to; 1 where `--check` finds one broken."""
        print(f"\n{self.title}")
        if self.figures:
            width = max(len(figure.name) for figure in self.figures)
            wide = max(12, *(len(figure.measured) for figure in self.figures))
            print(f"{'':<{width}}  {'asked':>18} {'measured':>{wide}}  met")
        for figure in self.figures:
            broken = "  BROKEN" if figure.broken else ""
            print(
                f"{figure.name:<{width}}  {figure.asked:>18} {figure.measured:>{wide}}  "
                f"{figure.verdict}{broken}"
            )
        if asked.write:
            write(self, self.page)
        return 1 if asked.check and any(figure.broken for figure in self.figures) else 0

    def markdown(self) -> str:
        """The figures and the tables, as the docs show them."""
        parts = []
        if self.figures:
            rows = [
                f"| {one.name} | {one.asked} | {one.measured} | {one.verdict} |"
                for one in self.figures
            ]
            parts.append("\n".join(["| | asked | measured | met |", "|---|---|---|---|", *rows]))
        for caption, frame in self.tables:
            head = "| " + " | ".join(str(column) for column in frame.columns) + " |"
            rule = "|---" * len(frame.columns) + "|"
            body = ["| " + " | ".join(map(str, row)) + " |" for row in frame.to_numpy()]
            parts.append("\n".join([f"{caption}:", "", head, rule, *body]))
        given = [one for one in sys.argv[1:] if one not in ("--write", "--check")]
        if "--folder" in given:  # where a store lies is nobody else's business
            at = given.index("--folder")
            del given[at : at + 2]
        parts.append(
            f"Printed by `{' '.join(['python bench/' + Path(sys.argv[0]).name, *given])}`."
        )
        return "\n\n".join(parts)


def write(sheet: Sheet, page: Path) -> None:
    """Put the sheet between its two marks on the page, in place of what stood there.

    Raises SystemExit where the page has no such marks.
    """
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- bench: {sheet.name} -->", f"<!-- end: {sheet.name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page.name} has no place for {sheet.name!r}: add {begin} and {end}.")
    page.write_text(f"{before}{begin}\n{sheet.markdown()}\n{end}{after}", encoding="utf-8")


def parser(doc: str | None) -> argparse.ArgumentParser:
    """The options of every bench."""
    made = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--check", action="store_true", help="fail where a limit is broken")
    made.add_argument("--write", action="store_true", help="write the figures into the docs")
    made.add_argument("--quick", action="store_true", help="fewer origins and models")
    made.add_argument("--model", action="append", help="only this model (may repeat)")
    return made


def run(main: Callable[[], int]) -> None:
    """End the process with the bench's exit code."""
    sys.exit(main())
