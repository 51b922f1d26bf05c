-- One row per target (hour, shift or day) from $start up to $stop and lead of $lead_hours: what the
-- newest forecast said whose origin lies at least the lead before the target begins.
with known as (
    select forecast_id, origin_utc, made_at_utc, model, step from forecasts
    where site = $site and stream = $stream
        and (made_at_utc > origin_utc + interval 1 day) = $afterwards
), targets as (
    select k.forecast_id, k.origin_utc, 'hour' as grain, q.start_utc
    from known as k join forecast_quantiles as q using (forecast_id)
    where list_contains($grains, 'hour') and k.step = 'hour'
        and q.start_utc >= $start and q.start_utc < $stop
    union all by name
    select k.forecast_id, k.origin_utc, t.grain, t.start_utc
    from known as k join forecast_totals as t using (forecast_id)
    where list_contains($grains, t.grain) and t.start_utc >= $start and t.start_utc < $stop
), chosen as (
    select l.lead_hours, t.grain, t.start_utc,
        max({'origin': t.origin_utc, 'id': t.forecast_id}).id as forecast_id
    from targets as t
    join (select unnest($lead_hours) as lead_hours) as l
        on t.origin_utc + to_hours(l.lead_hours) <= t.start_utc
    group by all
), words as (
    select 'hour' as grain, * from forecast_quantiles where list_contains($grains, 'hour')
    union all by name
    select * from forecast_totals
)
select c.lead_hours, k.origin_utc, k.made_at_utc, k.model, w.*
from chosen as c
join known as k using (forecast_id)
join words as w using (forecast_id, grain, start_utc)
order by c.lead_hours, w.grain, w.start_utc
