-- One row per kept backtest of a model, newest trial first, with how many of its origins are kept.
with kept as (
    select run_key, count(distinct origin_utc)::integer as origins_kept
    from backtest_rows
    group by run_key
)
select r.*, coalesce(k.origins_kept, 0) as origins_kept
from backtest_runs as r left join kept as k using (run_key)
where $site is null or r.site = $site
order by max(r.begun_at_utc) over (partition by r.trial_key) desc, r.trial_key, r.begun_at_utc, r.model
