-- Configurations kept at a site, newest first, each once.
select * from saved_configurations
where site = $site
qualify row_number() over (partition by stream, hash order by saved_at_utc desc) = 1
order by saved_at_utc desc
