-- What a forecast said of whole shifts and days: quantiles of hours do not add up to these.
create table forecast_totals (
    forecast_id integer not null,
    grain varchar not null check (grain in ('shift', 'day')),
    start_utc timestamptz not null,
    mean real,
    q025 real, q05 real, q10 real, q20 real, q25 real, q30 real, q40 real, q50 real,
    q60 real, q70 real, q75 real, q80 real, q90 real, q95 real, q975 real
);
