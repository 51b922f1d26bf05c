-- The newest decision on the live model of a site and stream; none where nobody ever decided.
select * from model_configurations
where site = $site and stream = $stream
order by promotion_id desc limit 1
