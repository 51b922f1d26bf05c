-- By whole hours from an hour's end to a load: patients known then, and in a load a day or more later.
with live as (
    select s.start_utc, s.load_id, l.loaded_at
    from steps as s join loads as l using (load_id)
    where s.site = $site and s.observed and l.step = 'hour' and l.undone_at is null
), newest as (
    select start_utc, max(load_id) as load_id
    from live group by start_utc
    having count(*) > 1 and max(loaded_at) >= start_utc + interval 25 hours
), found as (
    select load_id, start_utc, sum(patients) as patients
    from counts where site = $site and start_utc in (select start_utc from newest)
    group by load_id, start_utc
)
select
    floor(epoch(e.loaded_at - e.start_utc) / 3600)::integer - 1 as lag_hours,
    count(*)::integer as hours,
    sum(coalesce(k.patients, 0))::double as known,
    sum(coalesce(f.patients, 0))::double as final
from live as e
join newest as n using (start_utc)
left join found as k on k.load_id = e.load_id and k.start_utc = e.start_utc
left join found as f on f.load_id = n.load_id and f.start_utc = n.start_utc
where e.load_id < n.load_id
    and e.loaded_at >= e.start_utc + interval 1 hour and e.loaded_at < e.start_utc + interval 25 hours
group by lag_hours order by lag_hours
