"""What the staffing floor is worth and how fast it is: every figure of docs/staffing.md.

    python bench/staffing.py            # print the figures
    python bench/staffing.py --check    # the same, and fail where a limit is broken
    python bench/staffing.py --quick    # in a minute: fewer weeks and plans, no forecasts

A script's own folder comes first where Python looks for packages, and this file would stand in
for the package it measures: so the folder is taken out before the figures are run.
"""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]
    runpy.run_path(str(HERE / "staffing_figures.py"), run_name="__main__")
