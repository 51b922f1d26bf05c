-- One row per role and step of the need that a version answers, in the order of its roles.
select role, start_utc, heads, low, high
from plan_needs where site = $site and version = $version
order by place, start_utc
