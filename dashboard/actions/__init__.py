"""What pages may do: a file per subject, each a thin door to the service that the CLI uses."""
