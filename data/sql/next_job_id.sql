-- The number that the next piece of background work gets.
select coalesce(max(job_id), 0) + 1 as job_id from jobs
