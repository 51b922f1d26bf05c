"""Each page on the nights when the clock changes: each hour once, in order, told apart by name."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache, wording
from dashboard.pages import PAGES
from data import clock
from tests.dashboard.conftest import SITE, Ward, make_ward
from tests.dashboard.test_views import opened, words

__all__ = ["opened"]
VIEWS = [render.__module__.rsplit(".", 1)[1] for group in PAGES.values() for _, render, *_ in group]


@dataclass(frozen=True)
class Night:
    """A site's clock, the day on which it changes, and how many hours that day has."""

    zone: str
    day: date
    hours: int

    def steps(self, minutes: int) -> list[datetime]:
        """Starts of the day's steps on the local clock, by the standard library alone."""
        at = datetime(self.day.year, self.day.month, self.day.day, tzinfo=ZoneInfo(self.zone))
        start = at.astimezone(UTC)
        return [
            (start + timedelta(minutes=minutes * number)).astimezone(ZoneInfo(self.zone))
            for number in range(self.hours * 60 // minutes)
        ]

    def names(self, minutes: int) -> list[str]:
        """The steps' times of day; the offset goes with those that the clock shows twice."""
        steps = self.steps(minutes)
        seen = Counter(f"{at:%H:%M}" for at in steps)
        return [
            f"{at:%H:%M}" + (f" ({_offset(at)})" if seen[f"{at:%H:%M}"] > 1 else "") for at in steps
        ]

    @property
    def label(self) -> str:
        """The day as pages name it."""
        return f"{self.day:%a} {self.day.day} {self.day:%b}"


def _offset(at: datetime) -> str:
    ahead = at.utcoffset()
    assert ahead is not None
    hours = round(ahead / timedelta(hours=1))
    return f"UTC{'−' if hours < 0 else '+'}{abs(hours)}"


NIGHTS = [
    Night("Europe/London", date(2026, 3, 29), 23),
    Night("Europe/London", date(2026, 10, 25), 25),
    Night("America/Chicago", date(2026, 3, 8), 23),
    Night("America/Chicago", date(2026, 11, 1), 25),
    Night("Asia/Kolkata", date(2026, 3, 29), 24),
    Night("Asia/Kolkata", date(2026, 10, 25), 24),
]


@pytest.fixture(scope="module", params=NIGHTS, ids=lambda one: f"{one.zone}-{one.day}")
def eve(request, tmp_path_factory) -> tuple[Night, Ward]:
    """A ward whose data ends at 18:00 on the evening before, and its live forecast."""
    night = request.param
    until = clock.instant(f"{night.day - timedelta(days=1)} 18:00", night.zone)
    folder = tmp_path_factory.mktemp("eve")
    ward = make_ward(folder, pd.Timestamp.now("UTC") - until, zone=night.zone)
    assert ward.until == until
    ward.forecast()
    return night, ward


@pytest.fixture
def page(eve, opened, monkeypatch):
    """Opens a page at ten past six on that evening."""
    ward = eve[1]
    monkeypatch.setattr(cache, "now", lambda: ward.until + pd.Timedelta(minutes=10))
    return lambda name, **query: opened(ward, name, **query)


def rows_of(app: AppTest, night: Night) -> list[list[str]]:
    """The times that each table with a row per step names on that day."""
    found = []
    for table in app.table:
        if "From" in table.value.columns:
            said = [str(one).replace("\u00a0", " ") for one in table.value["From"]]
            found.append([one.removeprefix(f"{night.label} ") for one in said
                          if one.startswith(night.label)])  # fmt: skip
    return [rows for rows in found if rows]


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_on_the_eve_of_a_clock_change(page, view):
    app = page(view)
    assert not app.exception
    said = words(app)
    assert "cannot be shown" not in said
    assert "NaT" not in said


@pytest.mark.parametrize(
    ("view", "query", "minutes"),
    [
        ("today", {}, 60),
        ("forecast_explorer", {"grain": wording.trust.VIEWS["hour"]}, 60),
        ("staffing_plan", {}, 30),
    ],
)
def test_each_step_of_the_day_stands_once_in_order_with_a_name_of_its_own(
    eve, page, view, query, minutes
):
    night, ward = eve
    expected = night.names(minutes)
    assert len(set(expected)) == night.hours * 60 // minutes
    if view == "staffing_plan":  # the clock changes on the last day of a week
        days = (ward.until, clock.instant(f"{night.day} 00:00", night.zone))
        query = {"week": " – ".join(wording.times.day(at, night.zone) for at in days)}
    assert expected in rows_of(page(view, **query), night)


def test_the_reasons_of_a_day_are_told_for_each_of_its_hours(eve, page):
    night = eve[0]
    app = page("forecast_explorer", day=night.label)
    firsts = [list(t.value["From"]) for t in app.table if "From" in t.value.columns]
    assert [name.replace(" ", "\u00a0") for name in night.names(60)] in firsts


def test_the_strip_of_gaps_has_a_column_for_each_hour_of_the_night(eve, page):
    night, ward = eve
    (strip,) = [one.proto.body for one in page("today").get("html") if "<thead>" in one.proto.body]
    head = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', strip)[1:]
    ahead = [
        at.tz_convert(night.zone).to_pydatetime()
        for at in pd.date_range(ward.until, periods=24, freq="h")
    ]
    of_the_day = [at for at in ahead if at.date() == night.day]
    names = night.names(60)[: len(of_the_day)]
    expected = [name if "(" in name else name[:2] for name in names]
    assert head[24 - len(of_the_day) :] == expected


def test_shifts_of_the_night_are_as_long_as_the_night(eve, page):
    night, ward = eve
    page("today")
    rows = pd.read_csv(BytesIO(cache.shifts_csv(cache.question(SITE))))
    usual = {pattern.code: pattern.hours for pattern in ward.settings.department.patterns}
    start, end = (pd.to_datetime(rows[name], utc=True) for name in ("start_utc", "end_utc"))
    midnight = clock.instant(f"{night.day} 00:00", night.zone)
    across = (start < midnight) & (end > midnight + pd.Timedelta(hours=4))
    assert across.any()
    for row in rows[across].itertuples():
        begins, ends = (
            datetime.fromisoformat(str(one)) for one in (row.start_local, row.end_local)
        )
        by_the_wall = ends.replace(tzinfo=None) - begins.replace(tzinfo=None)
        assert by_the_wall == timedelta(hours=usual[row.shift])
        assert row.paid_hours == pytest.approx(row.heads * (usual[row.shift] + night.hours - 24))
    other = rows[
        (start > midnight + pd.Timedelta(days=1)) & (start < midnight + pd.Timedelta(days=5))
    ]
    assert (other["paid_hours"] == other["heads"] * other["shift"].map(usual)).all()
