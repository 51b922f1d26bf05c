-- The number that the next imported roster gets.
select coalesce(max(roster_id), 0)::integer + 1 as roster_id from rosters
