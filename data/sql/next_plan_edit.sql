-- The number that the next edit of a version gets.
select coalesce(max(edit), 0)::integer + 1 as edit
from plan_edits where site = $site and version = $version
