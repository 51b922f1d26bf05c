-- Rows by outcome, and those refused because their step stood there before with another count.
select
    count(*) filter (outcome in ('placed', 'nowhere')) as accepted,
    count(*) filter (outcome = 'duplicate') as duplicate,
    count(*) filter (outcome = 'nowhere') as nowhere,
    count(*) filter (outcome = 'rejected') as rejected,
    count(*) filter (outcome = 'rejected' and reason like 'the same time%') as contradicting,
    count(*) filter (outcome = 'placed' and left_at_known_time and minutes between 0 and 10080)
        as stays,
    count(*) filter (outcome = 'placed' and left_at_known_time and minutes not between 0 and 10080)
        as odd_stays
from judged
