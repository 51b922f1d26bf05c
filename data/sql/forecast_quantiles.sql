-- Quantiles of one forecast as issued, a row per step.
select * exclude (forecast_id) from forecast_quantiles
where forecast_id = $forecast_id order by start_utc
