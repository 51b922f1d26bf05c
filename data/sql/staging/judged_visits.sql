-- One row per visit: where it lies, or why not. Visits of a repeated hour lie nowhere.
create table judged as
select
    t.line,
    case
        when t.reason is not null or p.kind = 'skipped' then 'rejected'
        when p.kind = 'repeated' then 'nowhere'
        else 'placed'
    end as outcome,
    p.start_utc, p.second_utc, coalesce(p.kind = 'repeated', false) as merged, t.stamp,
    1 as patients, t.acuity, t.mode, t.age_band, t.admitted,
    date_diff(
        'minute', p.instant_utc + (t.stamp - t.bucket),
        q.instant_utc + (t.leave_stamp - t.leave_bucket)
    ) as minutes,
    q.instant_utc + (t.leave_stamp - t.leave_bucket) as left_utc,
    t.leave_stamp is not null and q.kind = 'once' as left_at_known_time,
    if(t.reason is null, 'time', t.column_name) as column_name,
    case  -- a text for each of millions of rows would take a second
        when t.reason is not null then t.value
        when p.kind = 'skipped' then strftime(t.stamp, '%Y-%m-%d %H:%M')
    end as value,
    coalesce(t.reason, 'the clock skipped this hour in spring') as reason
from typed as t
left join places as p on p.aware = t.aware and p.bucket = t.bucket
left join places as q on q.aware = t.leave_aware and q.bucket = t.leave_bucket
