-- The number that the next decision on a warning gets.
select coalesce(max(decision_id), 0)::integer + 1 as decision_id from decisions
