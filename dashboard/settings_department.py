"""[department] of edinflow.toml → a department, the rules of its plans, codes of its rosters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from dashboard.toml_table import TomlTable
from staffing.department import Department, ShiftPattern, StaffRole, Target, default_department
from staffing.errors import StaffingError
from staffing.patience import SURVEY, Patience
from staffing.returning import Returning
from staffing.role import ACUITIES, EVERYONE, Acuities, Area
from staffing.rules import BreakRule, CountLimit, Post, Premium, Window, day_numbers
from staffing.standards import Standard, standard
from staffing.stays import USUAL_SPREAD, Stay, given_stays
from staffing.weekly import NO_WEEKLY_RULES, WeeklyRules

Value = TypeVar("Value")
LEARNED = "learned"
HOLD = ("each week", "on average")


@dataclass(frozen=True)
class DepartmentSettings:
    """What [department] says; stated: the settings that stand there, the rest are defaults."""

    department: Department
    rules: WeeklyRules
    codes: tuple[tuple[str, str], ...]
    stated: frozenset[str]


def department_settings(table: TomlTable) -> DepartmentSettings:
    """Read [department]. Raises SettingsError that names the setting and its line."""
    department = _department(table)
    rules = _rules(table)
    codes = table.named_texts("codes")
    table.done()
    _check_alone(table, "codes", lambda: _check_codes(codes, department))
    hours = replace(NO_WEEKLY_RULES, hours=rules.hours)
    _check_alone(table, "hours_per_week", lambda: hours.check(department))
    _made(table, lambda: rules.check(department))
    return DepartmentSettings(department, rules, codes, frozenset(table.keys))


def _department(table: TomlTable) -> Department:
    usual = default_department()
    roles = tuple(_role(row) for row in table.tables("role"))
    patterns = tuple(_pattern(row) for row in table.tables("shift"))
    promised = _standard(table)
    stays, learn = _stays(table)
    stated: dict[str, Any] = {
        "service_level": table.number("service_level", usual.service_level),
        "step_minutes": table.whole("step_minutes", usual.step_minutes, 1, 60),
        "acuity_mix": _five(table, "acuity_mix", usual.acuity_mix),
        "pickup_stop_minutes": table.number("pickup_stop_minutes", usual.pickup_stop_minutes),
    }
    _check_each(table, usual, stated)
    return _made(
        table,
        lambda: Department(
            name=table.text("name", usual.name),
            roles=roles or usual.roles,
            patterns=patterns or usual.patterns,
            target=_target(table, usual, promised),
            **stated,
            standard=promised,
            patience=_patience(table.table("patience")) if "patience" in table else SURVEY,
            stays=stays,
            learn_stays=learn,
        ),
    )


def _target(table: TomlTable, usual: Department, promised: Standard | None) -> Target | None:
    """The target of all patients together; a standard stands alone unless one is given beside."""
    stated = "target_wait_minutes" in table, "target_share" in table
    if promised is not None and not any(stated):
        return None
    known = usual.target or Target(30, 0.8)
    minutes = table.number("target_wait_minutes", known.wait_minutes)
    share = table.number("target_share", known.share)
    _check_alone(table, "target_wait_minutes", lambda: Target(minutes, known.share))
    _check_alone(table, "target_share", lambda: Target(known.wait_minutes, share))
    return Target(minutes, share)


def _standard(table: TomlTable) -> Standard | None:
    """A standard by its name, or a department's own minutes and shares by acuity."""
    name = table.optional_text("standard")
    own = table.table("own_standard")
    if "own_standard" in table:
        if name is not None:
            raise table.error("standard", name, "left out where own_standard is given")
        minutes = _five(own, "minutes", None)
        shares = _five(own, "shares", None)
        title = own.text("name", "own standard")
        source = own.text("source", "Stated by the department.")
        own.done()
        alone = Standard(title, (30,) * 5, (0.8,) * 5)
        _check_each(own, alone, {"minutes": minutes, "shares": shares})
        return Standard(title, minutes, shares, "wait", source)
    if name is None:
        return None
    _check_alone(table, "standard", lambda: standard(name))
    return standard(name)


def _patience(table: TomlTable) -> Patience:
    bands = table.number_rows("bands", 3)
    means = _five(table, "mean_minutes", (float("inf"),) * 5)
    source = table.text("source", "Stated by the department.")
    table.done()
    rows = tuple((share, low, high) for share, low, high in bands)
    _check_each(table, SURVEY, {"mean_minutes": means, "bands": rows})
    return Patience(means, rows, source)


def _stays(table: TomlTable) -> tuple[tuple[Stay, ...], bool]:
    """Stays that are given, and whether they are to be learned from departures."""
    spread = table.number("length_of_stay_spread", USUAL_SPREAD)
    if "length_of_stay" not in table:
        return (), False
    if table.is_text("length_of_stay"):
        if table.text("length_of_stay") != LEARNED:
            raise table.error(
                "length_of_stay", table.text("length_of_stay"), f'five minutes or "{LEARNED}"'
            )
        return (), True
    minutes = _five(table, "length_of_stay", None)
    _check_alone(table, "length_of_stay", lambda: given_stays(minutes, spread))
    return given_stays(minutes, spread), False


def _role(table: TomlTable) -> StaffRole:
    usual = StaffRole(name="role", fixed=1)
    areas = tuple(_area(row) for row in table.tables("area"))
    back = table.table("returning")
    returning = None
    if "returning" in table:
        share, away = back.number("share"), back.number("away_minutes")
        back.done()
        _check_each(back, Returning(0.5, 60), {"share": share, "away_minutes": away})
        returning = Returning(share, away)
    alone = replace(usual, name=table.text("name"))
    stated: dict[str, Any] = {
        "minutes": _five(table, "minutes", usual.minutes if _may_lack(table, areas) else None),
        "patient_share": table.number("patient_share", usual.patient_share),
        "cost_per_hour": table.number("cost_per_hour", usual.cost_per_hour),
        "sees": _five(table, "sees", EVERYONE),
    }
    _check_each(table, alone, stated)
    found = _made(
        table,
        lambda: replace(
            alone,
            **stated,
            minimum=table.whole("minimum", usual.minimum, 0, 1000),
            source=table.optional_text("source") or "",
            returning=returning,
            areas=areas,
            fixed=table.whole("fixed_posts", 0, 0, 1000),
        ),
    )
    table.done()
    return found


def _may_lack(table: TomlTable, areas: tuple[Area, ...]) -> bool:
    """Whether a role may be without care minutes: presence or posts of its own staff it."""
    return bool(areas) or "fixed_posts" in table


def _area(table: TomlTable) -> Area:
    name, ratio = table.text("name"), table.number("patients_per_head")
    acuities = tuple(int(acuity) for acuity in table.numbers("acuities", None))
    table.done()
    _check_each(table, Area(name, ACUITIES, 1), {"acuities": acuities, "patients_per_head": ratio})
    return Area(name, acuities, ratio)


def _pattern(table: TomlTable) -> ShiftPattern:
    code, start = table.text("code"), table.text("start")
    hours, roles = table.number("hours"), table.texts("roles", ())
    table.done()
    _check_each(table, ShiftPattern(code, "00:00", 8), {"start": start, "hours": hours})
    return ShiftPattern(code=code, start=start, hours=hours, roles=roles)


def _rules(table: TomlTable) -> WeeklyRules:
    usual = replace(NO_WEEKLY_RULES, on_average=table.one_of("limits_hold", HOLD) == HOLD[1])
    for key, name, value in (
        ("hours_per_week", "hours", table.named_numbers("hours_per_week")),
        ("budget_per_week", "budget", table.optional_number("budget_per_week")),
        ("changes_per_week", "changes", table.optional_number("changes_per_week")),
        ("short_cost", "short_cost", table.optional_number("short_cost")),
        ("gap", "gap", table.number("gap", usual.gap)),
        ("seconds", "seconds", table.number("seconds", usual.seconds)),
    ):
        _check_alone(table, key, partial(replace, usual, **{name: value}))
    breaks = table.table("break")
    rest = _break(breaks) if "break" in table else None
    posts = tuple(_post(row) for row in table.tables("post"))
    premiums = tuple(_premium(row) for row in table.tables("premium"))
    counts = tuple(_limit(row) for row in table.tables("limit"))
    return _made(
        table,
        lambda: WeeklyRules(
            hours=table.named_numbers("hours_per_week"),
            budget=table.optional_number("budget_per_week"),
            patterns_at_most=table.optional_whole("patterns_at_most", 1, 1000),
            changes=table.optional_number("changes_per_week"),
            on_average=usual.on_average,
            breaks=rest,
            posts=posts,
            counts=counts,
            premiums=premiums,
            short_cost=table.optional_number("short_cost"),
            gap=table.number("gap", usual.gap),
            seconds=table.number("seconds", usual.seconds),
        ),
    )


def _break(table: TomlTable) -> BreakRule:
    usual = BreakRule()
    minutes = table.whole("minutes", usual.minutes, -1000, 1000)
    from_hours = table.number("from_hours", usual.from_hours)
    after, before = (
        table.number("after_hours", usual.after_hours),
        table.number("before_end_hours", usual.before_end_hours),
    )
    table.done()
    _check_alone(table, "minutes", lambda: BreakRule(minutes, from_hours=24))
    return _made(table, lambda: BreakRule(minutes, from_hours, after, before))


def _window(table: TomlTable) -> Window:
    start, end, days = table.text("start"), table.text("end"), table.texts("days", ())
    return Window(start, end, day_numbers(days))


def _post(table: TomlTable) -> Post:
    role, heads = table.text("role"), table.whole("heads", 1, 1, 1000)
    found = _made(table, lambda: Post(role, _window(table), heads))
    table.done()
    return found


def _premium(table: TomlTable) -> Premium:
    factor = table.number("factor")
    found = _made(table, lambda: Premium(_window(table), factor))
    table.done()
    return found


def _limit(table: TomlTable) -> CountLimit:
    role, codes = table.text("role"), table.texts("codes", ())
    most, days = table.whole("at_most", 0, 0, 10_000), table.texts("days", ())
    table.done()
    return _made(table, lambda: CountLimit(role, codes, most, day_numbers(days)))


def _check_codes(codes: tuple[tuple[str, str], ...], department: Department) -> None:
    known = [pattern.code for pattern in department.patterns]
    for theirs, ours in codes:
        if ours and ours not in known:
            raise StaffingError(
                f"Code {theirs!r} is mapped to {ours!r}, which is no shift: known are "
                f'{", ".join(known)}; "" means not at work.'
            )


def _five(table: TomlTable, key: str, default: Acuities | None) -> Acuities:
    one, two, three, four, five = table.numbers(key, 5, default)
    return one, two, three, four, five


def _check_alone(table: TomlTable, key: str, make: Callable[[], object]) -> None:
    """Refuse a value that cannot be, whatever stands beside it, by its own line."""
    try:
        make()
    except StaffingError as error:
        raise table.refused(error, key) from error


def _check_each(table: TomlTable, alone: Any, values: Mapping[str, Any]) -> None:
    """Refuse the first of some values that cannot be, put into a dataclass that is right."""
    for key, value in values.items():
        _check_alone(table, key, partial(replace, alone, **{key: value}))


def _made(table: TomlTable, make: Callable[[], Value]) -> Value:
    """What is made of a table; a value that refuses itself is named with the table's place."""
    try:
        return make()
    except StaffingError as error:
        raise table.refused(error) from error
