-- One row per row of a table of counts: its step, or why not.
-- A repeated autumn label with exactly two rows for each of its streams is two hours, in order;
-- with any other number its two hours cannot be told apart. A step named twice counts once.
create table judged as
with numbered as (
    select
        t.*, p.kind, p.start_utc, p.second_utc,
        row_number() over same as copy,
        first_value(t.line) over same as first_line,
        first_value(t.patients) over same as first_patients
    from typed as t left join places as p on p.aware = t.aware and p.bucket = t.bucket
    where t.reason is null
    window same as (
        partition by t.aware, t.stamp, t.acuity, t.mode, t.age_band, t.admitted order by t.line
    )
), all_doubled as (
    select count(*) filter (copy > 1) > 0.4 * count(*) as yes from numbered where kind = 'once'
), doubled as (
    select bucket from (
        select bucket, count(*) as n
        from numbered where kind = 'repeated'
        group by bucket, stamp, acuity, mode, age_band, admitted
    )
    group by bucket having min(n) = 2 and max(n) = 2
), settled as (
    select
        n.*,
        n.kind = 'repeated' and (d.bucket is null or a.yes) as merged,
        n.kind = 'repeated' and d.bucket is not null and not a.yes as two_hours
    from numbered as n left join doubled as d on d.bucket = n.bucket and n.kind = 'repeated'
    cross join all_doubled as a
), told as (
    select
        *,
        case
            when kind = 'skipped' and patients > 0 then 'rejected'
            when copy > 1 and not two_hours
                then if(patients is not distinct from first_patients, 'duplicate', 'rejected')
            when kind = 'skipped' or merged then 'nowhere'
            else 'placed'
        end as outcome
    from settled
)
select
    line, outcome,
    if(two_hours and copy = 2, second_utc, start_utc) as start_utc,
    second_utc, merged, stamp, patients, acuity, mode, age_band, admitted,
    null::bigint as minutes, null::timestamptz as left_utc, false as left_at_known_time,
    if(kind = 'skipped', 'time', 'count') as column_name,
    if(kind = 'skipped', strftime(stamp, '%Y-%m-%d %H:%M'), patients::varchar) as value,
    if(
        kind = 'skipped', 'the clock skipped this hour in spring',
        'the same time stands at line ' || first_line || ' with another count'
    ) as reason
from told
union all
select
    t.line, 'rejected', p.start_utc, null, false, t.stamp, null, t.acuity, t.mode, t.age_band,
    t.admitted, null, null, false, t.column_name, t.value, t.reason
from typed as t left join places as p on p.aware = t.aware and p.bucket = t.bucket
where t.reason is not null
