"""Signing in and out: open to everybody, and telling nobody who is a member."""

from webapp.views.sign_in.sign_in import sign_in

__all__ = ["sign_in"]
