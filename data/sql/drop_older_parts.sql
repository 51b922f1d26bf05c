-- Before the parts of a new forecast are kept: those of the ones before it go.
delete from forecast_parts where site = $site and stream = $stream
