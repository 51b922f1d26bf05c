-- Parts of one forecast in patients per step, first part first, with where its steps begin.
select p.part, p.packed, f.origin_utc, f.step, f.time_zone
from forecast_parts as p join forecasts as f using (forecast_id)
where p.forecast_id = $forecast_id
order by p.place
