-- Backtests: what models would have said at past times, beside what came.

-- One row per model, series and trial. run_key: fingerprint of all that its rows depend on.
-- trial_key: the same without the model, so that models of one trial can be laid side by side.
create table backtest_runs (
    run_key varchar primary key,
    trial_key varchar not null,
    site varchar not null,
    stream varchar not null,
    time_zone varchar not null,
    step varchar not null,
    model varchar not null,
    origins integer not null,
    first_origin_utc timestamptz not null,
    last_origin_utc timestamptz not null,
    horizon_steps integer not null,
    refit_hours double,
    draws integer not null,
    seed bigint not null,
    levels double[] not null,
    begun_at_utc timestamptz not null
);

-- One row per step, shift, day or week ahead. piece_utc: the origin of the fit that it comes from.
-- actual is null where the step was not observed; quantiles in the order of the run's levels.
create table backtest_rows (
    run_key varchar not null,
    piece_utc timestamptz not null,
    origin_utc timestamptz not null,
    grain varchar not null,
    horizon integer not null,
    start_utc timestamptz not null,
    actual double,
    mean double not null,
    quantiles integer[] not null,
    pit double,
    scale double
);
