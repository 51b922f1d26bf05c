"""On which line of a settings file a table or a key stands, for the errors that name it."""

import re
from collections.abc import Mapping

_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_\-.\"' ]+?)\s*\]\s*(#.*)?$")
_LIST = re.compile(r"\s*\[\[\s*([A-Za-z0-9_\-.\"' ]+?)\s*\]\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-]+|\"[^\"]+\")\s*=")


def lines_of(text: str) -> dict[str, int]:
    r"""Dotted places, as `department.role[2].minutes`, → line from 1.

    >>> lines_of("[a]\nb = 1\n[[a.c]]\nd = 2\n[[a.c]]\nd = 3\n")["a.c[2].d"]
    6
    """
    found: dict[str, int] = {}
    count: dict[str, int] = {}
    place = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if listed := _LIST.match(line):
            plain = _within(_plain(listed[1]), count)
            count[plain] = count.get(plain, 0) + 1
            place = f"{plain}[{count[plain]}]"
            found.setdefault(plain, number)
            found[place] = number
        elif table := _TABLE.match(line):
            place = _within(_plain(table[1]), count)
            found.setdefault(place, number)
        elif key := _KEY.match(line):
            name = key[1].strip('"')
            found.setdefault(f"{place}.{name}" if place else name, number)
    return found


def line_at(places: Mapping[str, int], place: str) -> int | None:
    """Line of a place, or of the nearest table around it; None where the file has neither."""
    while place:
        if place in places:
            return places[place]
        shorter = re.sub(r"(\[\d+\]|\.[^.\[\]]+|^[^.\[\]]+)$", "", place)
        place = shorter if shorter != place else ""
    return None


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def _within(name: str, count: Mapping[str, int]) -> str:
    """The name with the number of each list entry that it lies in: department.role[2].area."""
    parts = name.split(".")
    place = parts[0]
    for part in parts[1:]:
        if place in count:
            place = f"{place}[{count[place]}]"
        place = f"{place}.{part}"
    return place
