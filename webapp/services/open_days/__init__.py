"""Open days of the agencies: their devices and cases, the live board, the report of a day."""
