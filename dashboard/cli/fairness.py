"""`edinflow fairness`: is every group of patients forecast as well as the others."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import settings_of
from data import locale

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from dashboard.cli.command import Verbs
    from forecasting.fairness import Fairness

KINDS = ("age_band", "acuity", "mode", "admitted", "site")
LEGEND = (
    "  Bias: forecast above (+) or below (−) what came. In 80 %: how often a day lay in its likely "
    "range; one on an end of it counts in part, as small whole numbers would hold it too often. "
    "Error: of a day, bias taken off, as a share of that of repeating last week; about 71 % is as "
    "good as chance allows. In brackets: 19 in 20 such years lie there."
)


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "fairness",
        "Compare how well groups of patients are forecast; warns where one is served worse.",
        run,
        "edinflow fairness --by age_band --by acuity",
    )
    parser.add_argument("--site", metavar="NAME", help="hospital site (default: the only one)")
    parser.add_argument(
        "--by", action="append", choices=KINDS, help="groups; may repeat (default: all recorded)"
    )
    parser.add_argument("--model", metavar="NAME", help="model to judge (default: harmonic)")


def run(args: argparse.Namespace) -> Result:
    """Forecast each group from past origins and lay them side by side."""
    from dashboard.cli.source import stored_site
    from dashboard.service import fairness, group_check
    from dashboard.wording.fairness import worse
    from data import history
    from data.store import Store

    settings = settings_of(args)
    by = tuple(dict.fromkeys(args.by or ()))
    if by == ("site",) and args.site is None and settings.store.exists():
        # All sites are compared, whichever is named.
        args.site = next(iter(history.sites(Store.open(settings.store))["site"]), None)
    site, _ = stored_site(args, settings)
    model = args.model or fairness.MODEL
    with progress_bar("Comparing groups") as progress:
        found = fairness.compare(settings, site, by, model=model, progress=progress)
    if not by and model == fairness.MODEL:
        group_check.keep(settings, site, found)
    warnings = tuple(worse(one) for one in found.worse)
    values = {
        "site": site,
        "model": model,
        "origins": found.origins,
        "left_out": list(found.left_out),
        "groups": found.groups.to_dict("records"),
        "worse": [vars(one) for one in found.worse],
        "warnings": list(warnings),
    }
    who = "All sites" if by == ("site",) else site
    return Result(tuple(_lines(who, model, found)), values, warnings)


def _lines(who: str, model: str, found: "Fairness") -> list[str]:
    import pandas as pd

    groups = found.groups
    shown = pd.DataFrame(
        {
            "Group": groups["stream"],
            "A day": [locale.number(patients, 1) for patients in groups["per_day"]],
            "Bias": _ranged(groups, "bias", locale.signed, 1),
            "In 80 %": _ranged(groups, "cover", locale.number, 0),
            "Error": _ranged(groups, "error", locale.number, 0),
        }
    )
    weeks = "1 past week" if found.origins == 1 else f"{found.origins} past weeks"
    lines = [
        f"{who}: {model}, a week ahead, the same {weeks} for all groups.",
        *(f"  {line}" for line in shown.to_string(index=False).splitlines()),
        LEGEND,
    ]
    if found.left_out:
        lines.append(f"  Too few patients to compare: {', '.join(found.left_out)}.")
    if found.groups["bias_low"].isna().all():
        return [*lines, "  Nobody is judged yet: eight weeks are needed to tell from chance."]
    if not found.worse:
        return [*lines, "  No group is served worse than the others beyond chance."]
    return lines


def _ranged(
    groups: "pd.DataFrame", name: str, write: "Callable[[float, int], str]", digits: int
) -> list[str]:
    """Percentages with their 95 % ranges in brackets, where there are any."""
    ends = groups[[name, f"{name}_low", f"{name}_high"]].to_numpy(dtype=float) * 100
    said = []
    for value, low, high in ends:
        around = "" if low != low else f" ({write(low, digits)} to {write(high, digits)})"
        said.append(f"{write(value, digits)} %{around}")
    return said
