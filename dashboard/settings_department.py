"""[department] of edinflow.toml → a department, the rules of its plans, codes of its rosters."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dashboard import settings_promise as promise
from dashboard.toml_checks import check_alone, check_each, five, made
from dashboard.toml_table import TomlTable
from staffing.department import Department, ShiftPattern, StaffRole, default_department
from staffing.errors import StaffingError
from staffing.returning import Returning
from staffing.role import ACUITIES, EVERYONE, Area
from staffing.rules import BreakRule, CountLimit, Post, Premium, Window, day_numbers
from staffing.weekly import NO_WEEKLY_RULES, WeeklyRules

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
    promise.check_promised(table, department)
    rules = _rules(table)
    codes = table.named_texts("codes")
    table.done()
    check_alone(table, "codes", lambda: _check_codes(codes, department))
    hours = replace(NO_WEEKLY_RULES, hours=rules.hours)
    check_alone(table, "hours_per_week", lambda: hours.check(department))
    made(table, lambda: rules.check(department))
    return DepartmentSettings(department, rules, codes, frozenset(table.keys))


def _department(table: TomlTable) -> Department:
    usual = default_department()
    role_rows, shift_rows = table.tables("role"), table.tables("shift")
    roles = tuple(_role(row) for row in role_rows)
    patterns = tuple(_pattern(row) for row in shift_rows)
    promised = promise.promised(table)
    stays, learn = promise.stays(table)
    stated: dict[str, Any] = {
        "service_level": table.number("service_level", usual.service_level),
        "step_minutes": table.whole("step_minutes", usual.step_minutes, 1, 60),
        "acuity_mix": five(table, "acuity_mix", usual.acuity_mix),
        "pickup_stop_minutes": table.number("pickup_stop_minutes", usual.pickup_stop_minutes),
    }
    check_each(table, usual, stated)
    step = stated["step_minutes"]
    _check_shifts(shift_rows, patterns, step)
    _check_cover(role_rows, roles, patterns or usual.patterns, step)
    return made(
        table,
        lambda: Department(
            name=table.text("name", usual.name),
            roles=roles or usual.roles,
            patterns=patterns or usual.patterns,
            target=promise.target(table, usual, promised),
            **stated,
            standard=promised,
            patience=promise.patience(table),
            stays=stays,
            learn_stays=learn,
            times_in_care=promise.times_in_care(table),
        ),
    )


def _role(table: TomlTable) -> StaffRole:
    usual = StaffRole(name="role", fixed=1)
    areas = tuple(_area(row) for row in table.tables("area"))
    back = table.table("returning")
    returning = None
    if "returning" in table:
        share, away = back.number("share"), back.number("away_minutes")
        back.done()
        check_each(back, Returning(0.5, 60), {"share": share, "away_minutes": away})
        returning = Returning(share, away)
    alone = replace(usual, name=table.text("name"))
    stated: dict[str, Any] = {
        "minutes": five(table, "minutes", usual.minutes if _may_lack(table, areas) else None),
        "patient_share": table.number("patient_share", usual.patient_share),
        "cost_per_hour": table.number("cost_per_hour", usual.cost_per_hour),
        "sees": five(table, "sees", EVERYONE),
    }
    check_each(table, alone, stated)
    found = made(
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
    check_each(table, Area(name, ACUITIES, 1), {"acuities": acuities, "patients_per_head": ratio})
    return Area(name, acuities, ratio)


def _pattern(table: TomlTable) -> ShiftPattern:
    code, start = table.text("code"), table.text("start")
    hours, roles = table.number("hours"), table.texts("roles", ())
    table.done()
    check_each(table, ShiftPattern(code, "00:00", 8), {"start": start, "hours": hours})
    return ShiftPattern(code=code, start=start, hours=hours, roles=roles)


def _check_shifts(
    rows: list[TomlTable], patterns: tuple[ShiftPattern, ...], step_minutes: int
) -> None:
    """Refuse a shift off the grid, or one whose code another has, by its own line."""
    anyone = StaffRole(name="anyone", fixed=1, minimum=0)
    free = [replace(pattern, roles=()) for pattern in patterns]
    for place, (row, pattern) in enumerate(zip(rows, free, strict=True), start=1):
        key = "start" if pattern.start_minute % step_minutes else "hours"
        alone = partial(_only, anyone, (pattern,), step_minutes)
        check_alone(row, key, alone)
        so_far = partial(_only, anyone, tuple(free[:place]), step_minutes)
        check_alone(row, "code", so_far)


def _check_cover(
    rows: list[TomlTable],
    roles: tuple[StaffRole, ...],
    patterns: tuple[ShiftPattern, ...],
    step_minutes: int,
) -> None:
    """Refuse a role that must always be there but has hours without a shift, by its own line."""
    named = {name for pattern in patterns for name in pattern.roles}
    if not named <= {role.name for role in roles}:
        return  # a shift for a role that there is not: refused with the whole department
    for row, role in zip(rows, roles, strict=True):
        own = tuple(replace(one, roles=()) for one in patterns if one.serves(role.name))
        made(row, partial(_only, role, own, step_minutes))


def _only(role: StaffRole, patterns: tuple[ShiftPattern, ...], step_minutes: int) -> Department:
    """A department of one role."""
    usual = default_department()
    return replace(
        usual, roles=(role,), patterns=patterns, step_minutes=step_minutes, learn_stays=True
    )


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
        check_alone(table, key, partial(replace, usual, **{name: value}))
    breaks = table.table("break")
    rest = _break(breaks) if "break" in table else None
    posts = tuple(_post(row) for row in table.tables("post"))
    premiums = tuple(_premium(row) for row in table.tables("premium"))
    counts = tuple(_limit(row) for row in table.tables("limit"))
    return made(
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
    check_alone(table, "minutes", lambda: BreakRule(minutes, from_hours=24))
    return made(table, lambda: BreakRule(minutes, from_hours, after, before))


def _window(table: TomlTable) -> Window:
    start, end, days = table.text("start"), table.text("end"), table.texts("days", ())
    return Window(start, end, day_numbers(days))


def _post(table: TomlTable) -> Post:
    role, heads = table.text("role"), table.whole("heads", 1, 1, 1000)
    found = made(table, lambda: Post(role, _window(table), heads))
    table.done()
    return found


def _premium(table: TomlTable) -> Premium:
    factor = table.number("factor")
    found = made(table, lambda: Premium(_window(table), factor))
    table.done()
    return found


def _limit(table: TomlTable) -> CountLimit:
    role, codes = table.text("role"), table.texts("codes", ())
    most, days = table.whole("at_most", 0, 0, 10_000), table.texts("days", ())
    table.done()
    return made(table, lambda: CountLimit(role, codes, most, day_numbers(days)))


def _check_codes(codes: tuple[tuple[str, str], ...], department: Department) -> None:
    known = [pattern.code for pattern in department.patterns]
    for theirs, ours in codes:
        if ours and ours not in known:
            raise StaffingError(
                f"Code {theirs!r} is mapped to {ours!r}, which is no shift: known are "
                f'{", ".join(known)}; "" means not at work.'
            )
