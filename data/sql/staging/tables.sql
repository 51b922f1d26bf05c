-- Cells of the mapped columns as text, by line; and rows refused with the cell at fault.
create table raw (
    line bigint, time varchar, hour varchar, count_text varchar, acuity_text varchar,
    mode_text varchar, age_text varchar, departure varchar, admitted_text varchar
);
create table rejects (line bigint, column_name varchar, value varchar, reason varchar);
