-- Patients by acuity and length of stay; a load that was partly replaced counts by the share of
-- its steps that it still decides. Only departures before $before, where it is given; of old loads,
-- which do not tell when patients left, those that end before it.
with owner as (
    select s.start_utc, max(s.load_id) as load_id
    from steps as s join loads as l using (load_id)
    where s.site = $site and l.undone_at is null
    group by s.start_utc
), share as (
    select o.load_id, count(*) / any_value(l.steps_observed + l.steps_missing) as share
    from owner as o join loads as l using (load_id)
    group by o.load_id
)
select
    s.acuity, s.minutes_from, s.minutes_to,
    round(sum(s.patients * share.share))::bigint as patients
from stays as s join share using (load_id) join loads as l using (load_id)
where s.site = $site
    and coalesce(coalesce(s.left_before_utc, l.covers_to) <= $before::timestamptz, true)
group by s.acuity, s.minutes_from, s.minutes_to
order by s.acuity nulls last, s.minutes_from
