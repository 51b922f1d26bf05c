"""`edinflow update`: today's counts move the live forecast at once."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import add_place, settings_of

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from forecasting.live import Change


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "update",
        "Draw the live forecast anew from the counts so far, and say what they change today.",
        run,
        "edinflow update --site 'My hospital'",
    )
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    parser.add_argument(
        "--stream", metavar="NAME", default="all", help="part of the patients, as acuity=2"
    )
    parser.add_argument(
        "--as-of",
        metavar="LOCAL_TIME",
        help="begin there and use nothing known later, as '2018-03-04 00:00' (default: now)",
    )
    add_place(parser)
    parser.set_defaults(time_zone=None)


def run(args: argparse.Namespace) -> Result:
    """Update one stream of one site."""
    from dashboard.cli.headline import forecast_lines, forecast_values
    from dashboard.cli.source import calendar_of, stored_site
    from dashboard.service.updates import update_forecast
    from data import clock

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    as_of = clock.instant(args.as_of, zone) if args.as_of else None
    calendar = calendar_of(args, settings, site, zone)
    updated = update_forecast(settings, site, args.stream, as_of=as_of, calendar=calendar)
    made = updated.made
    lines = [
        *forecast_lines(made.forecast, made.reason),
        f"  {change_sentence(updated.change, zone)}",
        "  Kept in the store: the dashboard shows it.",
    ]
    values = {
        "forecast": forecast_values(made.forecast, made.reason, made.notes),
        "forecast_id": updated.number,
        "change": change_values(updated.change),
    }
    return Result(tuple(lines), values, made.notes)


def change_sentence(change: "Change | None", zone: str) -> str:
    """What the counts so far changed for today, in one sentence.

    The range is that of the day's own chance: the earlier forecast is taken as the number it said.
    """
    from dashboard.wording.amounts import signed
    from dashboard.wording.times import clock_time

    if change is None:
        return "Today cannot be compared with what was said before."
    said = clock_time(change.since, zone)
    word = "more" if change.more > 0 else "fewer"
    alike = abs(change.more) < 0.5
    if change.hours == 0 and alike:
        return f"No arrivals are known since {said}, so today stands as it was said then."
    if change.hours == 0:
        return (
            f"By midnight {abs(change.more):.0f} {word} than said at {said}, although no whole "
            "hour is known since: what is known of weather, events or hours in part has changed."
        )
    if alike:
        return f"By midnight about as many patients as said at {said}: {change.came} came since."
    low, high = sorted((round(change.low), round(change.high)))
    return (
        f"By midnight {abs(change.more):.0f} {word} than said at {said}: "
        f"{change.came} came since, and the day will likely end {signed(low)} to "
        f"{signed(high)} from what was said (8 in 10)."
    )


def change_values(change: "Change | None") -> dict[str, object] | None:
    """The same for programs."""
    if change is None:
        return None
    return {
        "since_utc": change.since,
        "until_utc": change.until,
        "hours": change.hours,
        "came": change.came,
        "more": round(change.more, 2),
        "low": change.low,
        "high": change.high,
    }
