-- Somebody asks a piece of work to stop; the process that works on it sees this within seconds.
update jobs set cancel_asked = true where job_id = $job_id and state in ('waiting', 'running')
