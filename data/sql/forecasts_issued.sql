-- One row per forecast of a site and stream that was issued, oldest origin first.
select forecast_id, model, time_zone, step, origin_utc, made_at_utc, data_version, reason
from forecasts
where site = $site and stream = $stream
order by origin_utc, forecast_id
