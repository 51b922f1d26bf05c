"""Today's roster from a CSV file, long or wide, as shifts on the clock.

Long: a line per shift, with the columns date, role, code (or shift) and heads (1 where absent);
where it has start_utc and end_utc too, as an exported plan, those are taken as they are. Wide: a
line per person, with the columns role (and person, which is not kept), then one column per date
whose cells hold codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from data import clock
from staffing.department import Department, ShiftPattern
from staffing.errors import StaffingError
from staffing.plan import COLUMNS
from staffing.roster_file import dates, lines, text_of

OFF = ("", "-", "off", "rest", "x", "0")
MOST_HEADS = 1000
NO_DATES = "no column is 'date' (a line per shift), and none is a day itself (a line per person)"


@dataclass(frozen=True, eq=False)
class Roster:
    """Shifts as they are rostered today.

    shifts: role, code, start, end (UTC), heads. spans: the local days that the file speaks of,
    also where nobody works, a row per role and unbroken row of days: role, start, end (UTC).
    """

    name: str
    shifts: pd.DataFrame
    spans: pd.DataFrame

    def of(self, role: str) -> pd.DataFrame:
        """The shifts of one role."""
        return self.shifts[self.shifts["role"] == role].reset_index(drop=True)


def read_roster(
    path: Path,
    department: Department,
    time_zone: str,
    codes: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
) -> Roster:
    """Read a roster; every code must be a shift of the department.

    codes: the file's codes → the department's; an empty text means not at work. roles: the
    file's names of roles → the department's. Raises StaffingError that names the line for an
    unknown role, code or date, a person in two places at once, and a shift listed twice.
    """
    return roster_of_text(text_of(path), path.name, department, time_zone, codes, roles)


def roster_of_text(
    text: str,
    name: str,
    department: Department,
    time_zone: str,
    codes: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
) -> Roster:
    """Read the text of a roster as `read_roster` does; name: of its file, for errors."""
    rows = lines(text, name)
    header = [cell.strip() for cell in rows[0][1]]
    names = [cell.lower() for cell in header]
    if "role" not in names:
        raise StaffingError(
            f"{name}, line {rows[0][0]}: there is no column 'role' among {', '.join(header)}."
        )
    twins = sorted({one for one in names if one and names.count(one) > 1})
    if twins:
        raise StaffingError(
            f"{name}, line {rows[0][0]}: the column {twins[0]!r} stands there twice: keep one."
        )
    reader = _Reader(name, department, time_zone, codes or {}, roles or {})
    if "date" in names:
        found = reader.long(names, rows[1:])
    else:
        found = reader.wide(header, names, rows[1:])
    if not found:
        raise StaffingError(f"{name} holds no shift.")
    frame = pd.DataFrame(found, columns=COLUMNS)
    for column in ("start", "end"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    keys = ["role", "code", "start", "end"]
    summed = frame.groupby(keys, sort=False)["heads"].sum().reset_index()
    return Roster(Path(name).stem, summed, reader.spans())


Row = tuple[str, str, pd.Timestamp, pd.Timestamp, int]
PERSON = ("person", "name", "employee")


def _person(cell: Mapping[str, str]) -> str:
    """Who works a line's shifts; empty where it does not say."""
    return next((cell[one].strip() for one in PERSON if cell.get(one, "").strip()), "")


@dataclass
class _Reader:
    file: str
    department: Department
    time_zone: str
    codes: Mapping[str, str]
    roles: Mapping[str, str]
    days: dict[str, list[pd.Timestamp]] = field(default_factory=dict)
    # Who is at work when, and on which line, for as long as the file is read.
    at_work: dict[str, list[tuple[pd.Timestamp, pd.Timestamp, int]]] = field(default_factory=dict)

    def spans(self) -> pd.DataFrame:
        """The local days of each role, from the first to the last that a line of it names.

        A day between them that no line of any role names is left out: the file lacks it.
        """
        day = pd.Timedelta(days=1)
        named = pd.Series(sorted({date for dates in self.days.values() for date in dates}))
        rows = []
        for role, own in self.days.items():
            told = named[named.between(min(own), max(own))]
            for _, part in told.groupby(told.diff().ne(day).cumsum()):
                ends = (part.iloc[0], part.iloc[-1] + day)
                rows.append((role, *(clock.instant(at, self.time_zone) for at in ends)))
        return pd.DataFrame(rows, columns=["role", "start", "end"])

    def long(self, names: list[str], rows: list[tuple[int, list[str]]]) -> list[Row]:
        """A line per shift."""
        code_name = "code" if "code" in names else "shift"
        if code_name not in names:
            raise StaffingError(f"{self.file}: there is no column 'code' beside 'date'.")
        seen: dict[tuple[str, str, pd.Timestamp], int] = {}
        found = []
        told = [dict(zip(names, cells, strict=False)) for _, cells in rows]
        known = dates([cell.get("date", "") for cell in told], self.file)
        for (line, _), cell in zip(rows, told, strict=True):
            role = self._role(cell.get("role", ""), line)
            date = self._date(cell.get("date", ""), known, line)
            self.days.setdefault(role, []).append(date)
            pattern = self._pattern(cell.get(code_name, ""), line)
            if pattern is None:
                continue
            row = self._shift(role, pattern, date, line)
            if cell.get("start_utc") and cell.get("end_utc"):
                row = self._timed(row, cell["start_utc"], cell["end_utc"], line)
            self._one_place(_person(cell), row, line)
            heads = self._heads(cell.get("heads", "") or "1", line)
            key = (role, row[1], row[2])
            if key in seen and "person" not in names:
                raise self._error(
                    line,
                    f"shift {pattern.code!r} of {role!r} on that date is on line {seen[key]} "
                    "already: add the heads up on one line",
                )
            seen[key] = line
            if heads:
                found.append((*row[:4], heads))
        return found

    def wide(
        self, header: list[str], names: list[str], rows: list[tuple[int, list[str]]]
    ) -> list[Row]:
        """A line per person, a column per date."""
        told = {
            place: text
            for place, text in enumerate(header)
            if names[place] not in ("role", "person", "name", "employee", "grade", "")
        }
        known = dates(told.values(), self.file)
        if all(date is None for date in known.values()):
            raise self._error(1, f"{NO_DATES}, found {', '.join(header)}")
        days = {place: self._date(text, known, 1) for place, text in told.items()}
        found: list[Row] = []
        for line, cells in rows:
            cell = dict(zip(names, cells, strict=False))
            role = self._role(cell.get("role", ""), line)
            self.days.setdefault(role, []).extend(days.values())
            person = _person(cell) or f"line {line}"
            for place, date in sorted(days.items(), key=lambda item: item[1]):
                text = cells[place] if place < len(cells) else ""
                for part in text.replace("/", ";").split(";"):
                    pattern = self._pattern(part, line)
                    if pattern is None:
                        continue
                    row = self._shift(role, pattern, date, line)
                    self._one_place(person, row, line)
                    found.append(row)
        return found

    def _one_place(self, person: str, row: Row, line: int) -> None:
        """Refuse a person in two places at once; a shift without a name is nobody's yet."""
        if not person:
            return
        _, code, start, end, _ = row
        for begun, over, other in self.at_work.get(person, []):
            if start < over and begun < end:
                day = start.tz_convert(self.time_zone)
                where = "the same line" if other == line else f"line {other}"
                raise self._error(
                    line,
                    f"shift {code!r} on {day:%Y-%m-%d} overlaps that person's shift on {where}",
                )
        self.at_work.setdefault(person, []).append((start, end, line))

    def _pattern(self, text: str, line: int) -> ShiftPattern | None:
        code = text.strip()
        code = self.codes.get(code, code)
        known = {pattern.code: pattern for pattern in self.department.patterns}
        if code in known:
            return known[code]
        if code.lower() in OFF:
            return None
        near = (
            [code.upper()] if code.upper() in known else get_close_matches(code, list(known), n=1)
        )
        hint = f"did you mean {near[0]!r}? Else" if near else f"known are {', '.join(known)};"
        raise self._error(
            line,
            f"unknown shift code {code!r}: {hint} map it under [department] codes in the settings "
            "or with --codes (to nothing where it is not at work)",
        )

    def _role(self, text: str, line: int) -> str:
        name = self.roles.get(text.strip(), text.strip())
        names = [role.name for role in self.department.roles]
        alike = [one for one in names if one.casefold() == name.casefold()]
        if name not in names and len(alike) == 1:
            return alike[0]
        try:
            return self.department.role(name).name
        except StaffingError as error:
            raise self._error(
                line, f"{str(error).rstrip('.')}; map it under [roster.roles] in the settings"
            ) from None

    def _date(self, text: str, known: Mapping[str, pd.Timestamp | None], line: int) -> pd.Timestamp:
        found = known[text]
        if found is None:
            raise self._error(line, f"{text!r} is no date: write it as 2026-03-01")
        return found

    def _heads(self, text: str, line: int) -> int:
        if not text.strip().isdecimal() or int(text) > MOST_HEADS:
            raise self._error(line, f"{text!r} heads: give a whole number from 0 to {MOST_HEADS}")
        return int(text)

    def _shift(self, role: str, pattern: ShiftPattern, date: pd.Timestamp, line: int) -> Row:
        if not pattern.serves(role):
            raise self._error(line, f"role {role!r} does not work shift {pattern.code!r}")
        begins = date + pd.Timedelta(minutes=pattern.start_minute)
        ends = begins + pd.Timedelta(minutes=pattern.length_minutes)
        zone = self.time_zone
        return role, pattern.code, clock.instant(begins, zone), clock.instant(ends, zone), 1

    def _timed(self, row: Row, start: str, end: str, line: int) -> Row:
        """The row between the instants that the line gives."""
        times = pd.to_datetime(pd.Series([start, end]), utc=True, errors="coerce", format="ISO8601")
        if times.isna().any() or times[1] <= times[0]:
            raise self._error(
                line, f"the shift runs from {start!r} to {end!r}: give two times in UTC in order"
            )
        return (*row[:2], pd.Timestamp(times[0]), pd.Timestamp(times[1]), row[4])

    def _error(self, line: int, what: str) -> StaffingError:
        return StaffingError(f"{self.file}, line {line}: {what}{'' if what[-1] in '?.' else '.'}")
