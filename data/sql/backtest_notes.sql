-- What kept backtests were asked beyond their model, the newest note of each.
select run_key, arg_max(note, job_id) as note, arg_max(command, job_id) as command
from backtest_notes group by run_key
