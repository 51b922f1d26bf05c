-- What the newest forecast of each site and stream is made of: zlib of one number per step and part.

create table forecast_parts (
    forecast_id integer not null,
    site varchar not null,
    stream varchar not null,
    place integer not null,
    part varchar not null,
    packed blob not null
);
