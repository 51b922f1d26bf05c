-- Steps of loads older than $before that decide nothing any more: replaced or undone.
delete from steps
using loads as l
where steps.load_id = l.load_id and steps.site = $site and l.loaded_at < $before
    and (l.undone_at is not null or exists (
        select 1 from steps as n join loads as m using (load_id)
        where n.site = steps.site and n.start_utc = steps.start_utc
            and n.load_id > steps.load_id and m.undone_at is null
    ))
