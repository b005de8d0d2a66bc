"""The rules of the service: standard library only; no clock, no SQL, no Flask, no files."""
