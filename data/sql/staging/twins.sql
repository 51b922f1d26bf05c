-- Visits that are the same as another one in all that is read of them, each beyond the first; and
-- how many are the same as one a day later, which is what chance gives twice over: arrivals of the
-- same hour, however roughly times are written. Of many rows a part is looked at ($of: one in).
with looked_at as (
    select stamp, acuity, mode, age_band, admitted, minutes
    from judged
    where outcome = 'placed' and hash(epoch(stamp)::bigint % 86400) % $of = 0
), both_days as (
    select *, 1 as today, 0 as tomorrow from looked_at
    union all
    select * replace (stamp - interval 1 day as stamp), 0, 1 from looked_at
), same as (
    select sum(today) as visits, sum(tomorrow) as a_day_later
    from both_days
    group by stamp, acuity, mode, age_band, admitted, minutes
)
select
    coalesce(sum(greatest(visits - 1, 0)), 0)::bigint as twins,
    coalesce(sum(least(visits, a_day_later)), 0)::bigint as a_day_apart
from same
