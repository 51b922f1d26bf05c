"""A version that was edited since it was shown is not written to unseen."""

import pytest

from dashboard.service import plans
from data.errors import DataError
from tests.dashboard.conftest import SITE
from tests.dashboard.test_planner_pages import NOW, edited, opened, press, words

__all__ = ["opened"]


@pytest.mark.parametrize(
    ("page", "label"),
    [("staffing_plan", "Undo the last kept edit"), ("versions", "Lock this version")],
)
def test_a_version_that_somebody_else_has_edited_meanwhile_is_looked_at_first(
    opened, copied_ward, page, label
):
    _, second, change = edited(copied_ward)
    name = f"Version {second}"
    app = opened(page, **{"plan" if page == "staffing_plan" else "version": name})
    if page == "versions":
        app.text_input(key="lock_note").set_value("agreed")
    plans.edit(copied_ward.settings, SITE, second, [change], "more", now=NOW)
    app = press(app, label)
    assert f"{name} was edited elsewhere since you saw it" in words(app)
    kept = plans.version(copied_ward.settings, SITE, second)
    assert (kept.status, kept.stored.edits["reason"].tolist()) == ("draft", ["marathon", "more"])
    press(app, label)
    kept = plans.version(copied_ward.settings, SITE, second)
    assert (kept.status, len(kept.stored.edits)) in {("draft", 3), ("locked", 2)}


def test_an_edit_in_the_place_of_one_taken_back_is_seen_to_be_another(copied_ward):
    _, number, change = edited(copied_ward)
    ours = copied_ward.settings
    seen = plans.version(ours, SITE, number).stored.newest_edit
    plans.undo(ours, SITE, number, now=NOW)
    plans.edit(ours, SITE, number, [change], "again", now=NOW)
    before = plans.version(ours, SITE, number).stored.edits
    for write in (
        lambda: plans.edit(ours, SITE, number, [change], "late", now=NOW, seen=seen),
        lambda: plans.undo(ours, SITE, number, now=NOW, seen=seen),
        lambda: plans.lock(ours, SITE, number, "agreed", now=NOW, seen=seen),
    ):
        with pytest.raises(DataError, match=f"Version {number} was edited elsewhere since"):
            write()
    after = plans.version(ours, SITE, number)
    assert after.status == "draft"
    assert after.stored.edits.equals(before)
    plans.lock(ours, SITE, number, "agreed", now=NOW, seen=after.stored.newest_edit)
    assert plans.version(ours, SITE, number).status == "locked"
