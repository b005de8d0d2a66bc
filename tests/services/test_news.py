"""What employers are told once, after the fact."""

from __future__ import annotations
