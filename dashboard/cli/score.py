"""`edinflow score`: what was said, and was it right."""

import argparse
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import settings_of
from dashboard.service.errors import ServiceError
from data import locale

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.cli.command import Verbs
    from dashboard.service.scoring import Said, Score

LEADS = {0: "newest by then", 24: "a day ahead", 168: "a week ahead", 672: "4 weeks ahead"}
LEGEND = (
    "  Off by: mean error. Bias: forecast above (+) or below (−) what came. In 50/80/95 %: how "
    "often what came lay in that range. Against profile: error below (+) or above (−) that of the "
    "usual week on the same targets."
)
JSON_COLUMNS = ["forecast_id", "origin_utc", "made_at_utc", "model", "grain", "start_utc", "mean"]
JSON_COLUMNS += ["q025", "q10", "q25", "q50", "q75", "q90", "q975", "actual"]


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "score",
        "Compare the forecasts that were live with what came; says when they drift.",
        run,
        "edinflow score --on 2026-03-02",
    )
    parser.add_argument("--site", metavar="NAME", help="hospital site (default: the only one)")
    parser.add_argument("--stream", metavar="NAME", default="all", help="as acuity=2")
    parser.add_argument("--from", dest="start", metavar="LOCAL_TIME", help="score from there on")
    parser.add_argument("--to", dest="stop", metavar="LOCAL_TIME", help="up to there")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--on", metavar="DATE", help="what was said of that day, when, what came")
    asked.add_argument("--at", metavar="LOCAL_TIME", help="what the forecast live then had said")


def run(args: argparse.Namespace) -> Result:
    """Answer the question that was asked."""
    from dashboard.cli.source import stored_site
    from dashboard.service import scoring
    from data import clock

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    if (args.on or args.at) and (args.start or args.stop):
        raise ServiceError("--from and --to are for scores: leave them out with --on or --at.")
    if args.on:
        told = scoring.on_day(settings, site, args.on, args.stream)
        return Result(tuple(_on_lines(told, args.on)), _said_values(told))
    if args.at:
        told = scoring.at_moment(settings, site, args.at, args.stream)
        return Result(tuple(_at_lines(told)), _said_values(told))
    start = clock.instant(args.start, zone) if args.start else None
    stop = clock.instant(args.stop, zone) if args.stop else None
    with progress_bar("Scoring") as progress:
        found = scoring.score(
            settings, site, args.stream, start=start, stop=stop, progress=progress
        )
    return Result(tuple(_score_lines(found)), _score_values(found), _warnings(found))


def _warnings(found: "Score") -> tuple[str, ...]:
    if not found.afterwards:
        return found.drift.sentences
    return (
        "All these forecasts were made more than a day after they begin (--as-of): they show what "
        "would have been said, not what was said.",
        *found.drift.sentences,
    )


def _score_lines(found: "Score") -> list[str]:
    import pandas as pd

    from dashboard.cli.headline import dated

    zone, scores = found.time_zone, found.scores
    first, last = (dated(at, zone) for at in (found.start, found.stop))
    shown = pd.DataFrame(
        {
            "Said": [LEADS[hours] for hours in scores["lead_hours"]],
            "By": scores["grain"],
            "Known": [locale.number(n) for n in scores["n"]],
            "Came": [locale.number(mean, 1) for mean in scores["mean_actual"]],
            "Off by": [locale.number(mae, 2) for mae in scores["mae"]],
            "Bias": [
                "–" if mean == 0 else f"{locale.signed(100 * bias / mean, 1)} %"
                for bias, mean in zip(scores["bias"], scores["mean_actual"], strict=True)
            ],
            "CRPS": [locale.number(crps, 3) for crps in scores["crps"]],
            **{f"In {s} %": [f"{100 * x:.0f}" for x in scores[f"cover{s}"]] for s in (50, 80, 95)},
            "Against profile": [
                "–" if x != x else f"{locale.signed(100 * x, 1)} %" for x in scores["skill"]
            ],
        }
    )
    count = "1 forecast" if found.forecasts == 1 else f"{locale.number(found.forecasts)} forecasts"
    return [
        f"{_who(found.site, found.stream)}: {count} scored on what came from {first} to {last}; "
        "in patients.",
        *(f"  {line}" for line in _table(shown)),
        LEGEND,
        f"  {_drift_line(found)}",
    ]


def _drift_line(found: "Score") -> str:
    judged = found.drift
    how = "what the model would have said a day ahead on" if found.backcast else "what was said for"
    if not judged.range_days:
        return "Drift: not judged yet; it needs 28 days."
    if judged.sentences:
        return f"Drift: judged on {how} {judged.days} days: {judged.sentences[0]}"
    return f"Drift: none, judged on {how} {judged.days} days."


def _on_lines(told: "Said", day: str) -> list[str]:
    """A line per forecast, the last one of each day that any was made on, and what came."""
    import pandas as pd

    rows, zone = told.rows, told.time_zone
    made = rows["origin_utc"].dt.tz_convert(zone)
    last = rows.groupby(made.dt.date)["origin_utc"].transform("max") == rows["origin_utc"]
    lines, shown = [], rows[last]
    for origin, one in shown.groupby("origin_utc"):
        begins, made_at = pd.Timestamp(str(origin)), one["made_at_utc"].iloc[0]
        late = made_at - begins > pd.Timedelta(days=1)
        said = (begins if late else made_at).tz_convert(zone)
        name = locale.moment(said, year=True) + (" (afterwards)" if late else "")
        lines.append({"Said": name, "Model": one["model"].iloc[0], **_cells(one, zone)})
    newest = rows[rows["origin_utc"] == rows["origin_utc"].max()]
    lines.append({"Said": "What came", "Model": "", **_cells(newest, zone, came=True)})
    table = pd.DataFrame(lines).fillna("")
    return [
        f"{_who(told.site, told.stream)}, "
        f"{locale.day(pd.Timestamp(day), year=True, long=True)}: what each forecast "
        "said (likely range, 8 in 10).",
        *(f"  {line}" for line in _table(table)),
    ]


def _cells(rows: "pd.DataFrame", zone: str, came: bool = False) -> dict[str, str]:
    found = {}
    for row in rows.sort_values(["grain", "start_utc"]).to_dict("records"):
        start = row["start_utc"].tz_convert(zone)
        ends = (locale.hour(hour) for hour in (start.hour, start.hour + 8))
        name = "Day" if row["grain"] == "day" else "–".join(ends)
        found[name] = _number(row["actual"]) if came else _range(row)
    return found


def _at_lines(told: "Said") -> list[str]:
    import pandas as pd

    zone, rows = told.time_zone, told.rows[told.rows["grain"] == "day"]
    begins = rows["origin_utc"].iloc[0].tz_convert(zone)
    made = rows["made_at_utc"].iloc[0].tz_convert(zone)
    table = pd.DataFrame(
        {
            "Day": [locale.day(at.tz_convert(zone), year=True) for at in rows["start_utc"]],
            "Said": [_range(row) for row in rows.to_dict("records")],
            "Came": [_number(value) for value in rows["actual"]],
        }
    )
    return [
        f"{_who(told.site, told.stream)}: the forecast by {rows['model'].iloc[0]} that begins "
        f"{locale.moment(begins, year=True)}, made {locale.moment(made, year=True)} "
        "(likely range, 8 in 10).",
        *(f"  {line}" for line in _table(table)),
    ]


def _range(row: dict[Any, Any]) -> str:
    return f"{row['mean']:.0f} ({row['q10']:.0f}–{row['q90']:.0f})"


def _number(value: float) -> str:
    return "not known" if value != value else f"{value:.0f}"


def _who(site: str, stream: str) -> str:
    return f"{site}, all patients" if stream == "all" else f"{site}, patients with {stream}"


def _table(shown: "pd.DataFrame") -> list[str]:
    return shown.to_string(index=False).splitlines()


def _said_values(told: "Said") -> dict[str, Any]:
    rows = told.rows[JSON_COLUMNS]
    return {"site": told.site, "stream": told.stream, "said": rows.to_dict("records")}


def _score_values(found: "Score") -> dict[str, Any]:
    judged = found.drift
    return {
        "site": found.site,
        "stream": found.stream,
        "from_utc": found.start,
        "to_utc": found.stop,
        "forecasts": found.forecasts,
        "made_afterwards": found.afterwards,
        "scores": found.scores.to_dict("records"),
        "drift": {
            "days": judged.days,
            "on": "backcasts" if found.backcast else "live forecasts",
            "bias": judged.bias,
            "since": judged.since,
            "held80": judged.held,
            "range_days": judged.range_days,
            "ranges": judged.range_state,
            "sentences": list(judged.sentences),
        },
    }
