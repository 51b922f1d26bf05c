-- One row per shift of a version as it stands after its edits; a head count may be 0 or, where an
-- edit took away more than there was, below.
select role, code, start_utc, end_utc, sum(heads)::integer as heads
from (
    select role, code, start_utc, end_utc, heads from plan_shifts
    where site = $site and version = $version
    union all
    select role, code, start_utc, end_utc, change from plan_changes
    where site = $site and version = $version
)
group by role, code, start_utc, end_utc
order by start_utc, role, end_utc, code
