-- The number that the next decision on a live model gets.
select coalesce(max(promotion_id), 0)::integer + 1 as promotion_id from model_configurations
