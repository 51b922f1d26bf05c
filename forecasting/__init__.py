"""What may happen: forecasts of arrivals as equally likely futures."""
