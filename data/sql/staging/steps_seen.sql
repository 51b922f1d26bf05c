-- One row per step that rows fell into. missing: a row there has no usable count.
-- stamps: distinct labels in the step (quarter hours of an hour).
select
    start_utc,
    coalesce(sum(patients) filter (outcome = 'placed'), 0)::double as patients,
    bool_or(outcome = 'rejected' or (outcome = 'placed' and patients is null)) as missing,
    count(distinct stamp) filter (outcome = 'placed') as stamps,
    bool_or(merged) as merged
from judged
where start_utc is not null and outcome <> 'duplicate'
    and not (outcome = 'rejected' and reason like 'the same time%')
group by start_utc
union all
select second_utc, 0.0, false, 0, true
from judged where merged and second_utc is not null group by second_utc
order by start_utc
