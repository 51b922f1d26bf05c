"""`edinflow department learn`: length of stay and time in care from past visits, and the fit."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, progress_bar
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from staffing.stays import Form, Stay

LEVELS = (0.1, 0.5, 0.9)
FAR_SHARE = 0.05
FAR_MEAN = 0.1
NOT_CARE = (
    "  Time in care is that of a bed or room: a physician sees others meanwhile, and how many "
    "minutes of a head a patient takes is not in such a file. Minutes of care stay those of the "
    "settings; edinflow replay says by which factor they miss your waits."
)


@dataclass(frozen=True, eq=False)
class Learned:
    """A kind of stay by acuity beside what was recorded: mean, and minutes at LEVELS, of each."""

    key: str
    title: str
    stays: "tuple[Stay, ...]"
    recorded: "dict[int, npt.NDArray[np.float64]]"

    def lines(self) -> list[str]:
        """How well it fits, an acuity a line."""
        import numpy as np

        from data import locale

        said = [f"{self.title}, recorded (and fitted) minutes:"]
        for stay in self.stays:
            minutes = self.recorded.get(stay.acuity)
            if minutes is None:
                said.append(f"  acuity {stay.acuity}: too few, taken from all acuities together.")
                continue
            found = np.quantile(minutes, LEVELS)
            fitted = stay.quantiles(np.array(LEVELS))
            low, half, most = (
                f"{locale.number(a)} ({locale.number(b)})"
                for a, b in zip(found, fitted, strict=True)
            )
            who = locale.counted(len(minutes), "patient")
            means = f"{locale.number(minutes.mean())} ({locale.number(stay.mean_minutes)})"
            said.append(
                f"  acuity {stay.acuity} ({who}): mean {means}; 1 in 10 up to {low}, half up to "
                f"{half}, 9 in 10 up to {most}; the share gone by any time is right within "
                f"{locale.number(100 * stay.misfit, 1)} of 100."
            )
        return said

    def settings(self) -> list[str]:
        """The lines to copy; the means are those recorded, where there are enough patients."""
        means = ", ".join(f"{self.mean(stay):.0f}" for stay in self.stays)
        spreads = ", ".join(f"{stay.spread:.2f}" for stay in self.stays)
        return [f"{self.key} = [{means}]", f"{self.key}_spread = [{spreads}]"]

    def mean(self, stay: "Stay") -> float:
        """Mean minutes of an acuity, as recorded; fitted where too few were."""
        minutes = self.recorded.get(stay.acuity)
        return stay.mean_minutes if minutes is None else float(minutes.mean())

    def misfits(self) -> "list[Stay]":
        """Those that the fit describes badly: shares or the mean are far from those recorded."""
        return [
            stay
            for stay in self.stays
            if stay.acuity in self.recorded
            and (stay.misfit > FAR_SHARE or abs(stay.mean_minutes / self.mean(stay) - 1) > FAR_MEAN)
        ]

    def warnings(self) -> list[str]:
        """What to know before the lines are used, where the fit is off."""
        from data import locale

        off = self.misfits()
        if not off:
            return []
        named = ", ".join(
            f"{stay.acuity} (mean {locale.number(self.mean(stay))}, fitted "
            f"{locale.number(stay.mean_minutes)}; shares off by up to "
            f"{locale.number(100 * stay.misfit, 1)} of 100)"
            for stay in off
        )
        return [
            f"  ▲ The spread of {self.key} does not fit acuity {named}: the means are right, but "
            "how many stay short or long is not."
        ]

    def values(self) -> list[dict[str, Any]]:
        """The same for programs."""
        import numpy as np

        rows: list[dict[str, Any]] = []
        for stay in self.stays:
            row: dict[str, Any] = {
                "acuity": stay.acuity,
                "form": stay.form,
                "mean_minutes": stay.mean_minutes,
                "spread": stay.spread,
                "patients": stay.patients,
                "misfit": stay.misfit,
                "fits": stay not in self.misfits(),
                "fitted_minutes": stay.quantiles(np.array(LEVELS)).tolist(),
            }
            minutes = self.recorded.get(stay.acuity)
            if minutes is not None:
                row["recorded_mean_minutes"] = float(minutes.mean())
                row["recorded_minutes"] = np.quantile(minutes, LEVELS).tolist()
            rows.append(row)
        return rows


def run(args: argparse.Namespace) -> Result:
    """Learn from a file, and say how well it fits and what to write into the settings."""
    from dashboard.cli.options import settings_of
    from dashboard.cli.replay import visit_notes
    from dashboard.cli.source import place_of
    from data.feeds.visit_rows import read_visit_rows

    if args.file is None:
        raise ServiceError("There is nothing to learn from: say edinflow department learn VISITS.")
    path = Path(args.file)
    if not path.is_file():
        raise ServiceError(f"There is no file {path}.")
    zone = place_of(args, settings_of(args), path.stem).time_zone
    with progress_bar("Reading visits"):
        visits = read_visit_rows(path, zone, args.columns, args.date_order, needs="departure")
    rows = visits.rows
    found = [
        _learned("length_of_stay", "Length of stay, from arrival to departure", "lognormal",
                 rows["acuity"], rows["stay_minutes"]),
        _learned("time_in_care", "Time in care, from its start to departure", "gamma",
                 rows["acuity"], rows["stay_minutes"] - rows["wait_minutes"]),
    ]  # fmt: skip
    known = [one for one in found if one.stays]
    if not known:
        raise ServiceError(
            f"{visits.file} has too few visits with a departure to learn from: 30 are needed."
        )
    lines = [line for one in known for line in one.lines()]
    lines.append("To use them, write below [department]:")
    lines += [f"  {line}" for one in known for line in one.settings()]
    lines += [line for one in known for line in one.warnings()]
    lines.append(NOT_CARE if len(known) > 1 else _no_care(visits.file))
    return Result(tuple(lines), {one.key: one.values() for one in known}, visit_notes(visits))


def _no_care(file: str) -> str:
    return (
        f"  {file} does not say when care began: name its column with --columns seen=COLUMN to "
        "learn the time in care too."
    )


def _learned(
    key: str, title: str, form: "Form", acuity: "pd.Series", minutes: "pd.Series"
) -> Learned:
    from staffing.stays import LEAST_PATIENTS, binned, learn_every

    good = minutes > 0
    # Those without an acuity teach what is learned of all together.
    stays = learn_every(binned(acuity[good], minutes[good]), form)
    recorded = {
        int(float(str(kind))): own.to_numpy(float)
        for kind, own in minutes[good].groupby(acuity[good])
        if len(own) >= LEAST_PATIENTS
    }
    return Learned(key, title, stays, recorded)
