"""`edinflow promote`: make a configuration live at a site, through the gate."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_place, path_of, settings_of
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from dashboard.settings import Settings
    from data.store import Store
    from forecasting.configuration import Configuration

UNSAID = "no reason given"


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "promote",
        "Make a tuned configuration the live model of a site, if it beats the profile.",
        run,
        'edinflow promote harmonic.toml --site "St Elsewhere"',
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", metavar="FILE", nargs="?", help="configuration (TOML)")
    what.add_argument("--list", action="store_true", help="show what was promoted, when, by whom")
    what.add_argument("--restore", metavar="HASH", help="promote an earlier configuration again")
    what.add_argument("--none", action="store_true", help="back to automatic choice")
    parser.add_argument("--site", metavar="NAME", help="name of the hospital site")
    parser.add_argument("--stream", metavar="NAME", default="all", help="part of the patients")
    parser.add_argument(
        "--overrule", metavar="REASON", help="promote although the gate is against it; is kept"
    )
    parser.add_argument("--reason", metavar="TEXT", help="why it goes back to automatic choice")
    add_place(parser)
    parser.set_defaults(time_zone=None)


def run(args: argparse.Namespace) -> Result:
    """Promote, list, restore or go back."""
    from dashboard.cli.source import stored_site
    from dashboard.service import jobs, promotion
    from data.store import Store
    from forecasting import configuration

    settings = settings_of(args)
    if args.list:
        return _listed(args, settings)
    site, _zone = stored_site(args, settings)
    store = Store.open(settings.store)
    if args.none:
        if args.overrule is not None:
            raise ServiceError("--overrule has no meaning with --none: say --reason TEXT.")
        before = promotion.back_to_auto(
            store, site, args.stream, now=jobs.now(), reason=args.reason or UNSAID
        )
        line = f"{site}, {args.stream}: {before} is no longer live; the model is chosen by itself."
        return Result((line,), {"site": site, "stream": args.stream, "live": None, "was": before})
    path = path_of(args.file)
    chosen = configuration.read(path) if path else promotion.restored(store, site, args.restore)
    return _promoted(args, settings, store, site, chosen)


def _promoted(
    args: argparse.Namespace,
    settings: "Settings",
    store: "Store",
    site: str,
    chosen: "Configuration",
) -> Result:
    from dashboard.cli.source import calendar_of
    from dashboard.service import jobs, promotion
    from data import history
    from forecasting import configuration, registry

    now = jobs.now()
    series = history.arrivals(store, site, args.stream)  # up to its end, however old that is
    calendar = calendar_of(args, settings, site, series.time_zone)
    with progress_bar("Comparing with the profile") as progress:
        decision = promotion.promote(
            store,
            series,
            calendar,
            chosen,
            now=now,
            overrule=args.overrule,
            seed=settings.forecast.seed,
            progress=progress,
        )
    live = decision.configuration
    usual = registry.complete(configuration.Configuration(live.model))
    changes = configuration.differences(usual, live)
    lines = [
        f"{site}, {args.stream}: {live.label} is live.",
        f"  {'Overruled' if decision.overruled else 'Gate'}: {decision.reason}",
        f"  Against the defaults of {live.model}: {', '.join(changes) or 'no difference'}.",
        "  The next forecast uses it: edinflow forecast.",
    ]
    values = {
        "site": site,
        "stream": args.stream,
        "live": live.label,
        "model": live.model,
        "parameters": live.values,
        "overruled": decision.overruled,
        "reason": decision.reason,
        "gate_scores": decision.scores.to_dict("records"),
    }
    return Result(tuple(lines), values)


def _listed(args: argparse.Namespace, settings: "Settings") -> Result:
    from data import configurations, history, locale
    from data.store import Store

    if not settings.store.exists():
        raise ServiceError(f"There is no store {settings.store} yet: load a file first.")
    store = Store.open(settings.store)
    table, sites = configurations.decisions(store, args.site), history.sites(store)
    zones = dict(zip(sites["site"], sites["time_zone"], strict=True))
    lines, rows = [], []
    for row in table.to_dict("records"):
        label = f"{row['model']}@{row['hash']}" if row["model"] else "auto"
        state = "live" if row["live"] else "was "
        how = "overruled" if row["overruled"] else "by the gate" if row["model"] else "back to auto"
        decided = row["promoted_at_utc"].tz_convert(zones[row["site"]])
        lines.append(
            f"{state}  {locale.moment(decided, year=True)}  {row['site']}, {row['stream']}"
            f"  {label}  {how}, {row['who']}: {row['reason']}"
        )
        rows.append({**row, "label": label})
    nothing = "Nothing was ever promoted: the model is chosen automatically."
    return Result(tuple(lines) or (nothing,), {"promotions": rows})
