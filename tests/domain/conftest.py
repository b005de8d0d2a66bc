"""Settings of the rules' property tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is slow, not wrong: how long one example takes proves nothing.
settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
