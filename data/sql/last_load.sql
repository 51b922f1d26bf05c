-- The newest load of a site that was not undone.
select load_id, file, loaded_at, rows_in, duplicate, rejected, rejects_file, notes
from loads where site = $site and undone_at is null
order by load_id desc limit 1
