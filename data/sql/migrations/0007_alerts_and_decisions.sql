-- How likely a surge of a shift was said to be, kept as it was said. above: patients beyond which
-- the shift is a surge, as it was then. backcast: it was said afterwards, from what was known by
-- said_at_utc, to learn how many false alarms a threshold brings.
create table surge_chances (
    site varchar not null,
    model varchar not null,
    said_at_utc timestamptz not null,
    noted_at_utc timestamptz not null,
    start_utc timestamptz not null,
    stop_utc timestamptz not null,
    above integer not null,
    chance double not null check (chance between 0 and 1),
    backcast boolean not null
);

-- What people decided on a warning, kept for ever and never changed. A surge may bring more than
-- `above` patients; a shortage (short) lacks `heads` of a role. number: patients that somebody
-- expects instead of `expected`, or heads that are short instead of `heads`.
create table decisions (
    decision_id integer primary key,
    site varchar not null,
    kind varchar not null check (kind in ('surge', 'short')),
    role varchar not null,
    start_utc timestamptz not null,
    stop_utc timestamptz not null,
    forecast_id integer not null,
    expected double,
    chance double,
    above integer,
    heads integer,
    action varchar not null check (action in ('acknowledge', 'snooze', 'act', 'override')),
    until_utc timestamptz,
    number double check (number >= 0),
    reason varchar not null,
    who varchar not null check (who <> ''),
    decided_at_utc timestamptz not null,
    check ((kind = 'short') = (role <> '')),
    check ((action = 'snooze') = (until_utc is not null)),
    check ((action = 'override') = (number is not null)),
    check (action <> 'override' or reason <> '')
);
