"""Loading: a checked file becomes the newest word on the steps that it covers, or nothing does.

Each load stands in a ledger. Loading the same file again changes nothing; a corrected file takes
over the steps it covers; undoing a load brings the earlier word back.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from data import clock, locale
from data.errors import DataError
from data.feeds import table
from data.load_report import LoadReport, UndoReport
from data.spreadsheet import harmless
from data.store import Store, Transaction

__all__ = ["LoadReport", "UndoReport", "ingest", "introduce", "undo"]

KEEP_REPLACED_DAYS = 35
# Where more rows than this are refused, what is left says nothing of the whole.
MOST_REFUSED = 0.9


def ingest(
    store: Store,
    file: Path,
    *,
    site: str,
    time_zone: str,
    columns: Mapping[str, str] | None = None,
    date_order: Literal["auto", "day-first", "month-first"] = "auto",
    absent: Literal["guess", "zero", "missing"] = "guess",
    covers_from: str | None = None,
    covers_to: str | None = None,
    strict: bool = False,
    rejects: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> LoadReport:
    """Load a CSV or Parquet file of visits or counts into the store, as counts.

    time_zone: of the site; times without an offset are its local wall clock. columns: our name
    (time, hour, count, acuity, mode, age, departure, admitted) → the file's column; the rest is
    guessed and reported. strict: load nothing when any row is refused. rejects: where refused
    rows are written (line, column, value, reason). progress: told the share done.
    Raises DataError, and then nothing was loaded.
    """
    clock.zone(time_zone)
    if not site.strip():
        raise DataError("The site needs a name: say --site NAME.")
    options = table.Options(
        time_zone, dict(columns or {}), date_order, absent, covers_from, covers_to
    )
    tick = progress or _silent
    file = Path(file)
    sha256, told = _fingerprint(file), _told(options)
    again = _already(store, site, sha256, told)
    if again is not None:
        tick(1.0)
        return again
    about = store.frame("site", site=site)
    known_step = None if about.empty else about["step"].iloc[0]
    harvest = table.read(file.resolve(), options, tick, known_step)
    kept_rejects = _write_rejects(harvest.rejects, rejects)
    _refuse_whole(harvest, file.name, strict, kept_rejects)
    report = _keep(store, site, options, told, sha256, file.name, harvest, kept_rejects)
    tick(1.0)
    return report


def introduce(store: Store, site: str, time_zone: str, step: str) -> None:
    """Tell a store of a site before its first load, which is then read, or refused, as a later one.

    step: "hour" or "day".
    """
    with store.transaction() as write:
        write.run("add_site", site=site, time_zone=time_zone, step=step)


def _silent(_: float) -> None:
    """Nobody watches the progress."""


def _keep(
    store: Store,
    site: str,
    options: table.Options,
    told: str,
    sha256: str,
    file: str,
    harvest: table.Harvest,
    rejects_file: Path | None,
) -> LoadReport:
    coverage = harvest.coverage
    assert coverage is not None
    now = pd.Timestamp.now("UTC")
    with store.transaction() as write:
        _check_site(write, site, options.time_zone, harvest, file)
        number = int(write.frame("next_load_id")["load_id"].iloc[0])
        earlier = write.frame(
            "steps_decided", site=site, since=coverage.since, until=coverage.until
        )
        notes = list(harvest.notes)
        if len(earlier):
            names = ", ".join(dict.fromkeys(earlier["file"]))
            replaced = int(earlier["steps"].sum())
            notes.append(
                f"{locale.counted(replaced, harvest.step)} that "
                f"{'was' if replaced == 1 else 'were'} "
                f"loaded before ({names}) {'is' if replaced == 1 else 'are'} replaced."
            )
        observed = int(coverage.steps["observed"].sum())
        report = LoadReport(
            load_id=number,
            already_loaded=False,
            site=site,
            file=file,
            sha256=sha256,
            shape=harvest.shape,
            step=harvest.step,
            rows_in=harvest.rows_in,
            accepted=harvest.accepted,
            duplicate=harvest.duplicate,
            rejected=harvest.rejected,
            placed_nowhere=harvest.placed_nowhere,
            covers_from=coverage.since,
            covers_to=coverage.until,
            steps_observed=observed,
            steps_missing=len(coverage.steps) - observed,
            replaced_steps=int(earlier["steps"].sum()),
            mapping=harvest.mapping,
            date_format=harvest.date_format,
            absent_rule=coverage.absent_rule,
            not_read=harvest.not_read,
            rejects_file=rejects_file,
            notes=tuple(notes),
        )
        write.append("loads", _ledger_row(report, told, now))
        write.append("steps", coverage.steps.assign(load_id=number, site=site))
        write.append("counts", harvest.cells.assign(load_id=number, site=site))
        write.append("stays", harvest.stays.assign(load_id=number, site=site))
        write.run("bump_version", site=site)
        before = now - pd.Timedelta(days=KEEP_REPLACED_DAYS)
        write.run("prune_counts", site=site, before=before)
        write.run("prune_steps", site=site, before=before)
    return report


def undo(store: Store, load_id: int) -> UndoReport:
    """Take a load back: its steps fall to the newest earlier load, or to not observed.

    What was replaced more than 35 days ago is gone. Raises DataError for an unknown load.
    """
    with store.transaction() as write:
        ledger = write.frame("ledger", site=None)
        found = ledger[ledger["load_id"] == load_id]
        if found.empty:
            raise DataError(f"There is no load {load_id}: see the list of loads for its number.")
        row = found.iloc[0]
        if row["status"] == "undone":
            raise DataError(f"Load {load_id} ({row['file']}) was undone before.")
        write.run("mark_undone", load_id=load_id, now=pd.Timestamp.now("UTC"))
        after = write.frame("ledger", site=row["site"])
        gained = int(after["steps_live"].sum()) - (
            int(ledger.loc[ledger["site"] == row["site"], "steps_live"].sum())
            - int(row["steps_live"])
        )
        write.run("bump_version", site=row["site"])
    emptied = int(row["steps_live"]) - gained
    note = (
        f"What was loaded before shows again in {locale.counted(gained, str(row['step']))}; not "
        f"observed any more: {locale.number(emptied)}."
    )
    return UndoReport(load_id, str(row["site"]), str(row["file"]), gained, emptied, (note,))


def _already(store: Store, site: str, sha256: str, told: str) -> LoadReport | None:
    found = store.frame("live_load", site=site, sha256=sha256, options=told)
    if found.empty:
        return None
    ledger = store.frame("ledger", site=site)
    [row] = ledger[ledger["load_id"] == found["load_id"].iloc[0]].to_dict("records")
    kept: dict[str, Any] = {
        name: row[name] for name in LoadReport.__dataclass_fields__ if name in row
    }
    kept |= {
        "replaced_steps": 0,
        "mapping": json.loads(row["mapping"]),
        "not_read": tuple((column, why) for column, why in json.loads(row["not_read"])),
        "rejects_file": None if pd.isna(row["rejects_file"]) else Path(row["rejects_file"]),
        "notes": (*json.loads(row["notes"]), "This file is loaded already: nothing changed."),
    }
    return LoadReport(already_loaded=True, **kept)


def _ledger_row(report: LoadReport, told: str, now: pd.Timestamp) -> pd.DataFrame:
    row = {name: getattr(report, name) for name in report.__dataclass_fields__}
    del row["already_loaded"]
    row |= {
        "options": told,
        "mapping": json.dumps(dict(report.mapping)),
        "not_read": json.dumps(report.not_read),
        "notes": json.dumps(report.notes),
        "rejects_file": None if report.rejects_file is None else str(report.rejects_file),
        "loaded_at": now,
    }
    return pd.DataFrame([row])


def _check_site(
    write: Transaction, site: str, time_zone: str, harvest: table.Harvest, file: str
) -> None:
    write.run("add_site", site=site, time_zone=time_zone, step=harvest.step)
    about = write.frame("site", site=site).iloc[0]
    if about["time_zone"] != time_zone:
        raise DataError(
            f"Site {site!r} keeps the clock of {about['time_zone']}, not {time_zone}: load "
            f"{file} with that time zone, or under another site name."
        )
    if about["step"] != harvest.step:
        raise DataError(
            f"Site {site!r} counts by the {about['step']} but {file} by the {harvest.step}: "
            "load it under another site name."
        )


def _refuse_whole(
    harvest: table.Harvest, file: str, strict: bool, rejects_file: Path | None
) -> None:
    see = f"; see {rejects_file}" if rejects_file else ""
    if harvest.coverage is None or harvest.coverage.steps["observed"].sum() == 0:
        first = harvest.rejects.iloc[0] if len(harvest.rejects) else None
        why = f"line {first['line']}: {first['reason']}" if first is not None else "no counts in it"
        raise DataError(f"No row of {file} can be used ({why}): nothing was loaded{see}.")
    most = harvest.rejected > MOST_REFUSED * harvest.rows_in
    if most or (strict and harvest.rejected):
        first = harvest.rejects.iloc[0]
        why = "the rest would mislead, so" if most else "with --strict"
        raise DataError(
            f"{locale.number(harvest.rejected)} of {locale.number(harvest.rows_in)} rows of "
            f"{file} are refused, the first at "
            f"line {first['line']}: {first['reason']}; {why} nothing was loaded{see}."
        )


def _fingerprint(file: Path) -> str:
    try:
        with file.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"Cannot read {file}: {error.strerror}.") from error


def _told(options: table.Options) -> str:
    return json.dumps(
        {
            "time_zone": options.time_zone,
            "columns": dict(sorted(options.columns.items())),
            "date_order": options.date_order,
            "absent": options.absent,
            "covers_from": options.covers_from,
            "covers_to": options.covers_to,
        }
    )


def _write_rejects(rows: pd.DataFrame, path: Path | None) -> Path | None:
    if path is None or rows.empty:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)  # refused cells are kept as they came: for their owner's eyes only
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["line", "column", "value", "reason"])
            for line, column, value, reason in rows.itertuples(index=False):
                writer.writerow(
                    [line, *(harmless(_text(cell)) for cell in (column, value)), reason]
                )
    except OSError as error:
        raise DataError(f"Cannot write the refused rows to {path}: {error.strerror}.") from error
    return path


def _text(cell: object) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell)  # type: ignore[call-overload]
