"""Numbers, dates and the clock are written in one room: data/locale.py."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    path
    for floor in ("data", "forecasting", "staffing", "dashboard")
    for path in (ROOT / floor).rglob("*.py")
    if path != ROOT / "data" / "locale.py"
)
# What programs read, or what a person has to copy as it stands, is written the same everywhere.
FOR_PROGRAMS = {
    "dashboard/cli/learn.py": {".2f"},  # lines to copy into edinflow.toml
    "dashboard/cli/replay.py": {".1f"},  # minutes to put into edinflow.toml
    "dashboard/controls_alerts.py": {"%Y%m%d%H%M"},  # keys of widgets
    "dashboard/controls_plan.py": {"%Y%m%d"},
    "dashboard/service/csv_text.py": {"%z"},
    "dashboard/service/explained.py": {".6f"},  # a CSV file
    "dashboard/service/exports.py": {".4f"},
    "dashboard/service/rough_day.py": {"%H:%M"},  # settings are in these hours
    "dashboard/service/surges.py": {"%H:%M"},
    "dashboard/service/windows.py": {"%H:%M"},
    "dashboard/sheet/curve.py": {".1f"},  # SVG
    "dashboard/sheet/page.py": {"%Y-%m-%d_%H%M"},  # name of a file
    "data/feeds/words.py": {","},  # goes into the file of refused rows
    "forecasting/forecast.py": {".6f"},  # names of columns
    "dashboard/wording/times.py": {"02d"},  # minutes of an offset from UTC
    "forecasting/rows.py": {"02d"},
    "staffing/concerns.py": {"02d"},  # a time as the settings have it
    "staffing/department.py": {"02d"},
    "staffing/past.py": {"02d"},  # names of groups
    "forecasting/parameters.py": {".3g"},  # rounds
}
ISO = re.compile(r"(%[aA] )?%Y-%m-%d([ T]%H:%M(:%SZ)?)?")
OURS = re.compile(r",|\.[1-9]|%|[eE]$|02d")


def written(path: Path) -> set[str]:
    """Formats of a file that hold a separator of numbers, or a date that is not year-month-day."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            parts = node.format_spec.values
            found.add("".join(str(p.value) for p in parts if isinstance(p, ast.Constant)))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            if node.func.attr == "strftime":
                found |= {str(text) for text in texts}
            of = node.func.value
            if node.func.attr == "format" and isinstance(of, ast.Constant):
                found |= set(re.findall(r"\{\w*:([^{}]+)\}", str(of.value)))
    return {spec for spec in found if OURS.search(spec) and not ISO.fullmatch(spec)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_separators_and_dates_come_from_the_locale(path):
    allowed = FOR_PROGRAMS.get(path.relative_to(ROOT).as_posix(), set())
    assert written(path) <= allowed


@pytest.mark.parametrize("room", FOR_PROGRAMS)
def test_no_exception_outlives_its_reason(room):
    assert FOR_PROGRAMS[room] == written(ROOT / room)


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ('f"{rows:,}"', ","),
        ('f"{hours:,.1f} h"', ",.1f"),
        ('f"{share:.1%}"', ".1%"),
        ('f"{at:%a} {at.day}"', "%a"),
        ('local.strftime("%H:%M")', "%H:%M"),
        ('"{:+.2f}".format(bias)', "+.2f"),
    ],
)
def test_what_would_stay_english_is_found(tmp_path, line, spec):
    file = tmp_path / "one.py"
    file.write_text(line)
    assert written(file) == {spec}
