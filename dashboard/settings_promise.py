"""What [department] promises patients, and what it says of them: waits, patience, time there."""

from functools import partial

from dashboard.toml_checks import check_alone, check_each, five
from dashboard.toml_table import TomlTable
from staffing.department import Department, Target
from staffing.patience import SURVEY, Patience
from staffing.promise import wait_minutes
from staffing.standards import Standard, standard
from staffing.stays import USUAL_CARE_SPREAD, USUAL_SPREAD, Stay, given_stays

LEARNED = "learned"


def target(table: TomlTable, usual: Department, promised: Standard | None) -> Target | None:
    """The target of all patients together; a standard stands alone unless one is given beside."""
    stated = "target_wait_minutes" in table, "target_share" in table
    if promised is not None and not any(stated):
        return None
    known = usual.target or Target(30, 0.8)
    minutes = table.number("target_wait_minutes", known.wait_minutes)
    share = table.number("target_share", known.share)
    check_alone(table, "target_wait_minutes", lambda: Target(minutes, known.share))
    check_alone(table, "target_share", lambda: Target(known.wait_minutes, share))
    return Target(minutes, share)


def promised(table: TomlTable) -> Standard | None:
    """A standard by its name, or a department's own minutes and shares by acuity."""
    name = table.optional_text("standard")
    own = table.table("own_standard")
    if "own_standard" in table:
        if name is not None:
            raise table.error("standard", name, "left out where own_standard is given")
        minutes = five(own, "minutes", None)
        shares = five(own, "shares", None)
        title = own.text("name", "own standard")
        source = own.text("source", "Stated by the department.")
        own.done()
        alone = Standard(title, (30,) * 5, (0.8,) * 5)
        check_each(own, alone, {"minutes": minutes, "shares": shares})
        return Standard(title, minutes, shares, "wait", source)
    if name is None:
        return None
    check_alone(table, "standard", lambda: standard(name))
    return standard(name)


def check_promised(table: TomlTable, department: Department) -> None:
    """Refuse a standard that no staffing keeps, by its own line."""
    kept = department.standard
    if kept is None:
        return
    own = "own_standard" in table
    place, key = (table.table("own_standard"), "shares") if own else (table, "standard")
    for role in department.roles:
        if role.queues:
            check_alone(place, key, partial(wait_minutes, kept, role))


def patience(table: TomlTable) -> Patience:
    """How long patients wait before they leave; the survey's where nothing is said."""
    if "patience" not in table:
        return SURVEY
    table = table.table("patience")
    bands = table.number_rows("bands", 3)
    means = five(table, "mean_minutes", (float("inf"),) * 5)
    source = table.text("source", "Stated by the department.")
    table.done()
    rows = tuple((share, low, high) for share, low, high in bands)
    check_each(table, SURVEY, {"mean_minutes": means, "bands": rows})
    return Patience(means, rows, source)


def stays(table: TomlTable) -> tuple[tuple[Stay, ...], bool]:
    """Stays that are given, and whether they are to be learned from departures."""
    spread = table.number_or_numbers("length_of_stay_spread", 5, USUAL_SPREAD)
    check_alone(table, "length_of_stay_spread", lambda: given_stays((60,) * 5, spread))
    if "length_of_stay" not in table:
        return (), False
    if table.is_text("length_of_stay"):
        if table.text("length_of_stay") != LEARNED:
            raise table.error(
                "length_of_stay", table.text("length_of_stay"), f'five minutes or "{LEARNED}"'
            )
        return (), True
    minutes = five(table, "length_of_stay", None)
    check_alone(table, "length_of_stay", lambda: given_stays(minutes, spread))
    return given_stays(minutes, spread), False


def times_in_care(table: TomlTable) -> tuple[Stay, ...]:
    """Minutes from the start of care to departure by acuity; empty where they are not given."""
    spread = table.number_or_numbers("time_in_care_spread", 5, USUAL_CARE_SPREAD)
    check_alone(table, "time_in_care_spread", lambda: given_stays((60,) * 5, spread, "gamma"))
    if "time_in_care" not in table:
        return ()
    minutes = five(table, "time_in_care", None)
    check_alone(table, "time_in_care", lambda: given_stays(minutes, spread, "gamma"))
    return given_stays(minutes, spread, "gamma")
