"""The fund's own people: how they come, prove who they are, what they do for employers, and go."""
