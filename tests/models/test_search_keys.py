"""Employers of before the search are found as well: their keys are filled in by the migration."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from sqlalchemy import text

from webapp import create_app
from webapp.config import TestConfig
from webapp.domain.name_sounds import sounds_of
from webapp.extensions import db

OLD_ROW = """
INSERT INTO employers (member_number, name_ar, name_fr, nif, signatory_name, language, periodicity,
                       notice_channel, phone, email, wilaya_code, agency_id)
VALUES (:number, 'ش.ذ.م.م أشغال', 'SARL Élan', '', '', 'ar', 'monthly', 'sms', '', '', '16', 1)
"""


def test_the_migration_fills_the_keys_and_goes_back(tmp_path: Path) -> None:
    app = create_app(TestConfig.under(tmp_path))
    with app.app_context():
        flask_migrate.upgrade(revision="0004")
        agency = "INSERT INTO agencies VALUES (1, '16', 'Alger', 'الجزائر', '16')"
        db.session.execute(text(agency))
        db.session.execute(text(OLD_ROW), [{"number": "1"}, {"number": "2"}])
        db.session.commit()
        flask_migrate.upgrade(revision="0005")
        keys = db.session.execute(text("SELECT search_ar, search_fr FROM employers")).all()
        db.session.commit()
        assert [tuple(row) for row in keys] == [("اشغال", "elan")] * 2
        flask_migrate.downgrade(revision="0004")
        flask_migrate.upgrade()
        db.engine.dispose()


def test_the_migration_fills_what_names_sound_like(tmp_path: Path) -> None:
    app = create_app(TestConfig.under(tmp_path))
    with app.app_context():
        flask_migrate.upgrade(revision="0004")
        db.session.execute(text("INSERT INTO agencies VALUES (1, '16', 'Alger', 'الجزائر', '16')"))
        db.session.execute(text(OLD_ROW), [{"number": "1"}, {"number": "2"}])
        db.session.commit()
        flask_migrate.upgrade()
        sounds = db.session.scalars(text("SELECT sounds FROM employers")).all()
        assert sounds == [sounds_of("ش.ذ.م.م أشغال", "SARL Élan")] * 2
        assert " aln " in sounds[0]
        db.session.commit()
        db.engine.dispose()
