-- Take away what was said afterwards of a site's shifts, before it is worked out anew.
delete from surge_chances where site = $site and backcast
