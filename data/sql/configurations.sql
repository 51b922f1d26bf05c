-- One row per decision on a live model, newest first. live: whether it is the one that counts now.
select
    *,
    row_number() over (partition by site, stream order by promotion_id desc) = 1 as live
from model_configurations
where $site is null or site = $site
order by promotion_id desc
