"""What pages may do, one subject a file: each a call of the service, none draws anything."""
