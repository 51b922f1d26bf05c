-- One row per value of each kind of stream that the newest loads hold, with its patients.
with owner as (
    select s.start_utc, max(s.load_id) as load_id
    from steps as s join loads as l using (load_id)
    where s.site = $site and l.undone_at is null
    group by s.start_utc
), live as (
    select c.acuity, c.mode, c.age_band, c.admitted, sum(c.patients) as patients
    from counts as c join owner using (load_id, start_utc)
    where c.site = $site
    group by all
), long as (
    select 1 as place, 'acuity' as kind, acuity::varchar as value, patients from live
    union all select 2, 'mode', mode, patients from live
    union all select 3, 'age_band', age_band, patients from live
    union all select 4, 'admitted', admitted, patients from live
)
select kind, value, sum(patients)::bigint as patients
from long where value is not null
group by place, kind, value
-- Ages and acuities by their number, as 5-17 stands before 18-39; words behind them.
order by place, try_cast(regexp_extract(value, '^[0-9]+') as integer) nulls last, value
