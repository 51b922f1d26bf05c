-- Rows that were understood but cannot be.
insert into rejects
select line, column_name, value, reason from judged where outcome = 'rejected'
