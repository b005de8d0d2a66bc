"""Pages for everyone: they read nothing about anybody."""

# ruff: noqa: I001  The blueprint comes first; importing a page gives it its routes.

from webapp.views.public.blueprint import public
from webapp.views.public import accessibility, checks, developers, help_page, home, privacy
from webapp.views.public.calendars import calendars
from webapp.views.public.entrance import entrance

__all__ = [
    "accessibility", "calendars", "checks", "developers", "entrance", "help_page", "home",
    "privacy", "public",
]  # fmt: skip
