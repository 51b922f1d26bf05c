-- Take in a batch of rows: date, clock and offset texts of arrival and departure.
insert into parts
with trimmed as (
    select * replace (trim(time) as time, trim(departure) as departure) from raw
), cut as (
    select
        *,
        case
            when length(time) = 19 and time[5] = '-' and time[14] = ':' and time[17] = ':'
                and time[11] in (' ', 'T')
            then {'d': time[1:10], 'c': time[12:19], 'z': ''}
            when length(time) between 12 and 16 and regexp_matches(time, $compact)
            then regexp_extract(time, $compact, ['d', 'c', 'z'])
            else regexp_extract(time, $stamp, ['d', 'c', 'z'])
        end as a,
        case
            when departure is null or departure = '' then null
            when length(departure) = 19 and departure[5] = '-' and departure[14] = ':'
                and departure[17] = ':' and departure[11] in (' ', 'T')
            then {'d': departure[1:10], 'c': departure[12:19], 'z': ''}
            when length(departure) between 12 and 16 and regexp_matches(departure, $compact)
            then regexp_extract(departure, $compact, ['d', 'c', 'z'])
            else regexp_extract(departure, $stamp, ['d', 'c', 'z'])
        end as b
    from trimmed
)
select
    line, count_text, acuity_text, mode_text, age_text, admitted_text,
    if(a.d = '', time, a.d) as day_text, if($hours, trim(hour), a.c) as clock_text, a.z as zone_text,
    b.d as leave_day, b.c as leave_clock, b.z as leave_zone
from cut
