-- What each forecast said of the shifts and days from $start up to $stop; where several have the
-- same origin, the one made last.
with told as (
    select f.origin_utc, f.made_at_utc, f.model, t.*
    from forecasts as f join forecast_totals as t using (forecast_id)
    where f.site = $site and f.stream = $stream
        and t.start_utc >= $start and t.start_utc < $stop
)
select * from told
qualify row_number() over (partition by origin_utc, grain, start_utc order by forecast_id desc) = 1
order by origin_utc, grain, start_utc
