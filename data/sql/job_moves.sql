-- A piece of work that has not ended shows a sign of life and how much of it is done.
update jobs set state = $state, share = $share, seen_at_utc = $now
where job_id = $job_id and state in ('waiting', 'running')
