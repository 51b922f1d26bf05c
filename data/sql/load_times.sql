-- When each load of a site that was not undone came in, and until when it reached; in order.
select loaded_at, covers_to from loads
where site = $site and undone_at is null
order by load_id
