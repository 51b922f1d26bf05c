"""Today's roster: imported from a file, kept in the store, laid over a need.

What no roster speaks of is not known: it is NaN and never "nobody on duty".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.service import profiles
from dashboard.service.errors import ServiceError
from dashboard.service.promotion import person
from dashboard.settings import Settings
from data import clock, history, rosters
from data.store import Store, fingerprint
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement
from staffing.roster import Roster, roster_of_text
from staffing.roster_file import text_of

Codes = Mapping[str, str] | None
A_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Imported:
    """A roster that was taken in; known_roles: those that it speaks of."""

    roster_id: int
    roster: Roster
    time_zone: str

    @property
    def known_roles(self) -> list[str]:
        """Names of the roles, in the order of the file."""
        return list(dict.fromkeys(self.roster.spans["role"]))

    def days(self, role: str) -> list[pd.Timestamp]:
        """Beginnings of the local days that it speaks of for a role."""
        spans = self.roster.spans[self.roster.spans["role"] == role]
        found: list[pd.Timestamp] = []
        for start, end in zip(spans["start"], spans["end"], strict=True):
            found.extend(clock.day_starts(start, round((end - start) / A_DAY), self.time_zone))
        return found

    def left_out(self) -> list[pd.Timestamp]:
        """Days between its first and its last that it says nothing of for anybody."""
        told = sorted({day for role in self.known_roles for day in self.days(role)})
        count = round((told[-1] - told[0]) / A_DAY) + 1
        return [day for day in clock.day_starts(told[0], count, self.time_zone) if day not in told]

    def nobody(self, role: str) -> list[pd.Timestamp]:
        """Days that it speaks of for a role, and on which no shift of that role begins."""
        begins = self.roster.of(role)["start"].dt.tz_convert(self.time_zone).dt.normalize()
        return [day for day in self.days(role) if not (begins == day).any()]


def rostered(settings: Settings, site: str) -> pd.DataFrame | None:
    """Shifts of today's roster: role, code, start, end (UTC), heads; None: none was imported."""
    if newest(settings, site) == 0:
        return None
    return rosters.live(Store.open(settings.store), site)


def newest(settings: Settings, site: str) -> int:
    """Number of the newest import, which changes with each; 0 where there is none."""
    ledger = imports(settings, site)
    return 0 if ledger.empty else int(ledger["roster_id"].iloc[0])


def imports(settings: Settings, site: str) -> pd.DataFrame:
    """A row per import, role and unbroken row of days (UTC) that it speaks of, newest first."""
    if not settings.store.exists():
        return pd.DataFrame(columns=["roster_id"])
    return _imports(settings.store, fingerprint(settings.store), site).copy()


@lru_cache(maxsize=64)
def _imports(path: Path, _fingerprint: tuple[object, ...], site: str) -> pd.DataFrame:
    """Read once per change of the store: a page asks for it several times."""
    return rosters.imported(Store.open(path), site)


def on_duty(settings: Settings, site: str, need: Requirement) -> pd.DataFrame | None:
    """Heads on duty by today's roster, steps × roles of a need; NaN where no roster tells.

    None where nothing was imported.
    """
    shifts = rostered(settings, site)
    if shifts is None:
        return None
    own = shifts[shifts["role"].isin(need.roles)]
    cover = ShiftPlan(need, own).cover().astype(float)
    ledger = imports(settings, site)
    for role in need.roles:
        spans = ledger[ledger["role"] == role]
        starts = own[own["role"] == role]["start"]
        cover.loc[~_told(pd.DatetimeIndex(cover.index), spans, starts), role] = np.nan
    return cover


def within(settings: Settings, site: str, need: Requirement) -> pd.DataFrame | None:
    """Shifts of today's roster that touch a need's horizon; None where it knows none."""
    shifts = rostered(settings, site)
    if shifts is None:
        return None
    inside = (shifts["end"] > need.start) & (shifts["start"] < need.end)
    own = shifts[inside & shifts["role"].isin(need.roles)]
    return None if own.empty else own.reset_index(drop=True)


def whole(settings: Settings, site: str, need: Requirement, roles: list[str]) -> pd.DataFrame:
    """Shifts of today's roster over a need's horizon, where it tells of all of that for the roles.

    Raises ServiceError where it does not, but for a day at either end: nobody would seem to be at
    work in the time of which it does not tell.
    """
    shifts, there = within(settings, site, need), on_duty(settings, site, need)
    if shifts is None or there is None:
        raise ServiceError(
            f"No imported roster of {site!r} tells of the forecast's time: say --roster FILE, or "
            "run edinflow import-roster FILE."
        )
    inner = there[(there.index >= need.start + A_DAY) & (there.index < need.end - A_DAY)]
    for role in roles:
        if role not in need.roles:
            continue
        unknown = inner.index[inner[role].isna()]
        if len(unknown):
            zone = need.time_zone
            raise ServiceError(
                f"The imported roster tells nothing of {role} on "
                f"{unknown[0].tz_convert(zone):%Y-%m-%d %H:%M}, and the forecast runs from "
                f"{need.start.tz_convert(zone):%Y-%m-%d} to {need.end.tz_convert(zone):%Y-%m-%d}: "
                "import the other days, or say --roster FILE."
            )
    return shifts


def take_in(
    settings: Settings,
    site: str,
    text: str,
    file: str,
    *,
    now: pd.Timestamp,
    codes: Codes = None,
) -> Imported:
    """Read a roster and keep it as the site's own from now on, for the days that it speaks of.

    codes: more codes than the settings know. Raises StaffingError that names the line, and then
    nothing was kept.
    """
    found = read(settings, site, text, file, codes)
    number = rosters.save(
        Store.open(settings.store),
        site=site,
        file=file,
        imported_at_utc=now,
        who=person(),
        shifts=found.shifts,
        spans=found.spans,
    )
    return Imported(number, found, _zone(settings, site))


def text_of_file(settings: Settings, path: Path, profile: str | None = None) -> str:
    """The text of a roster file; profile: the export profile that it was written in, if any."""
    if profile is None:
        return text_of(path)
    if not path.is_file():
        raise ServiceError(f"There is no file {path}.")
    return profiles.read_back(path.read_bytes(), path.name, profiles.profile(settings, profile))


def read(settings: Settings, site: str, text: str, file: str, codes: Codes = None) -> Roster:
    """Read a roster with the codes and roles of the settings, and keep nothing.

    codes: more codes than the settings know. Raises StaffingError that names the line.
    """
    known = {**dict(settings.codes), **(codes or {})}
    roles = dict(settings.roster.roles)
    zone = _zone(settings, site)
    return roster_of_text(text, file, settings.department, zone, known, roles)


def _zone(settings: Settings, site: str) -> str:
    return str(history.site(Store.open(settings.store), site)["time_zone"])


def filled(roster: Roster, plan: ShiftPlan) -> tuple[pd.DataFrame, list[str]]:
    """A roster's shifts, with those of a plan for the roles that the roster says nothing of.

    Returns shifts (role, code, start, end, heads), and those roles.
    """
    spoken = set(roster.spans["role"])
    silent = [role for role in plan.requirement.roles if role not in spoken]
    filling = plan.shifts[plan.shifts["role"].isin(silent)]
    parts = [part for part in (roster.shifts, filling) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else roster.shifts, silent


def completed(settings: Settings, site: str, plan: ShiftPlan) -> tuple[pd.DataFrame, bool]:
    """Today's roster over the horizon of a plan; the plan's shifts on days that no roster tells of.

    Returns shifts (role, code, start, end, heads), and whether the plan had to fill in. Raises
    ServiceError, with what to do, where there is no roster or it does not reach the plan.
    """
    shifts = rostered(settings, site)
    if shifts is None:
        raise ServiceError(
            f"No roster of {site!r} was imported yet: run edinflow import-roster FILE."
        )
    need = plan.requirement
    inside = (shifts["end"] > need.start) & (shifts["start"] < need.end)
    own = shifts[inside & shifts["role"].isin(need.roles)]
    if own.empty:
        raise ServiceError(
            f"No shift of the imported roster of {site!r} touches the plan, which runs from "
            f"{need.start.tz_convert(need.time_zone):%Y-%m-%d} to "
            f"{(need.end - need.step).tz_convert(need.time_zone):%Y-%m-%d}: import a newer one."
        )
    ledger = imports(settings, site)
    told = np.zeros(len(plan.shifts), dtype=bool)
    for role, begin, end in zip(ledger["role"], ledger["from_utc"], ledger["to_utc"], strict=True):
        starts = plan.shifts["start"]
        told |= ((plan.shifts["role"] == role) & (starts >= begin) & (starts < end)).to_numpy()
    filling = plan.shifts[~told]
    parts = [part for part in (own, filling) if not part.empty]
    return pd.concat(parts, ignore_index=True), not filling.empty


def _told(steps: pd.DatetimeIndex, spans: pd.DataFrame, starts: pd.Series) -> np.ndarray:
    """Which steps a roster tells of.

    A span tells nothing of its first hours, into which a night of the day before may run, unless
    another span ends where it begins.
    """
    told = np.zeros(len(steps), dtype=bool)
    for begin, end in zip(spans["from_utc"], spans["to_utc"], strict=True):
        joined = ((spans["from_utc"] < begin) & (spans["to_utc"] >= begin)).any()
        own = starts[(starts >= begin) & (starts < end)]
        since = begin if joined or own.empty else own.min()
        told |= (steps >= since) & (steps < end)
    return told
