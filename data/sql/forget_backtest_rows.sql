-- Forgets what a backtest of a model has found.
delete from backtest_rows where run_key = $run_key
