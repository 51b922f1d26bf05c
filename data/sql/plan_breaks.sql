-- One row per shift and time of its break in a version as it was made.
select role, code, shift_start_utc, start_utc, end_utc, heads
from plan_breaks where site = $site and version = $version
order by shift_start_utc, role, code, start_utc
