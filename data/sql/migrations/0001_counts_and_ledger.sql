-- What is kept: patients counted by step and stream, with the load that brought them; never a row per patient.

create table sites (
    site varchar primary key,
    time_zone varchar not null,
    step varchar not null check (step in ('hour', 'day')),
    data_version integer not null default 0
);

-- The ledger: one row per load, kept for ever; undone_at tells that it no longer counts.
create table loads (
    load_id integer primary key,
    site varchar not null,
    file varchar not null,
    sha256 varchar not null,
    options varchar not null,
    shape varchar not null,
    step varchar not null,
    rows_in bigint not null,
    accepted bigint not null,
    duplicate bigint not null,
    rejected bigint not null,
    placed_nowhere bigint not null,
    covers_from timestamptz not null,
    covers_to timestamptz not null,
    steps_observed integer not null,
    steps_missing integer not null,
    replaced_steps integer not null,
    mapping varchar not null,
    date_format varchar not null,
    absent_rule varchar not null,
    not_read varchar not null,
    rejects_file varchar,
    notes varchar not null,
    loaded_at timestamptz not null,
    undone_at timestamptz,
    check (accepted + duplicate + rejected = rows_in)
);

-- One row per load and step that it covers. The newest load that was not undone decides a step.
-- merged: two hours of an autumn night that the source cannot tell apart (so not observed).
create table steps (
    load_id integer not null,
    site varchar not null,
    start_utc timestamptz not null,
    observed boolean not null,
    merged boolean not null
);

-- Patients > 0 by load, step and stream; what is not known of a stream is null.
create table counts (
    load_id integer not null,
    site varchar not null,
    start_utc timestamptz not null,
    acuity tinyint check (acuity between 1 and 5),
    mode varchar,
    age_band varchar,
    admitted varchar check (admitted in ('yes', 'no')),
    patients integer not null check (patients > 0)
);

-- Patients by length of stay in minutes, from minutes_from up to minutes_to (null: no upper end).
create table stays (
    load_id integer not null,
    site varchar not null,
    acuity tinyint,
    admitted varchar,
    minutes_from integer not null,
    minutes_to integer,
    patients integer not null check (patients > 0)
);

-- Forecasts as they were issued.
create table forecasts (
    forecast_id integer primary key,
    site varchar not null,
    stream varchar not null,
    model varchar not null,
    time_zone varchar not null,
    step varchar not null,
    origin_utc timestamptz not null,
    made_at_utc timestamptz not null,
    data_version integer not null,
    settings_hash varchar not null,
    seed bigint not null,
    reason varchar not null,
    notes varchar not null
);

create table forecast_quantiles (
    forecast_id integer not null,
    start_utc timestamptz not null,
    mean real,
    q025 real, q05 real, q10 real, q20 real, q25 real, q30 real, q40 real, q50 real,
    q60 real, q70 real, q75 real, q80 real, q90 real, q95 real, q975 real
);

-- The newest forecast of each site and stream keeps its draws: zlib of steps × draws.
create table forecast_draws (
    forecast_id integer primary key,
    site varchar not null,
    stream varchar not null,
    kind varchar not null,
    steps integer not null,
    draws integer not null,
    first_utc timestamptz not null,
    packed blob not null
);
