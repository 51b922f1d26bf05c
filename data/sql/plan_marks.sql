-- Numbers that change with whatever is done to a site's plans and rosters.
select
    (select count(*) from plan_versions where site = $site)::integer as versions,
    (select count(*) from plan_edits where site = $site)::integer as edits,
    (select count(*) from plan_locks where site = $site)::integer as locks,
    (select coalesce(max(roster_id), 0) from rosters where site = $site)::integer as rosters
