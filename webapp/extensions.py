"""The extensions, made here and bound to an application in create_app()."""

from __future__ import annotations

from pathlib import Path

from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from webapp.models.base import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate(directory=str(Path(__file__).parent / "migrations"))
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
login_manager = LoginManager()
