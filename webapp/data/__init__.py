"""The tables that ship with the service, as CSV, and their loader."""
