-- Per earlier file, how many steps from $since up to $until it decides now.
with owner as (
    select s.start_utc, max(s.load_id) as load_id
    from steps as s join loads as l using (load_id)
    where s.site = $site and l.undone_at is null
        and s.start_utc >= $since and s.start_utc < $until
    group by s.start_utc
)
select l.load_id, l.file, count(*)::integer as steps
from owner as o join loads as l using (load_id)
group by all order by l.load_id
