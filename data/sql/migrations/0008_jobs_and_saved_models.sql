-- What the model lab does: work in the background, what it made, and what was worth keeping.

-- One row per piece of work. asked: what to do, as JSON. command: the line that does the same.
-- share: done so far, 0 to 1. seen_at_utc: last sign of life of the process that works on it.
-- result: what came of it, a sentence; for a failed one, why.
create table jobs (
    job_id integer primary key,
    site varchar not null,
    stream varchar not null,
    title varchar not null,
    asked varchar not null,
    command varchar not null,
    who varchar not null,
    state varchar not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    share double not null,
    cancel_asked boolean not null,
    asked_at_utc timestamptz not null,
    seen_at_utc timestamptz not null,
    ended_at_utc timestamptz,
    result varchar not null
);

-- What a kept backtest of a model was asked beyond its model, in words; none: as the settings say.
create table backtest_notes (
    run_key varchar not null,
    job_id integer not null,
    note varchar not null,
    command varchar not null
);

-- Configurations that somebody kept, whether they were ever live or not.
create table saved_configurations (
    site varchar not null,
    stream varchar not null,
    model varchar not null,
    toml varchar not null,
    hash varchar not null,
    note varchar not null,
    saved_at_utc timestamptz not null,
    who varchar not null
);
