-- Each label of arrival or departure once.
select distinct aware, bucket from (
    select aware, bucket from typed where bucket is not null
    union all
    select leave_aware, leave_bucket from typed where leave_bucket is not null
) order by aware, bucket
