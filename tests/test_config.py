"""Settings come from the environment, and production refuses the unsafe ones by name."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from webapp import create_app
from webapp.config import DEFAULT_HOME, PROJECT, Config, Environment, MessageRoute, TestConfig
from webapp.domain.errors import UnsafeConfiguration
from webapp.extensions import db


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """An environment that production accepts; each test spoils one setting."""
    keys = tmp_path / "keys"
    keys.mkdir()
    return {
        "KHATWA_ENV": "production",
        "KHATWA_HOME": str(tmp_path / "home"),
        "KHATWA_KEYS": str(keys),
        "TRANSPORT_FOLDER": str(tmp_path / "to-the-bank"),
        "SECRET_KEY": "x" * 32,
        "DATABASE_URL": "postgresql://khatwa@db/khatwa",
        "MESSAGES": "smtp",
        "SMTP_HOST": "mail.example",
        "SMTP_SENDER": "khatwa@example",
        "SMS_URL": "https://gateway.example/send",
        "SMS_SENDER": "CACOBATPH",
        "PUBLIC_ADDRESS": "https://khatwa.example/",
    }


def test_without_settings_the_service_is_a_development_one_in_the_project_s_folder() -> None:
    config = Config.from_environment({})
    assert config.environment is Environment.DEVELOPMENT
    assert config.home == DEFAULT_HOME
    assert config.keys == PROJECT / "keys"
    assert config.messages is MessageRoute.FILE
    assert config.database_url == f"sqlite:///{DEFAULT_HOME}/database/khatwa.sqlite3"


def test_production_accepts_safe_settings(production: dict[str, str]) -> None:
    config = Config.from_environment(production)
    assert config.in_production
    assert config.mail_server is not None
    assert (config.mail_server.host, config.mail_server.port) == ("mail.example", 587)
    assert config.mail_server.starttls


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("KHATWA_HOME", ""),
        ("KHATWA_HOME", str(PROJECT / "instance")),
        ("KHATWA_KEYS", ""),
        ("KHATWA_KEYS", "{home}/keys"),
        ("KHATWA_KEYS", "{home}/../home/keys"),
        ("KHATWA_KEYS", str(PROJECT / "keys")),
        ("KHATWA_KEYS", "{home}-elsewhere/keys"),
        ("TRANSPORT_FOLDER", ""),
        ("MESSAGES", ""),
        ("MESSAGES", "file"),
        ("MESSAGES", "pigeon"),
        ("SMTP_HOST", ""),
        ("SMTP_SENDER", ""),
        ("SMTP_PORT", "many"),
        ("SMTP_STARTTLS", "0"),
        ("SMS_URL", ""),
        ("SMS_URL", "http://gateway.example/send"),
        ("SMS_URL", "gateway.example"),
        ("SMS_SENDER", ""),
        ("SMS_FORMAT", "xml"),
        ("SMS_REPORT_PASSWORD", "short"),
        ("PUBLIC_ADDRESS", ""),
        ("PUBLIC_ADDRESS", "http://khatwa.example"),
        ("DATABASE_URL", "mysql://db/khatwa"),
        ("KHATWA_ENV", "prod"),
    ],
)
def test_production_refuses_an_unsafe_setting_by_name(
    production: dict[str, str], setting: str, value: str
) -> None:
    production[setting] = value.format(home=production["KHATWA_HOME"])
    with pytest.raises(UnsafeConfiguration) as refusal:
        Config.from_environment(production)
    assert refusal.value.setting == setting


def test_keys_behind_a_link_into_the_home_are_refused(
    production: dict[str, str], tmp_path: Path
) -> None:
    hidden = Path(production["KHATWA_HOME"]) / "hidden"
    hidden.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(hidden)
    with pytest.raises(UnsafeConfiguration, match="KHATWA_KEYS"):
        Config.from_environment({**production, "KHATWA_KEYS": str(link)})


def test_secrets_are_not_shown(production: dict[str, str]) -> None:
    names = ("SMTP_PASSWORD", "SMS_PASSWORD", "SMS_REPORT_PASSWORD")
    passwords = dict.fromkeys(names, "open sesame" * 3)
    config = Config.from_environment(production | passwords)
    assert production["SECRET_KEY"] not in repr(config)
    assert "open sesame" not in repr(config)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg(scheme: str) -> None:
    config = Config.from_environment({"DATABASE_URL": f"{scheme}://khatwa:p%40ss@db:5432/khatwa"})
    assert config.database_url == "postgresql+psycopg://khatwa:p%40ss@db:5432/khatwa"


def test_the_home_is_open_to_its_owner_alone(tmp_path: Path) -> None:
    config = TestConfig.under(tmp_path)
    config.prepare_home()
    folders = [config.home, config.database_folder, config.outbox, config.inbox]
    for folder in [*folders, config.messages_folder]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_all_workers_of_a_development_machine_share_one_secret(tmp_path: Path) -> None:
    settings = {"KHATWA_HOME": str(tmp_path / "home")}
    secrets = []
    for _ in range(2):
        config = Config.from_environment(settings)
        config.prepare_home()
        secrets.append(config.for_flask()["SECRET_KEY"])
    assert secrets[0] == secrets[1]
    assert len(secrets[0]) == 64
    assert stat.S_IMODE((config.home / "secret_key").stat().st_mode) == 0o600


def test_cookies_of_production_are_bound_to_the_host_and_to_https(
    production: dict[str, str], tmp_path: Path
) -> None:
    production["DATABASE_URL"] = f"sqlite:///{tmp_path}/production.sqlite3"
    app = create_app(Config.from_environment(production))
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-khatwa"
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["SESSION_COOKIE_PATH"] == "/"
    assert app.config.get("SESSION_COOKIE_DOMAIN") is None
    response = app.test_client().get("/ar/", base_url="https://khatwa.example")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    with app.app_context():
        db.engine.dispose()


def test_a_development_machine_is_not_told_to_use_https(tmp_path: Path) -> None:
    app = create_app(TestConfig.under(tmp_path))
    assert "Strict-Transport-Security" not in app.test_client().get("/ar/").headers
