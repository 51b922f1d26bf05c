-- Why a plan was locked although it is below minimum cover; null where it is not.

alter table plan_locks add column below_minimum varchar;
