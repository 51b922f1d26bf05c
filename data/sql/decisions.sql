-- Decisions on warnings whose time ends after $since, oldest first; of every site where $site is null.
select * from decisions
where ($site is null or site = $site) and ($since is null or stop_utc > $since)
order by decision_id
