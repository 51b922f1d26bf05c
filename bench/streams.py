"""Streams that add up: the split total against a direct forecast of each stream (Perth, by triage).

    python bench/streams.py            # totals by the ensemble
    python bench/streams.py --quick    # totals by the harmonic model
    python bench/streams.py --check    # the same, and fail where a limit is broken

Nine hospitals by the day, July 2013 to June 2014. Cells under 3 are suppressed in the source: they
are not observed for their stream, and their patients are in the stream "unknown"; a stream of which
a fifth is suppressed is not scored. Weekly origins from the 26th week on, 28 days ahead; direct:
the model `profile` on the stream's own counts. A stream is behind beyond chance where the 95 %
interval of the difference lies above 0 (`forecasting/significance.py`, one origin one observation).
"""

import numpy as np
import pandas as pd

from bench import figures, real_data
from bench.figures import Figure, Sheet
from data.arrivals import ArrivalSeries
from forecasting import network, registry, scores, streams
from forecasting.forecast import LEVELS, Forecast
from forecasting.significance import difference

CALENDAR = real_data.CALENDARS["perth"]
FIRST_WEEK, DAYS_AHEAD, DRAWS = 26, 28, 400
MOST_SUPPRESSED = 0.2
# One hospital's stream over 23 overlapping months may lose so much by chance.
WORST_STREAM = 1.05
LIVE, QUICK = "ensemble", "harmonic"


def main() -> int:
    """Print the tables; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    real_data.leave_without_data()
    [model] = asked.model or [QUICK if asked.quick else LIVE]
    table, apart = measure(model)
    sheet = Sheet("streams", "Perth: streams that add up, against the profile of each")
    sheet.table("CRPS of days by hospital and stream", table)
    name = "forecasts in which some draw's streams do not add up to its total"
    sheet.add(Figure(name, apart, 0, 0, digits=0))
    pooled = table.groupby("stream")[["split", "direct"]].mean()
    for stream, ratio in (pooled["split"] / pooled["direct"]).items():
        name = f"{model}, {stream}, mean over hospitals: CRPS ÷ that of its own profile"
        sheet.add(Figure(name, float(ratio), None, 1.0))
    worst = float(table["ratio"].max())
    behind = int((table["ratio"] > 1).sum())
    sheet.add(Figure("the worst of all streams of all hospitals", worst, None, WORST_STREAM))
    sheet.add(Figure(f"streams that are behind, of {len(table)}", behind, digits=0))
    beyond = int((table["at least"] > 1).sum())
    sheet.add(Figure("of these, behind beyond chance", beyond, digits=0))
    covers = measure_network(model)
    sheet.table("All hospitals together, held by the 80 % range of their sum", covers)
    return sheet.close(asked)


def hospitals() -> dict[str, tuple[ArrivalSeries, tuple[ArrivalSeries, ...]]]:
    """Per hospital all patients and its parts; the part unknown holds what no triage cell shows."""
    found = {}
    for name, series in real_data.perth().items():
        whole = series["all"]
        parts = tuple(own for stream, own in series.items() if stream != "all")
        shown = pd.DataFrame({own.stream: own.counts for own in parts}).sum(axis=1)
        rest = (whole.counts - shown).clip(lower=0)
        unknown = ArrivalSeries(name, "acuity=unknown", whole.time_zone, "day", rest)
        found[name] = (whole, (*parts, unknown))
    return found


def measure(model: str) -> tuple[pd.DataFrame, int]:
    """(CRPS per hospital and stream, split and direct; forecasts that do not add up)."""
    rows, apart = [], 0
    for name, (whole, parts) in hospitals().items():
        known = [part for part in parts[:5] if part.counts.isna().mean() < MOST_SUPPRESSED]
        loss: dict[tuple[str, str], list[np.ndarray]] = {}
        for origin in origins(whole):
            total = made(model, whole.until(origin))
            mix = streams.learn([until(part, origin) for part in parts])
            split = streams.split(total, mix, np.random.default_rng(2))
            apart += not np.array_equal(sum(one.draws for one in split), total.draws)
            by_name = {one.stream: one for one in split}
            for part in known:
                direct = made("profile", part.until(origin))
                for kind, said in (("split", by_name[part.stream]), ("direct", direct)):
                    loss.setdefault((part.stream, kind), []).append(crps(said, part))
        for part in known:
            row = {"hospital": name, "stream": part.stream}
            row["suppressed"] = float(part.counts.isna().mean())
            rows.append(row | compared(loss[part.stream, "split"], loss[part.stream, "direct"]))
    return pd.DataFrame(rows), apart


def compared(split: list[np.ndarray], direct: list[np.ndarray]) -> dict[str, float]:
    """Mean loss of both, their ratio, and the ends of its 95 % interval; losses by origin."""
    loss, own = (float(np.concatenate(one).mean()) for one in (split, direct))
    means = (np.array([one.mean() for one in kind]) for kind in (split, direct))
    apart = difference(*means, reach=DAYS_AHEAD // 7)
    return {
        "split": loss,
        "direct": own,
        "ratio": loss / own,
        "at least": 1 + apart.low / own,
        "at most": 1 + apart.high / own,
    }


def measure_network(model: str) -> pd.DataFrame:
    """Cover of the hospitals' sum by the day and the week, with sites apart and coupled."""
    sites = [whole for whole, _ in hospitals().values()]
    held: dict[tuple[str, str], list[bool]] = {}
    for origin in origins(sites[0]):
        past = [site.until(origin) for site in sites]
        said = [made(model, one, seed=at) for at, one in enumerate(past)]
        together = network.correlation(past)
        for how, correlation in (("apart", 0.0), ("coupled", together)):
            summed, _ = network.add(said, correlation, np.random.default_rng(3))
            came = sum(site.counts for site in sites).reindex(summed.index).to_numpy()
            for grain, width in (("day", 1), ("week", 7)):
                actual = came.reshape(-1, width).sum(axis=1)
                ends = summed.totals(grain).quantiles(0.1, 0.9).to_numpy()
                held.setdefault((how, grain), []).extend(
                    scores.covered(actual, ends[:, 0], ends[:, 1])
                )
    return pd.DataFrame(
        [{"sites": how, "grain": grain, "80 % held": np.mean(one), "n": len(one)}
         for (how, grain), one in held.items()]
    )  # fmt: skip


def origins(series: ArrivalSeries) -> list[pd.Timestamp]:
    """Weekly midnights from the 26th week on, whose 28 days lie in the data."""
    last = len(series.index) - DAYS_AHEAD
    return [series.index[at] for at in range(7 * FIRST_WEEK, last, 7)]


def until(part: ArrivalSeries, origin: pd.Timestamp) -> ArrivalSeries:
    """A part up to an origin, also where all of it is suppressed."""
    kept = part.counts[part.index < origin]
    return ArrivalSeries(part.site, part.stream, part.time_zone, part.step, kept)


def made(model: str, past: ArrivalSeries, seed: int = 1) -> Forecast:
    """A forecast of the next 28 days."""
    fitted = registry.build(model).fit(past, CALENDAR)
    return fitted.forecast(DAYS_AHEAD, DRAWS, np.random.default_rng(seed))


def crps(said: Forecast, part: ArrivalSeries) -> np.ndarray:
    """Loss on the days on which the part is known."""
    actual = part.counts.reindex(said.index).to_numpy(dtype=float)
    seen = np.isfinite(actual)
    return scores.crps(actual[seen], said.quantiles().to_numpy()[seen], LEVELS)


if __name__ == "__main__":
    figures.run(main)
