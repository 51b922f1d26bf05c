-- Number of the newest forecast of a site and stream; 0 when there is none.
select coalesce(max(forecast_id), 0)::integer as forecast_id
from forecasts where site = $site and stream = $stream
