-- Forgets that a backtest of a model was begun.
delete from backtest_runs where run_key = $run_key
