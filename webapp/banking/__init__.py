"""Message formats: bank messages as bytes to and from plain records; no database, no clock."""
