-- A site's clock and step are settled by its first load.
insert into sites (site, time_zone, step) values ($site, $time_zone, $step)
on conflict do nothing
