-- Patients by acuity, admission and length of stay: 15-minute bins, from 24 hours on one open bin.
-- A row for each week of departures, with the hour in which the last of them left.
select
    acuity, admitted,
    least(minutes // 15 * 15, 1440)::integer as minutes_from,
    if(minutes < 1440, minutes // 15 * 15 + 15, null)::integer as minutes_to,
    count(*)::integer as patients,
    date_trunc('hour', max(left_utc)) + interval 1 hour as left_before_utc
from judged
where outcome = 'placed' and left_at_known_time and minutes between 0 and 10080
    and start_utc >= $since and start_utc < $until
group by acuity, admitted, minutes_from, minutes_to, date_trunc('week', left_utc)
order by all
