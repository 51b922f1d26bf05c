"""The walls of the house: who may import whom, and how long a file may be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("data", "forecasting", "staffing", "dashboard")
FILES = sorted(
    [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    + [ROOT / "streamlit_app.py"]
)


def imports(path: Path) -> set[str]:
    """Dotted names of all modules a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def uses(path: Path, package: str) -> bool:
    return any(name == package or name.startswith(package + ".") for name in imports(path))


def room(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=room)
def test_imports_point_down_only(path):
    own = room(path).split("/")[0]
    above = FLOORS[FLOORS.index(own) + 1 :] if own in FLOORS else ()
    for floor in above:
        assert not uses(path, floor), f"{room(path)} imports {floor}, a floor above it"


WALLS = {
    "duckdb": ("data/",),
    "babel": ("data/locale.py",),
    "prophet": ("forecasting/models/",),
    "cmdstanpy": ("forecasting/models/",),
    "statsmodels": ("forecasting/models/",),
    "plotly": ("dashboard/charts",),
    "numba": ("staffing/engine.py",),
    "streamlit": (
        "streamlit_app.py",
        "dashboard/cache",  # cache.py, and a file for the pages of each kind of user
        "dashboard/controls",
        "dashboard/views/",
        "dashboard/web.py",
    ),
    "starlette": ("dashboard/web.py",),
    "holidays": ("forecasting/calendar.py",),
    "rich": ("dashboard/cli/",),
}


@pytest.mark.parametrize("package", WALLS)
def test_a_library_stays_in_its_rooms(package):
    inside = [path for path in FILES if uses(path, package)]
    assert inside, f"{package} is a dependency that nobody uses"
    for path in inside:
        assert room(path).startswith(WALLS[package]), f"{room(path)} imports {package}"


VIEW_MAY = (
    *("dashboard.actions", "dashboard.cache", "dashboard.controls"),
    *("dashboard.charts", "dashboard.wording"),
)


@pytest.mark.parametrize(
    "path", [p for p in FILES if room(p).startswith("dashboard/views/")], ids=room
)
def test_a_page_only_asks_draws_and_says(path):
    ours = {name for name in imports(path) if name.split(".")[0] in FLOORS}
    ours -= {"dashboard"}
    strangers = {name for name in ours if not name.startswith(VIEW_MAY)}
    assert not strangers
    assert len(path.read_text(encoding="utf-8").splitlines()) < 80


def test_models_do_not_know_one_another():
    for path in FILES:
        # The ensemble reaches its members through the registry, by name.
        if room(path).startswith("forecasting/models/"):
            assert not uses(path, "forecasting.models"), room(path)


@pytest.mark.parametrize("path", FILES, ids=room)
def test_a_file_answers_one_question_in_under_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert path.stem not in {"utils", "helpers", "common", "core", "misc"}


@pytest.mark.parametrize("module", ["dashboard.service.answers", "dashboard.cli", "dashboard.api"])
def test_doors_open_without_heavy_libraries(module):
    heavy = "{'streamlit', 'prophet', 'statsmodels', 'plotly', 'numba'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print({heavy} or 'none')"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.strip() == "none"


def test_the_browser_door_is_thin():
    assert len((ROOT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_nothing_committed_names_a_machine_or_a_registry():
    listed = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT
    ).stdout.split()  # fmt: skip
    assert not [name for name in listed if name.endswith("uv.lock")]
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_the_wheel_holds_the_floors_and_no_tests():
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(FLOORS)
    assert "Private :: Do Not Upload" in settings["project"]["classifiers"]
