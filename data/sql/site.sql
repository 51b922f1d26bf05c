-- The one row of a site, without looking at its data.
select site, time_zone, step, data_version from sites where site = $site
