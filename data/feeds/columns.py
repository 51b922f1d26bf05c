"""Which column of a file is which: by name in several languages, confirmed by content.

A column that may tell who a patient is, is never read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from data.errors import DataError
from data.feeds import times, words

ROLES = ("time", "hour", "count", "acuity", "mode", "age", "departure", "admitted")
OF_A_VISIT = ("acuity", "mode", "age", "departure", "admitted")
ALIASES = {
    "date": "time",
    "arrival": "time",
    "arrivals": "count",
    "patients": "count",
    "triage": "acuity",
    "age_band": "age",
    "discharge": "departure",
    "arrival_mode": "mode",
}
CONVINCING = 0.6

# (pattern on the plain name, weight); the heaviest column whose content agrees is taken
_NAMES: dict[str, tuple[tuple[str, float], ...]] = {
    "time": (
        (r"^(arrival|arrived|arrived at|arrival (date ?)?time|intime|in time)$", 4.0),
        (r"arriv|intime|ankunft|llegada|arrivee|aankomst|ankomst|chegada|check.?in|eingang", 3.0),
        (r"registr|aufnahme|attend|presentation", 2.8),
        (r"time ?stamp|date ?time|zeitpunkt|zeitstempel|fecha.?hora", 2.5),
        (r"date|datum|fecha|^data\b|period|^ds$|\bdt$|^day$|^jour$|^dia$|^tag$|^dag$", 2.0),
        (r"time|zeit|hora|heure|start", 1.0),
    ),
    "hour": ((r"hour|hora|stunde|heure|uur|time|zeit|uhr|interval|clock", 1.0),),
    "count": (
        (
            r"^(count|arrivals?|attendances?|patients?|visits?|patienten|n|number|anzahl|total)$",
            3.0,
        ),
        (r"count|arrivals|attendance|patients|visits|anzahl|llegadas|besuche|ankunfte", 2.0),
        (r"pacientes|urgenc|episod|volume|cases|presentations|actual value|passages|^y$", 1.5),
    ),
    "acuity": (
        (
            r"acuity|triage|\besi\b|\bats\b|\bmts\b|\bctas\b|priorit|urgency|dringlich|"
            r"priorid|gravedad|severity",
            1.0,
        ),
    ),
    "mode": (
        (r"arrival.*(mode|transport|method|means|by)|transport|ankunftsart", 2.0),
        (r"\bmode\b|ambulance|conveyance|rettung|medio", 1.0),
    ),
    "age": ((r"^age\b|\bage (band|group|at)|alter(sgruppe)?$|edad|idade|leeftijd", 1.0),),
    "departure": (
        (r"depart|outtime|out time|discharge|entlass|salida|alta|exit|sortie|vertrek", 2.0),
        (r"left|leave|\bend\b|abgang", 1.0),
    ),
    "admitted": (
        (r"admit|admission|aufgenommen|ingres|hospitali[sz]", 2.0),
        (r"disposition|discharged? to|outcome|destination", 1.0),
    ),
}
_NOT_ARRIVAL = re.compile(
    r"depart|discharg|\bout|exit|left|leave|salida|entlass|resolve|triage|seen|treat|admi|end\b"
)
_WHO = (
    (
        r"\b(sur|fore|first|last|middle|given|family|full|patient|maiden|doctor|nurse)? ?names?\b"
        r"|vorname|nachname|nombre|apellid|\bnom\b|prenom|cognome|achternaam|initials",
        "a name",
    ),
    (
        r"\bmrn\b|\bnhs\b|\bssn\b|\bnhi\b|\bahv\b|\bid\b|\b(record|patient|case|visit|hospital|"
        r"account|encounter|insurance|fall|social security) ?(id|no|nr|num|number|nummer)\b|"
        r"fallnummer|identifier|\bpid\b|\bcsn\b|\bhadm\b|passport|versicher",
        "a record number",
    ),
    (r"\bdob\b|birth|geburt|nacimiento|naissance|nascita|geboort", "a date of birth"),
    (r"address|adresse|street|post ?code|\bzip\b|\bplz\b|direccion|domicil", "an address"),
    (r"phone|mobile|\btel\b|e ?mail|telefon|contact", "a way to reach a person"),
    (
        r"complaint|diagnos|comment|\bnotes?\b|free ?text|narrative|remark|bemerk|history",
        "free text about a patient",
    ),
)


@dataclass(frozen=True)
class ColumnChoice:
    """Our name for a thing → the file's column that holds it, and what was left unread."""

    columns: Mapping[str, str]
    not_read: tuple[tuple[str, str], ...]


def tells_who(column: str) -> str | None:
    """What personal thing a column seems to hold, by its name; None when it seems harmless.

    >>> tells_who("Patient_Name"), tells_who("dateOfBirth"), tells_who("arrival_mode")
    ('a name', 'a date of birth', None)
    """
    name = spelled(column)
    return next((what for pattern, what in _WHO if re.search(pattern, name)), None)


def spelled(column: str) -> str:
    """Name of a column as plain words.

    >>> spelled("ArrivalDate_Time")
    'arrival date time'
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    return re.sub(r"[\W_]+", " ", words.plain(apart)).strip()


def settle(
    columns: Sequence[str], sample: Sequence[Sequence[str]], wanted: Mapping[str, str] | None
) -> ColumnChoice:
    """Decide which column is which.

    sample: cells of some rows. wanted: choices of the user, our name → column.
    Raises DataError for a column that is not there, that tells who a patient is, or when no
    column holds the time of arrival.
    """
    safe = [c for c in columns if c and tells_who(c) is None]
    cells = {
        column: [row[i].strip() for row in sample if i < len(row) and row[i].strip()]
        for i, column in enumerate(columns)
    }
    chosen = _chosen(columns, wanted or {})
    _guess(chosen, safe, cells)
    if "time" not in chosen:
        raise DataError(
            "No column holds a date or time of arrival that can be read; the columns are: "
            f"{', '.join(columns)}. Name it with --columns time=COLUMN."
        )
    reasons = [(c, f"looks like {what}") for c in columns if c and (what := tells_who(c))]
    taken = set(chosen.values())
    reasons += [(c, "not needed") for c in safe if c not in taken]
    return ColumnChoice({r: chosen[r] for r in ROLES if r in chosen}, tuple(reasons))


def _chosen(columns: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for given, column in wanted.items():
        role = ALIASES.get(given, given)
        if role not in ROLES:
            near = get_close_matches(given, [*ROLES, *ALIASES], n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(ROLES)}."
            raise DataError(f"There is no {given!r} to name a column for: {hint}")
        if column not in columns:
            raise DataError(
                f"The file has no column {column!r} for {given!r}; "
                f"its columns are: {', '.join(columns)}."
            )
        if what := tells_who(column):
            raise DataError(
                f"Column {column!r} looks like {what} and is never read: choose another for "
                f"{given!r}, or rename it if it holds something else."
            )
        chosen[role] = column
    return chosen


def _guess(chosen: dict[str, str], safe: Sequence[str], cells: Mapping[str, list[str]]) -> None:
    def take(role: str, agrees: Callable[[str], bool]) -> None:
        free = [c for c in safe if c not in chosen.values()]
        ranked = sorted(
            ((weight, c) for c in free if (weight := _weight(role, c)) > 0),
            key=lambda pair: (-pair[0], len(pair[1])),
        )
        found = next((c for _, c in ranked if agrees(c)), None)
        if found is not None:
            chosen[role] = found

    if "time" not in chosen:
        take("time", lambda c: _share(cells[c], _is_time) >= CONVINCING)
        alone = [c for c in safe if _share(cells[c], _is_time) >= 0.9]
        if "time" not in chosen and len(alone) == 1:
            chosen["time"] = alone[0]
        if "time" not in chosen:  # a name that says arrival: its odd cells are refused by line
            take("time", lambda c: _weight("time", c) >= 2.5 and _timely(cells[c]))
    if "time" not in chosen:
        return
    if "hour" not in chosen and not any(times.split(t)[1] for t in cells[chosen["time"]]):
        take("hour", lambda c: _share(cells[c], _is_hour) >= CONVINCING)
    if "count" not in chosen and _on_the_hour(cells, chosen):
        take("count", lambda c: _share(cells[c], _is_number) >= CONVINCING)
        if "count" not in chosen:  # a name that says count: its cells are refused, not ignored
            take("count", lambda c: _weight("count", c) >= 2 and not _timely(cells[c]))
        if "count" not in chosen and _is_timetable(cells, chosen):
            only = _only_number(safe, chosen, cells)
            if only is not None:
                chosen["count"] = only
    take_if = {
        "acuity": lambda c: _share(cells[c], lambda t: words.read_acuity(t) is not None) >= 0.6,
        "mode": lambda c: bool(cells[c]) and len(set(cells[c])) <= 50 and not _timely(cells[c]),
        "age": lambda c: _share(cells[c], lambda t: words.read_age(t) is not None) >= CONVINCING,
        "admitted": lambda c: _share(cells[c], lambda t: words.read_admitted(t) is not None) > 0.5,
    }
    if "count" not in chosen:
        take_if["departure"] = lambda c: _share(cells[c], _is_time) >= CONVINCING
    for role, agrees in take_if.items():
        if role not in chosen:
            take(role, agrees)


def _is_timetable(cells: Mapping[str, list[str]], chosen: Mapping[str, str]) -> bool:
    """Whether the times step on evenly, as in a table of counts and never among visits."""
    if "hour" in chosen:
        return len(set(zip(cells[chosen["time"]], cells[chosen["hour"]], strict=False))) >= 48
    orders: tuple[times.Order, ...] = ("day-first", "month-first")
    for order in orders:
        stamps = []
        for text in cells[chosen["time"]]:
            day, clock, _ = times.split(text)
            date = times.read_date(day, order)
            if date is not None:
                stamps.append(date.toordinal() * 86400 + (times.read_clock(clock) or 0))
        gaps = [later - sooner for sooner, later in pairwise(stamps)]
        if len(gaps) >= 12 and gaps.count(max(set(gaps), key=gaps.count)) >= 0.9 * len(gaps):
            return gaps.count(0) < 0.5 * len(gaps)
    return False


def _only_number(
    safe: Sequence[str], chosen: Mapping[str, str], cells: Mapping[str, list[str]]
) -> str | None:
    """The one column that can hold the counts; None where the columns say that rows are visits.

    A column that is named for something else, such as an acuity, is never taken for counts.
    """
    free = [c for c in safe if c not in chosen.values()]
    of_a_visit = {c for c in free if any(_weight(role, c) > 0 for role in OF_A_VISIT)}
    numbers = [
        c for c in free if c not in of_a_visit and _share(cells[c], _is_number) >= CONVINCING
    ]
    if not numbers and of_a_visit:
        return None
    if len(numbers) != 1:
        raise DataError(
            "The times step on evenly, as in a table of counts, but it is not clear which column "
            f"holds the counts; the columns are: {', '.join(cells)}. "
            "Name it with --columns count=COLUMN."
        )
    return numbers[0]


def _weight(role: str, column: str) -> float:
    name = spelled(column)
    if role == "time" and _NOT_ARRIVAL.search(name):
        return 0.0
    weight = max((w for pattern, w in _NAMES[role] if re.search(pattern, name)), default=0.0)
    return weight + (0.1 if weight and "local" in name else 0.0)


def _share(texts: Sequence[str], agrees: Callable[[str], bool]) -> float:
    seen = [t for t in texts if words.plain(t) not in words.EMPTY]
    return sum(map(agrees, seen)) / len(seen) if seen else 0.0


def _is_time(text: str) -> bool:
    day = times.split(text)[0]
    return bool(times.read_date(day, "day-first") or times.read_date(day, "month-first"))


def _is_hour(text: str) -> bool:
    return times.read_hour_label(text) is not None


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,' ]*\d[.,]?", text) is not None


def _timely(texts: Sequence[str]) -> bool:
    return _share(texts, _is_time) > 0.2


def _on_the_hour(cells: Mapping[str, list[str]], chosen: Mapping[str, str]) -> bool:
    """Whether the times look like steps of a table of counts rather than moments of arrival."""
    texts = (
        cells[chosen["hour"]]
        if "hour" in chosen
        else [times.split(t)[1] for t in cells[chosen["time"]]]
    )
    read = times.read_hour_label if "hour" in chosen else times.read_clock
    seconds = [s for t in texts if t and (s := read(t)) is not None]
    return sum(s % 900 == 0 for s in seconds) >= 0.9 * len(seconds)
