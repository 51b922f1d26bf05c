"""The huddle sheet: a situation → one page of HTML that needs nothing but itself."""
