-- Patients by acuity, admission and length of stay: 15-minute bins, from 24 hours on one open bin.
select
    acuity, admitted,
    least(minutes // 15 * 15, 1440)::integer as minutes_from,
    if(minutes < 1440, minutes // 15 * 15 + 15, null)::integer as minutes_to,
    count(*)::integer as patients
from judged
where outcome = 'placed' and left_at_known_time and minutes between 0 and 10080
    and start_utc >= $since and start_utc < $until
group by all order by all
