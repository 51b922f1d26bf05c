-- One row per version of a site's plan, newest first. status: locked, else draft; changed_at_utc:
-- when it was made or last edited; edits: those that stand, without undone ones; below_minimum:
-- whether an edit or the lock left it below minimum cover on purpose.
select
    v.*,
    case when l.version is null then 'draft' else 'locked' end as status,
    l.locked_at_utc, l.who as locked_by, l.note as lock_note,
    l.below_minimum as lock_below_minimum,
    coalesce(e.edits, 0)::integer as edits,
    greatest(v.made_at_utc, e.edited_at_utc) as changed_at_utc,
    coalesce(e.below_minimum, false) or l.below_minimum is not null as below_minimum
from plan_versions as v
left join plan_locks as l using (site, version)
left join (
    select
        one.site, one.version,
        count(*) filter (one.undoes is null and undo.edit is null) as edits,
        max(one.made_at_utc) as edited_at_utc,
        bool_or(one.below_minimum and undo.edit is null) as below_minimum
    from plan_edits as one left join plan_edits as undo
        on undo.site = one.site and undo.version = one.version and undo.undoes = one.edit
    group by one.site, one.version
) as e using (site, version)
where v.site = $site and ($version is null or v.version = $version)
order by v.version desc
