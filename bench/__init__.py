"""Benches: each a script that prints what was asked, what was measured, and whether it is met.

A script's own folder comes first where Python looks for packages, and bench/staffing.py would
stand in for the package of that name: so the folder is taken out of that list.
"""

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _HERE]
