-- The newest forecast of a site and stream, with its packed draws.
select f.*, d.kind, d.steps, d.draws, d.first_utc, d.packed
from forecasts as f join forecast_draws as d using (forecast_id)
where f.site = $site and f.stream = $stream
order by f.forecast_id desc limit 1
