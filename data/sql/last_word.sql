-- When the load came in that decides the last observed step of a site; null without one.
with live as (
    select s.start_utc, l.load_id, l.loaded_at
    from steps as s join loads as l using (load_id)
    where s.site = $site and s.observed and l.undone_at is null
)
select arg_max(loaded_at, (start_utc, load_id)) as loaded_at from live
