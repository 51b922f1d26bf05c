"""When a feed counts as late: at one age for pages, programs and the command line."""

import pandas as pd
import pytest

from dashboard import cache, settings
from dashboard.service import answers, vitals
from dashboard.wording import notices, trust
from data import history
from tests.dashboard.conftest import SITE, ZONE, copy_of


@pytest.mark.parametrize(
    ("told", "usual", "by_the_day", "late_after"),
    [
        ("", None, False, 36),
        ("", None, True, 72),
        ("", 1, False, 3),
        ("", 4, False, 8),
        ("", 30, False, 36),
        ("", 30, True, 60),
        ("feed_late_hours = 5", 1, False, 5),
        ("feed_late_hours = 5", 1, True, 5),
    ],
)
def test_pages_and_programs_call_data_late_at_the_same_age(
    told, usual, by_the_day, late_after, new_ward, daily_ward, tmp_path, monkeypatch
):
    """usual: hours that the data usually grows old before newer data comes."""
    ward = copy_of(daily_ward, tmp_path) if by_the_day else new_ward()
    with ward.config.open("a", encoding="utf-8") as file:
        file.write(f"\n[alerts]\n{told}\n")
    ours, hours = settings.load(ward.config), pd.Timedelta(hours=1)
    habit = None if usual is None else usual * hours
    monkeypatch.setattr(history, "usual_age", lambda _store, _name: habit)
    if not by_the_day:
        ward.forecast()
    found = answers.answer(ours, answers.question(ours, SITE))
    assert found.late_after == late_after * hours
    for beyond, late in ((-1, False), (1, True)):
        now = found.data_until + late_after * hours + pd.Timedelta(minutes=beyond)
        report = answers.quality(ours, SITE, now)
        assert report.is_late is late
        assert f"late once it is over {late_after} hours old" in trust.late(report, ZONE, now)
        assert notices.is_stale(found, now) is late
        sooner = answers.quality(ours, SITE, now - 2 * hours)  # of a page that stood open
        assert trust.late(sooner, ZONE, now).startswith("▲" if late else "✓")
        monkeypatch.setattr(cache, "settings", lambda: ours)
        shown = cache.quality(SITE, 1, now)
        assert (shown.is_late, "late feed" in set(shown.findings["kind"])) == (late, late)
        if late:
            kept = shown.findings.set_index("kind")["sentence"]["late feed"]
            assert kept.endswith(f"{late_after} hours ago." if late_after < 48 else "days ago.")
        about = vitals.vitals(ours, now)["sites"][0]
        assert (about["data_is_late"], about["data_is_late_after_minutes"]) == (
            late,
            60 * late_after,
        )
