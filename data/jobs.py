"""Jobs: work in the background, kept where every browser and every process can see it."""

import pandas as pd

from data.store import Store


def begin(
    store: Store,
    *,
    site: str,
    stream: str,
    title: str,
    asked: str,
    command: str,
    who: str,
    now: pd.Timestamp,
) -> int:
    """Note a piece of work that waits to be done; returns its number.

    asked: what to do, as JSON. command: the line on a terminal that does the same.
    """
    with store.transaction() as write:
        number = int(write.frame("next_job_id")["job_id"].iloc[0])
        row = {
            "job_id": number,
            "site": site,
            "stream": stream,
            "title": title,
            "asked": asked,
            "command": command,
            "who": who,
            "state": "waiting",
            "share": 0.0,
            "cancel_asked": False,
            "asked_at_utc": now,
            "seen_at_utc": now,
            "result": "",
        }
        write.append("jobs", pd.DataFrame([row]))
    return number


def every(store: Store, site: str | None = None, job_id: int | None = None) -> pd.DataFrame:
    """Return all pieces of work, newest first.

    Columns: those of `begin`, and job_id, state, share, cancel_asked, asked_at_utc, seen_at_utc,
    ended_at_utc and result.
    """
    return store.frame("jobs", site=site, job_id=job_id)


def move(store: Store, job_id: int, state: str, share: float, now: pd.Timestamp) -> None:
    """Say that work goes on; one that has ended stays as it is."""
    with store.transaction() as write:
        write.run("job_moves", job_id=job_id, state=state, share=share, now=now)


def end(
    store: Store, job_id: int, state: str, share: float, result: str, now: pd.Timestamp
) -> None:
    """Say what came of it (state done, failed or cancelled); one that has ended stays as it is."""
    with store.transaction() as write:
        write.run("job_ends", job_id=job_id, state=state, share=share, result=result, now=now)


def ask_to_stop(store: Store, job_id: int) -> None:
    """Ask a piece of work to stop; nothing happens to one that has ended."""
    with store.transaction() as write:
        write.run("job_cancel", job_id=job_id)


def annotate(store: Store, job_id: int, run_keys: list[str], note: str, command: str) -> None:
    """Say of kept backtests what they were asked beyond their model."""
    rows = [
        {"run_key": key, "job_id": job_id, "note": note, "command": command} for key in run_keys
    ]
    with store.transaction() as write:
        write.append("backtest_notes", pd.DataFrame(rows))


def notes(store: Store) -> pd.DataFrame:
    """Return run_key, note and command of the kept backtests that a job has made."""
    return store.frame("backtest_notes")
