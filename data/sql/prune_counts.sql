-- Counts of loads older than $before that decide nothing any more: replaced or undone.
delete from counts
using loads as l
where counts.load_id = l.load_id and counts.site = $site and l.loaded_at < $before
    and (l.undone_at is not null or exists (
        select 1 from steps as n join loads as m using (load_id)
        where n.site = counts.site and n.start_utc = counts.start_utc
            and n.load_id > counts.load_id and m.undone_at is null
    ))
