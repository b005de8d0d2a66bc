"""The floor of a page: Flask, Flask-SQLAlchemy, a SELECT on the service's own file, a template.

gunicorn 'tests.bench.bare:create_app()', with BARE_DATABASE and BARE_SELECTS in the environment.
"""

from __future__ import annotations

import os

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PAGE = """\
<!DOCTYPE html>
<html lang="fr">
  <head><meta charset="utf-8"><title>{{ found[0].name_fr }}</title></head>
  <body>
    <h1>{{ found[0].name_fr }}</h1>
    <ul>
      {% for employer in found %}
        <li>{{ employer.member_number }} – {{ employer.name_ar }}</li>
      {% endfor %}
    </ul>
  </body>
</html>
"""


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Employer(db.Model):  # type: ignore[name-defined]
    """What the bare page reads of an employer."""

    __tablename__ = "employers"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_number: Mapped[str]
    name_ar: Mapped[str]
    name_fr: Mapped[str]


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BARE_DATABASE"]
    # As from a folder, and compiled once.
    app.jinja_loader = DictLoader({"page.html": PAGE})
    db.init_app(app)
    selects = int(os.environ["BARE_SELECTS"])

    @app.get("/")
    def page() -> str:
        found = [
            db.session.scalars(select(Employer).where(Employer.id == number + 1)).one()
            for number in range(selects)
        ]
        return render_template("page.html", found=found)

    return app
