-- One row per shift that an edit of a version changed, oldest first, with who, when and why.
-- undone: whether a later edit took it back. undoes: the edit that this one took back.
select
    e.edit, e.made_at_utc, e.who, e.reason, e.below_minimum, e.undoes,
    exists (
        from plan_edits as later
        where later.site = e.site and later.version = e.version and later.undoes = e.edit
    ) as undone,
    c.role, c.code, c.start_utc, c.end_utc, c.change
from plan_edits as e join plan_changes as c using (site, version, edit)
where e.site = $site and e.version = $version
order by e.edit, c.start_utc, c.role, c.code
