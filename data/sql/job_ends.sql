-- A piece of work ends, once: what came of it stays.
update jobs set state = $state, share = $share, seen_at_utc = $now, ended_at_utc = $now, result = $result
where job_id = $job_id and state in ('waiting', 'running')
