"""Decisions on warnings and chances of surges, as they are kept."""

import pandas as pd
import pytest

from data import decisions
from data.errors import DataError
from data.store import Store

START = pd.Timestamp("2026-03-03 13:00", tz="UTC")
HOUR = pd.Timedelta(hours=1)


def decide(store: Store, **changed: object) -> int:
    told: dict[str, object] = {
        "site": "ward",
        "kind": "surge",
        "role": "",
        "start_utc": START,
        "stop_utc": START + 8 * HOUR,
        "forecast_id": 4,
        "expected": 61.5,
        "chance": 0.4,
        "above": 66,
        "heads": None,
        "action": "acknowledge",
        "until_utc": None,
        "number": None,
        "reason": "",
        "who": "anna",
        "decided_at_utc": START - HOUR,
    }
    return decisions.record(store, **(told | changed))  # type: ignore[arg-type]


def test_decisions_come_back_as_they_were_and_in_order(store: Store):
    assert [decide(store), decide(store, action="override", number=70.0, reason="match")] == [1, 2]
    found = decisions.listed(store, "ward")
    assert found["action"].tolist() == ["acknowledge", "override"]
    assert found["number"].tolist()[1] == 70.0
    assert found["start_utc"].tolist() == [START, START]
    assert found["who"].tolist() == ["anna", "anna"]
    assert pd.isna(found["until_utc"].iloc[0])


def test_each_site_has_a_log_of_its_own(store: Store):
    decide(store)
    decide(store, site="other", kind="short", role="nurse", heads=2)
    assert len(decisions.listed(store)) == 2
    assert decisions.listed(store, "other")["heads"].tolist() == [2]
    assert decisions.listed(store, "elsewhere").empty


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "shrug"},
        {"action": "snooze"},
        {"action": "override", "reason": "match"},
        {"action": "override", "number": 70.0, "reason": ""},
        {"action": "override", "number": -1.0, "reason": "match"},
        {"kind": "short"},
        {"who": ""},
    ],
    ids=str,
)
def test_a_decision_that_says_too_little_or_too_much_is_refused(store: Store, changed):
    with pytest.raises(DataError):
        decide(store, **changed)
    assert decisions.listed(store).empty


def said(at: pd.Timestamp, chance: float, backcast: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "site": "ward",
                "model": "profile",
                "said_at_utc": at,
                "noted_at_utc": at,
                "start_utc": START,
                "stop_utc": START + 8 * HOUR,
                "above": 66,
                "chance": chance,
                "backcast": backcast,
            }
        ]
    )


def test_of_a_shift_the_last_word_before_it_began_counts(store: Store):
    for hours, chance in ((-8, 0.1), (-1, 0.3), (2, 0.9)):
        decisions.note_chances(store, said(START + hours * HOUR, chance))
    assert decisions.chances(store, "ward", backcast=False)["chance"].tolist() == [0.3]
    assert decisions.chances(store, "ward", backcast=True).empty


def test_what_is_worked_out_afterwards_replaces_itself_and_not_what_was_said(store: Store):
    decisions.note_chances(store, said(START, 0.3))
    for chance in (0.5, 0.6):
        decisions.note_chances(store, said(START, chance, backcast=True))
    assert decisions.chances(store, "ward", backcast=True)["chance"].tolist() == [0.6]
    assert decisions.chances(store, "ward", backcast=False)["chance"].tolist() == [0.3]
