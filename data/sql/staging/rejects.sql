-- Refused rows in the order of the file.
select line, column_name as "column", value, reason from rejects order by line
