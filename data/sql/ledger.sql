-- One row per load, newest first. status: live, superseded (newer loads decide all of it), undone.
with owner as (
    select s.site, s.start_utc, max(s.load_id) as load_id
    from steps as s join loads as l using (load_id)
    where l.undone_at is null and ($site is null or s.site = $site)
    group by s.site, s.start_utc
), held as (
    select load_id, count(*) as steps_live from owner group by load_id
)
select
    l.load_id, l.site, l.loaded_at, l.file, l.shape, l.step,
    case
        when l.undone_at is not null then 'undone'
        when coalesce(h.steps_live, 0) = 0 then 'superseded'
        else 'live'
    end as status,
    l.rows_in, l.accepted, l.duplicate, l.rejected, l.placed_nowhere,
    l.covers_from, l.covers_to, l.steps_observed, l.steps_missing, l.replaced_steps,
    coalesce(h.steps_live, 0) as steps_live,
    l.sha256, l.options, l.mapping, l.date_format, l.absent_rule, l.not_read, l.rejects_file,
    l.notes, l.undone_at
from loads as l left join held as h using (load_id)
where $site is null or l.site = $site
order by l.load_id desc
