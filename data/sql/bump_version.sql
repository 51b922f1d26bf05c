-- Something changed at the site: what was read before is stale.
update sites set data_version = data_version + 1 where site = $site
