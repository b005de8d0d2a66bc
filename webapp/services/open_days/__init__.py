"""Open days of the agencies: campaigns, devices, cases, papers."""
