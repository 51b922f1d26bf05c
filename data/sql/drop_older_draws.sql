-- Only the newest forecast of a site and stream keeps its draws.
delete from forecast_draws where site = $site and stream = $stream and forecast_id <> $forecast_id
