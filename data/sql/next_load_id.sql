-- The number that the next load gets; numbers are never used twice.
select coalesce(max(load_id), 0)::integer + 1 as load_id from loads
