-- One row per step that the newest load covers: patients of the stream, null where not observed.
with owner as (
    select
        s.start_utc, max(s.load_id) as load_id,
        arg_max(s.observed, s.load_id) as observed, arg_max(s.merged, s.load_id) as merged
    from steps as s join loads as l using (load_id)
    where s.site = $site and l.undone_at is null
    group by s.start_utc
), found as (
    select load_id, start_utc, sum(patients) as patients
    from counts
    where site = $site
        and ($acuity is null or acuity = $acuity) and ($mode is null or mode = $mode)
        and ($age_band is null or age_band = $age_band)
        and ($admitted is null or admitted = $admitted)
    group by load_id, start_utc
)
select
    o.start_utc, o.merged,
    case when o.observed then coalesce(f.patients, 0) end::double as patients
from owner as o left join found as f using (load_id, start_utc)
order by o.start_utc
