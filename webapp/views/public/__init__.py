"""Pages for everyone: they read nothing about anybody."""

from webapp.views.public.entrance import entrance
from webapp.views.public.home import public

__all__ = ["entrance", "public"]
