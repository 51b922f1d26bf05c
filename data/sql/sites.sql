-- One row per site: its clock, its step, the first and the end of the last observed step (UTC).
with owner as (
    select s.site, s.start_utc, arg_max(s.observed, s.load_id) as observed
    from steps as s join loads as l using (load_id)
    where l.undone_at is null
    group by s.site, s.start_utc
)
select
    sites.site, sites.time_zone, sites.step,
    min(owner.start_utc) filter (owner.observed) as first,
    max(owner.start_utc) filter (owner.observed) as last,
    sites.data_version
from sites left join owner using (site)
group by all order by sites.site
