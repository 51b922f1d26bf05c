-- The number of the newest decision on a warning of a site; 0 where there is none.
select coalesce(max(decision_id), 0)::integer as decision_id from decisions where site = $site
