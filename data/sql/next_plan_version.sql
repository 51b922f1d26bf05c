-- The number that the next version of a site's plan gets.
select coalesce(max(version), 0)::integer + 1 as version from plan_versions where site = $site
