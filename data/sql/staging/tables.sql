-- Cells of the mapped columns as text, by line, with times cut into date, clock and offset;
-- and rows refused with the cell at fault.
create table parts (
    line bigint, count_text varchar, acuity_text varchar, mode_text varchar,
    age_text varchar, admitted_text varchar, day_text varchar, clock_text varchar,
    zone_text varchar, leave_day varchar, leave_clock varchar, leave_zone varchar
);
create table rejects (line bigint, column_name varchar, value varchar, reason varchar);
