-- A configuration that was live at a site before, by its hash; one row.
select * from model_configurations
where site = $site and hash = $hash
order by promotion_id desc limit 1
