-- One row per piece of background work, newest first.
select * from jobs
where ($site is null or site = $site) and ($job_id is null or job_id = $job_id)
order by job_id desc
