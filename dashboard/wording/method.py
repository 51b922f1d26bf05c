"""What the page Method & trust says: the method in plain words, its limits, who sees what."""

import pandas as pd

from dashboard import theme
from dashboard.service.trust import Trust
from dashboard.wording import times
from forecasting import drift
from forecasting.parameters import Parameter
from forecasting.registry import ModelInfo

METHOD = """
1. **What came.** Files of arrivals are checked row by row and kept as counts: patients per hour and
   group. An hour that nobody counted is “not known”, never zero.
2. **What may come.** A model learns the usual week, the season, holidays, local events and the
   level of the last weeks. It does not give one number but a thousand possible futures; “expected”
   is their mean, the “likely range” holds 8 in 10 of them. A busy day is busy all day: hours of one
   future rise and fall together, so that totals of shifts and days are as unsure as they should be.
3. **Whether to trust it.** A model speaks only if it beat the plain usual week on the last eight
   weeks. Outages, absurd counts and level shifts are mended before anything is learned.
4. **What staff it takes.** Each future is turned into work (minutes by acuity and role) and into
   the staff that keeps the promised wait; the need is what suffices in 8 of 10 futures, or as many
   as you choose. Shifts are then found that cover it with the fewest paid hours.
5. **What to do.** Pages compare need with duty, and name where someone is short, by how many, and
   from where help could move.
"""
LIMITS = """
- It forecasts **numbers, not patients**: no clinical decision about a person may rest on it.
- It does not know what nobody told it: a new clinic, a closed ward, a strike. Note them as events.
- The first weeks after a change are less sure; ranges are wider then.
- Four to eight weeks ahead it knows the season and the week, hardly the day.
- Minutes of care by acuity are starting values until you put in your own (`edinflow.toml`).
- It plans heads per shift and role, not named people; rostering law and contracts stay with you.
"""
WHO = """
- **In the store: counts only.** No row of a patient, no name, no record number, no date of birth.
  Lengths of stay are kept as histograms. Columns that may tell who somebody is are never read.
- **Refused rows** of a load lie in a file beside the store, with the refused cells **as they
  came**: a cell that is no date may hold anything, even a name. That file is readable by its owner
  only (the user who runs the program), and by whoever can open the page Data quality; delete it
  once the source is put right.
- **Whoever opens these pages sees everything on them**: counts, forecasts, plans, names of those
  who decided. There is no sign-in yet, so the server listens on this machine only unless told
  otherwise.
- **Other programs** get files only with a token (`edinflow token`), which is kept as a hash.
- **Nothing leaves the machine**: no usage statistics, no fonts or scripts from elsewhere.
- Decisions (promotions, overruled gates, edits with reasons) are kept with name and time.
"""
GROUPS = (
    "Forecasts can serve some groups worse than others. The comparison forecasts each group "
    "(acuity, age, mode of arrival) from the same past weeks, and names those that are served "
    "worse beyond chance."
)
NO_GROUPS = "Groups were not compared yet at this site."
NO_MODEL = "There is no forecast yet."


def held(found: Trust) -> str:
    """Calibration in plain words."""
    if found.days < drift.FEWEST_DAYS:
        return (
            "There are too few days to tell whether the likely range holds: "
            f"{drift.FEWEST_DAYS} are needed, {found.live} were forecast live so far. A backtest "
            "of the live model, on the page Model lab, tells at once."
        )
    count, due = round(found.held), round(0.8 * found.days)
    if found.tested:
        return (
            "In its newest backtest, the 80 % range of today's model held on "
            f"**{count} of {found.days} days** (about {due} are right). Days forecast live are "
            f"too few yet: {found.live}."
        )
    return (
        f"Our 80 % range, said a day ahead, held on **{count} of the last {found.days} days** "
        f"(about {due} are right)."
    )


def state(found: Trust) -> theme.Status | None:
    """Whether ranges or level need attention; None where that cannot be told yet."""
    if found.drift.sentences:
        return "watch"
    return "normal" if found.days >= drift.FEWEST_DAYS else None


def drifting(found: Trust) -> str:
    """Whether forecasts and arrivals move apart."""
    if found.drift.sentences:
        return "▲ " + " ".join(found.drift.sentences)
    if found.live < drift.FEWEST_DAYS:
        return (
            f"Not known yet: drift is judged on days that were forecast live, of which "
            f"{drift.FEWEST_DAYS} are needed and {found.live} are there."
        )
    return "✓ No drift: neither the level nor the ranges have moved away from what comes."


def model_card(
    name: str, reason: str, info: ModelInfo | None, parameters: tuple[Parameter, ...]
) -> pd.DataFrame:
    """The live model at a glance."""
    rows = [("Live model", name), ("Why this one", reason)]
    if info is not None:
        rows += [("When to use it", info.when), ("What it costs", info.cost)]
    rows += [
        ("Meant for", "arrivals at one emergency department, hours to eight weeks ahead"),
        ("Not meant for", "single patients, wards, or departments under a few arrivals a day"),
        ("Learns from", "counts per hour or day, public holidays, local events, daily conditions"),
        ("Judged by", "error of the whole range on past weeks it has not seen; page Backtests"),
    ]
    if parameters:
        names = ", ".join(one.name.replace("_", " ") for one in parameters)
        rows.append(("What can be changed", f"{names}; page Model lab"))
    return pd.DataFrame(rows, columns=["About", "What"])


def groups(said: tuple[str, pd.Timestamp] | None, time_zone: str) -> str:
    """What the last comparison of groups said."""
    if said is None:
        return NO_GROUPS
    return f"{said[0]} (compared {times.moment(said[1], time_zone, year=True)})"
