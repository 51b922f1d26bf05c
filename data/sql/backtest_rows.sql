-- The rows of one kept backtest of a model, in the order of time; once each, even where two
-- commands worked the same piece at the same time.
select distinct * exclude (run_key)
from backtest_rows
where run_key = $run_key
order by origin_utc, list_position(['hour', 'shift', 'day', 'week'], grain), horizon
