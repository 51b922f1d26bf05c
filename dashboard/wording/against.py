"""What a need is held against, and where that falls short, in words."""

import pandas as pd

from dashboard.service.against import PROPOSED, ROSTER, Part, Source
from dashboard.wording import amounts, times
from data import locale
from staffing.role import in_words

DAY = pd.Timedelta("1D")


def source(one: Source, zone: str) -> str:
    """Whose heads on duty, with when and by whom."""
    if one.kind == PROPOSED or one.since is None:
        return "the plan proposed now"
    made = f"{times.moment(one.since, zone, year=True)} by {one.who}"
    if one.kind == ROSTER:
        return f"today’s roster (last import: {one.name}, {made})"
    low = f"; below minimum cover on purpose: {one.why_low}" if one.why_low else ""
    status = "locked" if one.status == "locked" else "made"
    return f"version {one.name} of the plan ({status} {made}{low})"


def reach(part: Part) -> str:
    """For how much of the need's time, and for which roles where not for all."""
    whole = len(part.need.heads) * (part.need.step / DAY)
    # a clock change makes whole days an hour longer or shorter than they are counted here
    days = part.days if part.days < whole else round(whole, 1)
    held = f"{locale.short(round(days, 2))} of {amounts.days(round(whole, 1))}"
    return held if part.roles == part.need.roles else f"{held}, {in_words(part.roles)} only"


def verdict(part: Part) -> str:
    """Whether it meets the need there, and where it does so worst.

    ✓ and ▼ say it without colour.
    """
    short, zone = part.short(), part.need.time_zone
    if short.empty:
        return "✓ the need is met in every half hour that it tells of."
    worst = short.sort_values(["heads", "hours"], ascending=False, kind="stable").iloc[0]
    return (
        f"▼ too few staff in {locale.counted(len(short), 'stretch', 'stretches')}, "
        f"{locale.counted(short['hours'].sum(), 'hour')} in all. The worst: "
        f"{amounts.heads(int(worst['heads']), str(worst['role']))} short from "
        f"{times.moment(worst['start'], zone)} to {times.moment(worst['end'], zone)}."
    )


def sentence(part: Part) -> str:
    """A source, how far it reaches and whether it meets the need."""
    named = amounts.sentence(source(part.source, part.need.time_zone))
    return f"{named}, for {reach(part)}: {verdict(part)}"
