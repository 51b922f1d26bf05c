"""What happened: arrivals as they were recorded, and what is known of how well they were."""
