-- Patients by acuity over the 365 days before $before, of the newest loads.
with owner as (
    select s.start_utc, max(s.load_id) as load_id
    from steps as s join loads as l using (load_id)
    where s.site = $site and l.undone_at is null
    group by s.start_utc
)
select c.acuity, sum(c.patients)::bigint as patients
from counts as c join owner using (load_id, start_utc)
where c.site = $site and c.acuity is not null
    and c.start_utc < $before::timestamptz
    and c.start_utc >= $before::timestamptz - interval 365 days
group by c.acuity order by c.acuity
