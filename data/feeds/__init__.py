"""One file per source format; each turns a file into counts and refuses what it cannot trust."""
