"""The HTTP door: files that other programs pull, from the same service as the pages.

No Streamlit and no web framework here: a request's parts in, a reply out. `dashboard/web.py` hangs
this onto the server that serves the pages.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

import pandas as pd

from dashboard.service import access, answers, exports, profiles, pull, vitals
from dashboard.service.errors import ServiceError
from dashboard.service.question import Answer, Question
from dashboard.settings import Settings, SettingsError
from data import clock
from data.errors import DataError
from forecasting.errors import ForecastError
from staffing.errors import StaffingError

TROUBLE = (DataError, ForecastError, StaffingError, ServiceError, SettingsError)
SECOND = pd.Timedelta(seconds=1)
REALM = 'Bearer realm="edinflow"'
NO_TOKEN = (
    "This address needs a token: send the header 'Authorization: Bearer TOKEN' with one that "
    "edinflow token NAME has made."
)
WRONG_TOKEN = "This token is not known here: it was taken back, or mistyped. Ask for a new one."


@dataclass(frozen=True)
class Reply:
    """What goes back: status, body, and the headers beside it."""

    status: int
    body: bytes
    kind: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request that gets no file: 401 who are you, 404 not there, 422 not understood."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def respond(
    path: str,
    query: Sequence[tuple[str, str]],
    authorization: str | None,
    settings: Callable[[], Settings],
    now: pd.Timestamp,
) -> Reply:
    """Answer a GET. query: its parameters as they came. authorization: that header.

    settings: reads them anew, so that a change of edinflow.toml needs no restart.
    """
    try:
        found = settings()
        _admit(found, authorization)
        for own, (answer, allowed) in DOORS.items():
            if path == own:
                return answer(found, _understood(query, allowed), now)
        raise Refusal(404, f"There is no {path!r} here; there are: {', '.join(DOORS)}.")
    except Refusal as refusal:
        return refused(refusal.status, str(refusal))
    except TROUBLE as error:
        return refused(503, str(error))


def refused(status: int, sentence: str) -> Reply:
    """A reply without a file: {"status": …, "error": what is wrong and what to do}."""
    headers = {"WWW-Authenticate": REALM} if status == 401 else {}
    return _json({"status": status, "error": sentence}, status, headers)


def staffing(settings: Settings, asked: Mapping[str, str], _now: pd.Timestamp) -> Reply:
    """Needs and duty, or shifts, of a site's plan in a profile.

    The version that was locked last, else the newest, or the one asked for; where nobody has kept
    one, the plan that the forecast leads to.
    """
    try:
        wanted = profiles.profile(settings, asked.get("profile", "generic-long"))
    except ServiceError as error:
        raise Refusal(422, str(error)) from error
    site, (first, last) = _site(settings, asked), _days(asked)
    number = _number(asked, "version")
    try:
        if number is not None or pull.has_version(settings, site):
            return _file(pull.version(settings, site, wanted, first, last, number))
        found = _answer_of(settings, asked)
        if found.plan is None:
            why = next((note for note in found.notes if "taff" in note), "It has no plan.")
            raise Refusal(404, f"There is no staffing of {site!r}: {why}")
        return _file(pull.proposal(settings, found, found.plan, wanted, first, last))
    except ServiceError as error:
        raise Refusal(404, str(error)) from error


def forecast(settings: Settings, asked: Mapping[str, str], _now: pd.Timestamp) -> Reply:
    """Expected patients of a site, with their quantiles."""
    found = _answer_of(settings, asked)
    made = found.forecast
    end = clock.steps_from(made.index[-1], 2, made.step, made.time_zone)[1]
    days = _range(asked, (made.index[0], end), made.time_zone)
    content = pull.within(exports.export_forecast(found), days)
    first, last = (at.tz_convert(made.time_zone) for at in (days[0], days[1] - SECOND))
    name = f"forecast_{pull.plain(made.site)}_{first:%Y-%m-%d}_{last:%Y-%m-%d}.csv"
    return _file(pull.Pulled(name, content, "utf-8"))


def health(settings: Settings, _asked: Mapping[str, str], now: pd.Timestamp) -> Reply:
    """How old data and forecasts are, which models are live, and which version serves."""
    return _json(vitals.vitals(settings, now), 200)


Door = Callable[[Settings, Mapping[str, str], pd.Timestamp], Reply]
DOORS: Mapping[str, tuple[Door, tuple[str, ...]]] = {
    "/api/v1/staffing.csv": (staffing, ("site", "from", "to", "profile", "version")),
    "/api/v1/forecast.csv": (forecast, ("site", "from", "to", "stream")),
    "/api/health": (health, ()),
}


def _admit(settings: Settings, authorization: str | None) -> None:
    scheme, _, word = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not word.strip():
        raise Refusal(401, NO_TOKEN)
    if access.holder(settings, word.strip()) is None:
        raise Refusal(401, WRONG_TOKEN)


def _understood(query: Sequence[tuple[str, str]], allowed: tuple[str, ...]) -> dict[str, str]:
    """Parameters by name; an unknown, repeated or empty one is refused."""
    asked: dict[str, str] = {}
    for name, value in query:
        if name not in allowed:
            near = get_close_matches(name, allowed, n=1, cutoff=0.4)
            known = f"they are: {', '.join(allowed)}." if allowed else "it takes none."
            hint = f"did you mean {near[0]!r}?" if near else known
            raise Refusal(422, f"There is no parameter {name!r} here: {hint}")
        if name in asked:
            raise Refusal(422, f"The parameter {name!r} came twice: send it once.")
        if not value.strip():
            raise Refusal(422, f"The parameter {name!r} is empty: give it a value or leave it out.")
        asked[name] = value.strip()
    return asked


def _site(settings: Settings, asked: Mapping[str, str]) -> str:
    names = [name for name in answers.sites(settings) if answers.version(settings, name)[0]]
    known = ", ".join(repr(name) for name in names)
    if not names:
        raise Refusal(404, "There are no arrivals here yet: load a file with edinflow ingest.")
    if "site" not in asked and len(names) > 1:
        raise Refusal(422, f"There are several sites: say site=, one of {known}.")
    site = asked.get("site", names[0])
    if site not in names:
        raise Refusal(404, f"There is no site {site!r} here; there are: {known}.")
    return site


def _answer_of(settings: Settings, asked: Mapping[str, str]) -> Answer:
    site, stream = _site(settings, asked), asked.get("stream", "all")
    found = _answer(settings, answers.question(settings, site, stream))
    if found is None:
        group = "" if stream == "all" else f" of {stream!r}"
        raise Refusal(404, f"{site!r} has no forecast{group} yet: make one with edinflow forecast.")
    return found


@lru_cache(maxsize=8)
def _answer(settings: Settings, asked: Question) -> Answer | None:
    """The question names the versions of data, forecast and settings, so no answer is an old one.

    Only its notes on age could be; no file carries them.
    """
    return answers.answer(settings, asked)


def _days(asked: Mapping[str, str]) -> tuple[date | None, date | None]:
    """First and last local day asked for, both included; None: no end."""
    first, last = _day(asked, "from"), _day(asked, "to")
    if first is not None and last is not None and last < first:
        raise Refusal(422, f"'to' ({last}) lies before 'from' ({first}): exchange them.")
    return first, last


def _range(asked: Mapping[str, str], there: pull.Range, zone: str) -> pull.Range:
    """The local days asked for as instants, cut to what there is."""
    first, last = _days(asked)
    begin, end = (at.tz_convert(zone).date() for at in (there[0], there[1] - SECOND))
    if (first is not None and first > end) or (last is not None and last < begin):
        raise Refusal(404, f"Nothing is known of these days: it goes from {begin} to {end}.")
    # Days beyond either end never become instants: no clock tells the last one of the year 9999.
    inside = None if first is None or first <= begin else clock.instant(str(first), zone)
    until = None if last is None or last >= end else clock.instant(str(last), zone)
    return (
        there[0] if inside is None else inside,
        there[1] if until is None else clock.days_after(until, 1, zone),
    )


def _number(asked: Mapping[str, str], name: str) -> int | None:
    if name not in asked:
        return None
    if not asked[name].isascii() or not asked[name].isdigit() or len(asked[name]) > 9:
        raise Refusal(422, f"{name!r} is {asked[name]!r}; write a whole number, such as 3.")
    return int(asked[name])


def _day(asked: Mapping[str, str], name: str) -> date | None:
    if name not in asked:
        return None
    try:
        if len(asked[name]) == 10:
            return date.fromisoformat(asked[name])
    except ValueError:
        pass  # refused below, in words
    raise Refusal(422, f"{name!r} is {asked[name]!r}; write a local day as 2026-03-31.")


def _file(made: pull.Pulled) -> Reply:
    name = made.name.encode("ascii", "replace").decode().replace("?", "-")
    charset = "utf-8" if made.encoding.startswith("utf") else made.encoding
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Reply(200, made.content, f"text/csv; charset={charset}", headers)


def _json(
    values: Mapping[str, object], status: int, more: Mapping[str, str] | None = None
) -> Reply:
    body = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False).encode()
    return Reply(status, body + b"\n", "application/json; charset=utf-8", more or {})
