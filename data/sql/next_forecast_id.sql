-- The number that the next forecast gets.
select coalesce(max(forecast_id), 0)::integer + 1 as forecast_id from forecasts
