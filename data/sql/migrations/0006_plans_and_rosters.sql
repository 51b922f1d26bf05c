-- Rosters as they were imported, and plans as versions. Nothing here is ever changed or removed:
-- a newer roster stands in place of an older one for the days and roles that it speaks of, an edit
-- is a row of its own, and a version that was locked stays as it was.
create table rosters (
    roster_id integer primary key,
    site varchar not null,
    file varchar not null,
    imported_at_utc timestamptz not null,
    who varchar not null
);
create table roster_spans (
    roster_id integer not null,
    role varchar not null,
    from_utc timestamptz not null,
    to_utc timestamptz not null check (to_utc > from_utc)
);
create table roster_shifts (
    roster_id integer not null,
    role varchar not null,
    code varchar not null,
    start_utc timestamptz not null,
    end_utc timestamptz not null check (end_utc > start_utc),
    heads integer not null check (heads > 0)
);
create table plan_versions (
    site varchar not null,
    version integer not null,
    made_from varchar not null,
    note varchar not null,
    who varchar not null,
    made_at_utc timestamptz not null,
    area varchar not null,
    time_zone varchar not null,
    step_minutes integer not null,
    data_version integer not null,
    forecast_id integer not null,
    model varchar not null,
    service_level double not null,
    target_minutes double,
    target_share double,
    standard varchar,
    settings_hash varchar not null,
    proven_gap double,
    plan_notes varchar not null,
    primary key (site, version)
);
create table plan_locks (
    site varchar not null,
    version integer not null,
    locked_at_utc timestamptz not null,
    who varchar not null,
    note varchar not null,
    primary key (site, version)
);
create table plan_needs (
    site varchar not null,
    version integer not null,
    role varchar not null,
    place integer not null,
    start_utc timestamptz not null,
    heads integer not null,
    low integer not null,
    high integer not null
);
create table plan_shifts (
    site varchar not null,
    version integer not null,
    role varchar not null,
    code varchar not null,
    start_utc timestamptz not null,
    end_utc timestamptz not null check (end_utc > start_utc),
    heads integer not null check (heads > 0)
);
create table plan_breaks (
    site varchar not null,
    version integer not null,
    role varchar not null,
    code varchar not null,
    shift_start_utc timestamptz not null,
    start_utc timestamptz not null,
    end_utc timestamptz not null,
    heads integer not null
);
create table plan_edits (
    site varchar not null,
    version integer not null,
    edit integer not null,
    made_at_utc timestamptz not null,
    who varchar not null,
    reason varchar not null,
    below_minimum boolean not null,
    undoes integer,
    primary key (site, version, edit)
);
create table plan_changes (
    site varchar not null,
    version integer not null,
    edit integer not null,
    role varchar not null,
    code varchar not null,
    start_utc timestamptz not null,
    end_utc timestamptz not null,
    change integer not null check (change <> 0)
);
