"""Pages for those who build the service: served in development only."""

from webapp.views.development.styles import development

__all__ = ["development"]
