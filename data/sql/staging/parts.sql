-- Take in a batch of rows: date, clock and offset texts of arrival and departure.
-- The plain ISO form is cut by position, which is many times faster; the rest by pattern.
insert into parts
with trimmed as (
    select * replace (trim(time) as time, trim(departure) as departure) from raw
), cut as (
    select
        *,
        case
            when time like '____-__-_____:__:__'
            then {'d': left(time, 10), 'c': right(time, 8), 'z': ''}
            when length(time) between 12 and 16 and regexp_matches(time, $compact)
            then regexp_extract(time, $compact, ['d', 'c', 'z'])
            else regexp_extract(time, $stamp, ['d', 'c', 'z'])
        end as a,
        case
            when departure is null or departure = '' then null
            when departure like '____-__-_____:__:__'
            then {'d': left(departure, 10), 'c': right(departure, 8), 'z': ''}
            when length(departure) between 12 and 16 and regexp_matches(departure, $compact)
            then regexp_extract(departure, $compact, ['d', 'c', 'z'])
            else regexp_extract(departure, $stamp, ['d', 'c', 'z'])
        end as b
    from trimmed
)
select
    line, count_text, acuity_text, mode_text, age_text, admitted_text,
    if(a.d = '', time, a.d) as day_text, if($hours, trim(hour), a.c) as clock_text,
    a.z as zone_text, b.d as leave_day, b.c as leave_clock, b.z as leave_zone
from cut
