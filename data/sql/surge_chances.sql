-- One row per shift of a site: the last thing said of it by the time it began, oldest shift first.
select * from surge_chances
where site = $site and backcast = $backcast and said_at_utc <= start_utc
qualify row_number() over (
    partition by start_utc, stop_utc order by said_at_utc desc, noted_at_utc desc
) = 1
order by start_utc
