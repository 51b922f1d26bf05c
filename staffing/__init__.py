"""What to do: the staff that a forecast needs and the shifts that bring them."""
