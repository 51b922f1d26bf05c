-- One row per imported roster, role and unbroken row of days that it speaks of, newest first.
select r.roster_id, r.file, r.imported_at_utc, r.who, s.role, s.from_utc, s.to_utc
from rosters as r join roster_spans as s using (roster_id)
where r.site = $site
order by r.roster_id desc, s.role, s.from_utc
