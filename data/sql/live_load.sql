-- The newest load of the same file with the same options that still decides some step.
select l.load_id
from loads as l
where l.site = $site and l.sha256 = $sha256 and l.options = $options and l.undone_at is null
    and exists (
        select 1 from steps as s
        where s.load_id = l.load_id and not exists (
            select 1 from steps as n join loads as m using (load_id)
            where n.site = s.site and n.start_utc = s.start_utc
                and n.load_id > s.load_id and m.undone_at is null
        )
    )
order by l.load_id desc limit 1
