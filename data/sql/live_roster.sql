-- One row per rostered shift that counts: no newer roster speaks of its role on its day.
select s.role, s.code, s.start_utc, s.end_utc, sum(s.heads)::integer as heads
from roster_shifts as s join rosters as r using (roster_id)
where r.site = $site and not exists (
    from roster_spans as newer join rosters as of_site using (roster_id)
    where of_site.site = $site and newer.roster_id > s.roster_id and newer.role = s.role
        and s.start_utc >= newer.from_utc and s.start_utc < newer.to_utc
)
group by s.role, s.code, s.start_utc, s.end_utc
order by s.start_utc, s.role, s.code, s.end_utc
