-- One row per shift of a site: the last thing said of it by the time it began, oldest shift first.
-- What was said more than a day after the forecast begins was said with hindsight: only backcasts.
select * from surge_chances
where site = $site and backcast = $backcast and said_at_utc <= start_utc
    and (backcast or noted_at_utc <= said_at_utc + interval 1 day)
qualify row_number() over (
    partition by start_utc, stop_utc order by said_at_utc desc, noted_at_utc desc
) = 1
order by start_utc
