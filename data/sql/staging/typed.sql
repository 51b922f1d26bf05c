-- One row per row of the file with its cells understood, or the first cell that was not.
-- stamp: local wall clock, or UTC where the cell gave an offset (aware). bucket: the label that
-- is placed in time: the local hour (or day), or the quarter hour in UTC when aware.
create table typed as
with joined as (
    select
        p.line, p.count_text, p.day_text, p.clock_text, p.zone_text, d.day, d.reason as day_reason, c.seconds, z.minutes,
        ld.day + to_seconds(coalesce(lc.seconds, 0)) as leave_local, lz.minutes as leave_minutes,
        n.patients, n.reason as count_reason,
        a.value::varchar::tinyint as acuity, m.value as mode, g.value as age_band, ad.value as admitted
    from parts as p
    left join days as d on d.text = p.day_text
    left join clocks as c on c.text = p.clock_text
    left join zones as z on z.text = p.zone_text
    left join days as ld on ld.text = p.leave_day
    left join leave_clocks as lc on lc.text = p.leave_clock
    left join zones as lz on lz.text = p.leave_zone
    left join numbers as n on n.text = p.count_text
    left join acuities as a on a.text = p.acuity_text
    left join modes as m on m.text = p.mode_text
    left join ages as g on g.text = p.age_text
    left join admissions as ad on ad.text = p.admitted_text
), stamped as (
    select
        *,
        $step = 'hour' and minutes is not null as aware,
        $step = 'hour' and leave_minutes is not null as leave_aware,
        day + to_seconds(if($step = 'hour', coalesce(seconds, 0), 0))
            - to_minutes(if($step = 'hour', coalesce(minutes, 0), 0)) as stamp,
        leave_local - to_minutes(if($step = 'hour', coalesce(leave_minutes, 0), 0)) as leave_stamp,
        case
            when day is null or day_reason is not null then 'time'
            when seconds is null and coalesce(clock_text, '') <> '' then 'clock'
            when seconds is null and $clock_needed then 'clock'
            when coalesce(count_reason, '') <> '' then 'count'
        end as wrong
    from joined
)
select
    line, aware, stamp, leave_aware, leave_stamp,
    case
        when $step = 'day' then date_trunc('day', stamp)
        when aware then time_bucket(interval 15 minutes, stamp)
        else date_trunc('hour', stamp)
    end as bucket,
    case
        when leave_aware then time_bucket(interval 15 minutes, leave_stamp)
        else date_trunc('hour', leave_stamp)
    end as leave_bucket,
    patients, acuity, mode, age_band, admitted,
    if(wrong = 'clock' and $hours, 'hour', if(wrong = 'clock', 'time', wrong)) as column_name,
    case
        when wrong = 'count' then count_text
        when wrong = 'clock' and $hours then clock_text
        when wrong is not null then trim(concat_ws(' ', day_text, clock_text, zone_text))
    end as value,
    case wrong
        when 'time' then if(
            coalesce(day_text, '') = '', 'the time is empty',
            coalesce(day_reason, 'not a date and time that can be read')
        )
        when 'clock' then if(
            coalesce(clock_text, '') = '', 'the time of day is missing', 'not a time of day'
        )
        when 'count' then count_reason
    end as reason
from stamped
