-- Minutes past the local hour at which counts begin, each once: other than 0 where a program in
-- another zone cut the hours (India lies half an hour off the hours of UTC).
with known as (
    select coalesce(bool_or(aware), false) as aware from places
)
select distinct minutes::integer as minutes
from (
    select date_diff('minute', p.start_utc, p.instant_utc) as minutes
    from places as p, known where known.aware and p.kind = 'once'
    union all
    select extract(minute from j.stamp)
    from judged as j, known where not known.aware and j.outcome = 'placed'
)
