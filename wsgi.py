"""The service as a WSGI application: `gunicorn wsgi:app`, and what `flask` finds by itself."""

from webapp import create_app
from webapp.garbage import collect_seldom

app = create_app()
collect_seldom()
