-- What one forecast said of whole shifts and days.
select f.origin_utc, f.made_at_utc, f.model, t.*
from forecasts as f join forecast_totals as t using (forecast_id)
where f.forecast_id = $forecast_id
order by t.grain, t.start_utc
