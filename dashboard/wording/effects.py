"""What a special day does to arrivals → a sentence that a planner can weigh."""

import pandas as pd

from dashboard.wording.amounts import number
from data import locale
from forecasting.conditions import knows_no_days
from forecasting.effects import MODEL, Effect
from forecasting.special_days import AFTER, EVE


def name(effect: Effect) -> str:
    """Which day it is."""
    own = effect.mark.name
    return {EVE: f"Day before {own}", AFTER: f"Day after {own}"}.get(effect.mark.kind, own)


def days(effect: Effect) -> str:
    """Its local day, or its first and last day ahead."""
    first, last = _day(effect.first), _day(effect.last)
    return first if effect.first == effect.last else f"{first} – {last}"


def sentence(effect: Effect) -> str:
    """Name, share of patients more or fewer, and how well that is known."""
    if effect.seen == 0:
        if effect.low == effect.high:
            return f"{name(effect)}: not seen before, so it is taken for a usual day"
        return f"{name(effect)}: {change(effect.change)} (not seen before, {spread(effect)})"
    return f"{name(effect)}: {change(effect.change)} (seen {seen(effect)}, {spread(effect)})"


def whose(live: str | None) -> str:
    """Whose belief the effects are, and whether the live forecast shares it."""
    told = f"Ranges hold in 8 of 10 cases; learned by the model {MODEL}"
    if live is None or live == MODEL:
        return f"{told}."
    if knows_no_days(live):
        return (
            f"{told}. The live forecast is by {live}, which takes every day for a usual weekday: "
            "none of this is in it."
        )
    return f"{told}; the live forecast is by {live}, which learns such days in its own way."


def seen(effect: Effect) -> str:
    """How often such a day was over and observed."""
    if effect.seen < 2:
        return "once" if effect.seen else "never"
    return f"{effect.seen} times"


def verdict(expect: str, effect: Effect) -> str:
    """Whether what was learned is what was expected: "more" or "fewer"; "–" for anything else."""
    if expect not in ("more", "fewer") or effect.seen == 0:
        return "–"
    if effect.low > 0 if expect == "more" else effect.high < 0:
        return f"✓ {expect}, as expected"
    against = effect.high < 0 if expect == "more" else effect.low > 0
    return "▼ the other way" if against else "not clear yet"


def beside(expect: str, effect: Effect) -> str:
    """The same as the end of a sentence; empty where nothing was expected, or seen yet."""
    said = verdict(expect, effect)
    if said == "–":
        return ""
    return f"; {said}" if expect in said else f"; {expect} expected: {said}"


def change(share: float) -> str:
    """Share of patients more or fewer, in words."""
    percent = round(100 * share)
    if percent == 0:
        return "as many patients as usual"
    return f"{number(abs(percent))} % {'more' if percent > 0 else 'fewer'} patients"


def spread(effect: Effect) -> str:
    """Its 80 % range, the smaller size first where both ends are on one side."""
    low, high = round(100 * effect.low), round(100 * effect.high)
    if low >= 0:
        return f"{low} to {high}"
    if high <= 0:
        return f"{-high} to {-low}"
    return f"{-low} % fewer to {high} % more"  # a bare number would pass for patients


def _day(date: pd.Timestamp) -> str:
    return locale.day(date)
