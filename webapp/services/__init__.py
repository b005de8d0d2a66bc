"""The use cases: one verb per function. Only services commit, and nothing here reads a clock,
a request or a locale: the day, the sender of messages and the vault are handed in."""
