-- The load no longer counts; its rows stay until they are pruned.
update loads set undone_at = $now where load_id = $load_id
