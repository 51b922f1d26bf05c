"""`edinflow need`: staff that the stored forecast needs, against today's roster or a plan."""

import argparse
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import path_of, settings_of
from dashboard.cli.rosters import add_site, ward_of
from data import locale

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.cli.command import Verbs
    from dashboard.service.against import Against, Part
    from dashboard.service.staffing import Ward

STRETCHES_SHOWN = 3
COLUMNS = ["role", "start", "required", "rostered", "gap", "one_fewer", "by_cost", "against"]


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    need = add_verb(
        verbs,
        "need",
        "Say what staff the stored forecast needs, against today's roster or a plan, and what one "
        "fewer costs in each half hour.",
        run,
        "edinflow need --site 'My hospital' --out need.csv",
    )
    add_site(need)
    need.add_argument(
        "--against",
        metavar="WHAT",
        help="hold it against one thing only: roster (today's, as imported), proposed (the plan "
        "worked out now) or the number of a version of the plan. Default: the imported roster or "
        "the locked version, the later of them first, and the proposed plan where neither tells",
    )
    need.add_argument("--out", metavar="FILE", help="write a row per role and half hour (CSV)")


def run(args: argparse.Namespace) -> Result:
    """What is needed at most, in all, where it is not met, and where one fewer costs most."""
    from dashboard.service import against
    from dashboard.service.files import write_whole
    from dashboard.service.staffing import need_table
    from dashboard.wording.times import moment

    ward = ward_of(args, replays=False)
    held = against.against(settings_of(args), ward.need, lambda: ward.shown[0], args.against)
    table = need_table(ward, held.heads).assign(against=held.names.to_numpy().T.ravel())
    lines, values, notes = _told(ward, held)
    for role in ward.need.roles:
        own = table[(table["role"] == role) & (table["rostered"] > 0)]
        if own.empty:
            continue
        dear = own.iloc[int(own["one_fewer"].to_numpy().argmax())]
        lines.append(
            f"  One fewer {role} costs most on {moment(dear['start'], ward.need.time_zone)}: "
            f"{locale.number(dear['one_fewer'], 2)} staff hours in which patients wait."
        )
        lines += _by_cost(ward, role, own["by_cost"])
    written = []
    out = path_of(args.out)
    if out:
        write_whole({out: _csv(table, ward.need.time_zone)})
        written.append(out)
        lines.append(f"  Written: {out}")
    cells = table[COLUMNS].astype(object)
    cells = cells.where(cells.notna(), None)
    values = {**values, "cells": cells.to_dict("records"), "written": written}
    return Result(tuple(lines), values, (*ward.notes, *notes))


def _told(ward: "Ward", held: "Against") -> tuple[list[str], dict[str, Any], tuple[str, ...]]:
    """Lines, values and warnings on the need, and on what it is held against."""
    from dashboard.cli.headline import need_lines, need_values, plan_lines, plan_values
    from dashboard.service.against import PROPOSED

    if [part.source.kind for part in held.parts] == [PROPOSED]:
        plan, notes = ward.shown
        lines, values = plan_lines(plan), plan_values(plan)
    else:
        used = any(part.source.kind == PROPOSED for part in held.parts)
        notes = ward.shown[1] if used else ()
        lines, values = need_lines(ward.need), need_values(ward.need, held.short_hours())
        for part in held.parts:
            lines += _part_lines(part)
    told = [
        {
            "kind": part.source.kind,
            "name": part.source.name,
            "since_utc": part.source.since,
            "lock_below_minimum": part.source.why_low or None,
            "days": part.days,
            "roles": part.roles,
            "shortfall": part.short().to_dict("records"),
        }
        for part in held.parts
    ]
    return lines, {**values, "against": told}, notes


def _part_lines(part: "Part") -> list[str]:
    """What the need is held against for a part of its time, and the first stretches short."""
    from dashboard.wording.against import sentence
    from dashboard.wording.times import moment

    zone, short = part.need.time_zone, part.short()
    lines = [f"  {sentence(part)}"]
    for row in short.head(STRETCHES_SHOWN).to_dict("records"):
        lines.append(
            f"    {locale.counted(row['heads'], row['role'])} short from "
            f"{moment(row['start'], zone)} to {moment(row['end'], zone)}"
        )
    more = len(short) - STRETCHES_SHOWN
    if more > 0:
        lines.append(f"    and {locale.number(more)} more; --out FILE writes all.")
    return lines


def _by_cost(ward: "Ward", role: str, heads: "pd.Series") -> list[str]:
    """The heads at which one more costs more than it saves, where costs are stated."""
    short, duty = ward.rules.short_cost, ward.department.role(role).cost_per_hour
    if short is None or heads.isna().any():
        return []
    hours = heads.sum() * ward.need.step_minutes / 60
    return [
        f"  By cost, {locale.short(short)} for an hour short and {locale.short(duty)} for one on "
        f"duty, heads for {locale.percent(max(1 - duty / short, 0))} of moments pay: at most "
        f"{heads.max():.0f} {role} at once, {locale.number(hours)} hours."
    ]


def _csv(table: "pd.DataFrame", zone: str) -> bytes:
    """A row per role and step; empty where it is not known who is there."""
    import pandas as pd

    from dashboard.service.csv_text import local_text
    from dashboard.service.csv_text import table as csv_table

    local = local_text(pd.DatetimeIndex(table["start"]), zone)
    names = ["start_local" if name == "start" else name for name in COLUMNS]
    whole = {name: "Int64" for name in ("rostered", "gap")}
    shown = table.assign(start_local=local).astype(whole)[names].astype(object)
    rows = shown.where(shown.notna(), "").itertuples(index=False, name=None)
    return csv_table(names, rows)
