-- Decisions on warnings, oldest first; of every site where $site is null.
select * from decisions
where $site is null or site = $site
order by decision_id
