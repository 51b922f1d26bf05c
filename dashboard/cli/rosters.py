"""`edinflow simulate`, `compare` and `moves`: rosters against the stored forecast."""

import argparse
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_codes, add_role, path_of, settings_of, whole
from dashboard.cli.outcomes import (
    counted,
    crowding_lines,
    crowding_values,
    estimate_values,
    halved,
    in_one_visit,
    outcome_lines,
    outcome_values,
    signed,
)
from dashboard.service.errors import ServiceError
from data import locale

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.cli.command import Verbs
    from dashboard.service.staffing import Ward
    from staffing.outcome import Outcome


def add(verbs: "Verbs") -> None:
    """Describe the three verbs."""
    simulate = add_verb(
        verbs,
        "simulate",
        "Replay a roster, or the plan, on the forecast: waits, walk-outs, use of staff, overtime, "
        "patients in the department.",
        run_simulate,
        "edinflow simulate --roster today.csv --role physician",
    )
    add_site(simulate)
    _add_replay(simulate)
    _add_by_hour(simulate)
    simulate.add_argument("--roster", metavar="FILE", help="roster (CSV); without it, the plan")
    compare = add_verb(
        verbs,
        "compare",
        "Compare today's roster with the plan, or with another roster, on the same patients.",
        run_compare,
        "edinflow compare --roster today.csv --with new.csv --role physician",
    )
    add_site(compare)
    _add_replay(compare)
    _add_roster(compare)
    _add_by_hour(compare)
    compare.add_argument("--with", dest="other", metavar="FILE", help="another roster (CSV)")
    moves = add_verb(
        verbs,
        "moves",
        "List the shifts to move from today's roster that gain most, one at a time.",
        run_moves,
        "edinflow moves --roster today.csv --role physician --most 7",
    )
    add_site(moves)
    _add_replay(moves)
    _add_roster(moves)
    moves.add_argument(
        "--most", metavar="N", type=_moves, default=7, help="at most so many moves, from 1"
    )
    moves.add_argument(
        "--across-weeks",
        action="store_true",
        help="let a shift move to another week too (default: within its own, Monday to Sunday)",
    )
    moves.add_argument("--out", metavar="FILE", help="write the roster after all moves (CSV)")


def add_site(parser: argparse.ArgumentParser) -> None:
    """Options that say which forecast is meant."""
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    parser.add_argument("--service-level", metavar="SHARE", type=float, help="as 0.8")


def _moves(text: str) -> int:
    return whole(text, 1, 1000)


def _add_roster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--roster",
        metavar="FILE",
        help="today's roster (CSV); without it, the one that edinflow import-roster took in",
    )


def _add_replay(parser: argparse.ArgumentParser) -> None:
    add_role(parser)
    add_codes(parser)
    parser.add_argument(
        "--pickup-stop",
        metavar="MINUTES",
        type=float,
        help="staff take no new patient in the last minutes of a shift (default: the settings)",
    )
    parser.add_argument(
        "--standard",
        metavar="NAME",
        help="waiting standard: ATS, CTAS, MTS or four-hour (default: the department's, or ATS)",
    )


def _add_by_hour(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by-hour", action="store_true", help="also the patients present by hour of the day"
    )


def run_simulate(args: argparse.Namespace) -> Result:
    """Replay one roster."""
    ward = ward_of(args)
    with progress_bar("Replaying"):
        [(done, hours)] = _replayed(args, ward, [_named(args, ward, args.roster)])
    role, zone = ward.role(args.role), ward.need.time_zone
    lines = (*outcome_lines(done, role, zone, args.by_hour), *_notes(args, ward, args.roster))
    return Result(lines, outcome_values(done, role, hours, zone), ward.notes)


def run_compare(args: argparse.Namespace) -> Result:
    """Replay two rosters on the same patients, and say how far apart they are."""
    from staffing.outcome import difference

    ward = ward_of(args)
    with progress_bar("Replaying"):
        two = [_today(args, ward), _named(args, ward, args.other)]
        (today, before), (other, after) = _replayed(args, ward, two)
    role, zone = ward.role(args.role), ward.need.time_zone
    wait, left = difference(other, today), difference(other, today, "left")
    lines = [
        *outcome_lines(today, role, zone, args.by_hour),
        *outcome_lines(other, role, zone, args.by_hour),
        f"On the same patients, {other.name} instead of {today.name} changes the mean wait by "
        f"{signed(wait, 1, ' minutes')} and those who leave unseen by "
        f"{signed(left, 100, ' of 100')}.",
        *crowding_lines(other, today, role, zone),
    ]
    if round(after) != round(before):
        lines.append(
            f"  They are not equally long: {today.name} has {locale.number(before)} paid hours of "
            f"{role}, {other.name} {locale.number(after)}, and that is part of the change."
        )
    values = {
        "rosters": [
            outcome_values(today, role, before, zone),
            outcome_values(other, role, after, zone),
        ],
        "mean_wait_minutes": estimate_values(wait),
        "left_unseen": estimate_values(left),
        "patients_present": crowding_values(other, today, zone),
    }
    return Result((*lines, *_notes(args, ward, args.other)), values, ward.notes)


def _notes(args: argparse.Namespace, ward: "Ward", roster: str | None) -> list[str]:
    """What a replay leaves out, said below it."""
    role = ward.department.role(ward.role(args.role))
    return [*counted(ward.department, role.name), *halved(roster), *in_one_visit(role)]


def run_moves(args: argparse.Namespace) -> Result:
    """List the moves, each with the wait after it."""
    from dashboard.service import staffing
    from dashboard.service.files import write_whole
    from dashboard.wording.times import moment

    ward = ward_of(args)
    role = ward.role(args.role)
    with progress_bar("Trying moves"):
        name, today = _today(args, ward)
        found = staffing.move_list(ward, today, role, args.most, args.across_weeks)
        met = staffing.patients_of(ward, role)
        rosters = [today, *(move.roster for move in found)]
        waits = [
            staffing.outcome(
                ward, met, roster, name, role, args.pickup_stop, args.standard
            ).mean_wait()
            for roster in rosters
        ]
    zone = ward.need.time_zone
    lines = [f"Today's roster of {role}: mean wait {locale.number(waits[0].value, 1)} minutes."]
    rows: list[dict[str, Any]] = []
    for number, (move, wait) in enumerate(zip(found, waits[1:], strict=True), start=1):
        start, to = moment(move.from_start, zone), moment(move.to_start, zone)
        lines.append(
            f"  {number}. {move.from_code} of {start} → {move.to_code} of "
            f"{to}: {locale.number(move.gain, 1)} hours short fewer, then mean wait "
            f"{locale.number(wait.value, 1)} minutes."
        )
        rows.append(
            {
                "from_code": move.from_code,
                "from_utc": move.from_start,
                "to_code": move.to_code,
                "to_utc": move.to_start,
                "gain_hours": move.gain,
                "mean_wait_after": wait.value,
            }
        )
    if not found:
        lines.append("  No move gains anything worth a change.")
    out = path_of(args.out)
    if out:
        write_whole({out: _roster_csv(rosters[-1], zone)})
        lines.append(f"  Written: {out}")
    values = {"role": role, "mean_wait_today": waits[0].value, "moves": rows}
    return Result(tuple(lines), values, ward.notes)


def ward_of(args: argparse.Namespace, replays: bool = True) -> "Ward":
    """The stored forecast that is meant; replays: whether rosters are judged on half of it."""
    from dashboard.cli.source import stored_site
    from dashboard.service import staffing

    settings = settings_of(args)
    site, _ = stored_site(args, settings)
    with progress_bar("Reading the forecast"):
        return staffing.ward(settings, site, args.service_level, replays)


def _today(args: argparse.Namespace, ward: "Ward") -> "tuple[str, pd.DataFrame]":
    """Today's roster with its name: from a file, else as it was imported."""
    from dashboard.service import rosters

    if args.roster is not None:
        name, shifts = _named(args, ward, args.roster)
        assert shifts is not None, "a file holds shifts"
        return name, shifts
    role, site = ward.role(args.role), ward.need.site
    return "today's roster", rosters.whole(settings_of(args), site, ward.need, [role])


def _named(
    args: argparse.Namespace, ward: "Ward", file: str | None
) -> "tuple[str, pd.DataFrame | None]":
    """A roster file's name and shifts; without a file the plan, whose shifts are made later."""
    from dashboard.service import staffing

    if file is None:
        return "the plan", None
    path = path_of(file)
    if path is None:
        raise ServiceError("A roster file has no name: say --roster FILE.")
    return path.name, staffing.roster_of(ward, path, args.codes)


def _replayed(
    args: argparse.Namespace, ward: "Ward", rosters: "list[tuple[str, pd.DataFrame | None]]"
) -> "list[tuple[Outcome, float]]":
    """Each roster on the same patients, with its paid hours; no shifts stand for the plan."""
    from dashboard.service import staffing
    from staffing.plan import ShiftPlan

    role = ward.role(args.role)
    met = staffing.patients_of(ward, role)
    done = []
    for name, shifts in rosters:
        plan = ward.plan if shifts is None else ShiftPlan(ward.need, shifts)
        seen = staffing.outcome(
            ward, met, plan.duties(role), name, role, args.pickup_stop, args.standard
        )
        done.append((seen, float(plan.paid_hours()[role])))
    return done


def _roster_csv(shifts: "pd.DataFrame", zone: str) -> bytes:
    """A roster in the long form that can be read back."""
    from dashboard.service.csv_text import table

    names = ["date", "role", "code", "heads"]
    local = shifts["start"].dt.tz_convert(zone)
    rows = shifts.assign(date=local.dt.strftime("%Y-%m-%d"))[names]
    return table(names, rows.itertuples(index=False, name=None))
