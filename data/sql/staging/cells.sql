-- Patients by step and stream, within the covered range.
select start_utc, acuity, mode, age_band, admitted, sum(patients)::integer as patients
from judged
where outcome = 'placed' and patients > 0 and start_utc >= $since and start_utc < $until
group by all
