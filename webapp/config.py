"""The settings of the service, read from the environment once, and refused by name when unsafe."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

from webapp.domain.errors import UnsafeConfiguration

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_HOME = PROJECT / "instance"
FOLDERS_OF_HOME = ("database", "outbox", "inbox", "messages", "scans")
SHORTEST_SECRET = 32

Choice = TypeVar("Choice", bound=StrEnum)


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class MessageRoute(StrEnum):
    """Where notices go: into files that anyone can read, or out through a mail server."""

    FILE = "file"
    SMTP = "smtp"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """Where SMS are handed over."""

    url: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    as_json: bool = False
    # What it shows when it reports what did not arrive; without one, no report is taken.
    report_password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Where the service writes, what it connects to, and how strict it is.

    `home` holds everything the service writes; `keys` must lie outside it, so that no copy of
    `home` (a backup, a disk) ever holds the keys of the accounts in it.
    """

    environment: Environment
    home: Path
    keys: Path
    transport_folder: Path
    database_url: str
    secret_key: str = field(repr=False)
    messages: MessageRoute = MessageRoute.FILE
    mail_server: MailServer | None = None
    sms_gateway: Gateway | None = None
    # How the service is reached from outside, for what is printed; without it, as it was asked.
    public_address: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings; raise UnsafeConfiguration for one that is wrong or unsafe."""
        given = {
            name: value.strip()
            for name, value in (os.environ if environ is None else environ).items()
            if value.strip()
        }
        environment = _one_of(Environment, given, "KHATWA_ENV", Environment.DEVELOPMENT)
        if environment is Environment.PRODUCTION:
            _refuse_what_is_missing(given)
        home = Path(given.get("KHATWA_HOME", DEFAULT_HOME)).resolve()
        keys = Path(given.get("KHATWA_KEYS", home.parent / "keys")).resolve()
        messages = _one_of(MessageRoute, given, "MESSAGES", MessageRoute.FILE)
        config = cls(
            environment=environment,
            home=home,
            keys=keys,
            transport_folder=Path(given.get("TRANSPORT_FOLDER", home / "delivered")).resolve(),
            database_url=database_url(given.get("DATABASE_URL", ""), home),
            secret_key=given.get("SECRET_KEY", ""),
            messages=messages,
            mail_server=_mail_server(given) if messages is MessageRoute.SMTP else None,
            sms_gateway=_sms_gateway(given) if "SMS_URL" in given else None,
            public_address=given.get("PUBLIC_ADDRESS", "").rstrip("/"),
        )
        if environment is Environment.PRODUCTION:
            _refuse_what_is_unsafe(config)
        return config

    @property
    def in_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def database_folder(self) -> Path:
        return self.home / "database"

    @property
    def outbox(self) -> Path:
        """The bank files as they were written."""
        return self.home / "outbox"

    @property
    def inbox(self) -> Path:
        """The banks' answers as they came."""
        return self.home / "inbox"

    @property
    def sftp_keys(self) -> Path:
        """The private keys that open the banks' SFTP servers, each named by its channel's code."""
        return (self.keys if self.keys.is_dir() else self.keys.parent) / "sftp"

    @property
    def messages_folder(self) -> Path:
        return self.home / "messages"

    @property
    def scans(self) -> Path:
        """The scans of signed papers, sealed."""
        return self.home / "scans"

    def prepare_home(self) -> None:
        """Create the folders of `home` that are missing, open to their owner alone."""
        for folder in (self.home, *(self.home / name for name in FOLDERS_OF_HOME)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def for_flask(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions read."""
        secure = self.in_production
        return {
            "KHATWA": self,
            "TESTING": self.environment is Environment.TESTING,
            "SECRET_KEY": self.secret_key or _secret_of_development(self.home),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # A cookie named __Host- is taken only over HTTPS, for this host and path /.
            "SESSION_COOKIE_NAME": "__Host-khatwa" if secure else "khatwa",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            # As long as the session: a form that stayed open is kept, not refused.
            "WTF_CSRF_TIME_LIMIT": None,
            "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        }


class TestConfig(Config):
    """A service of its own under one temporary folder, for tests."""

    __test__ = False

    @classmethod
    def under(cls, folder: Path, url: str = "") -> Self:
        """Settings for a test: home, keys and deliveries beside each other under `folder`."""
        home = folder / "instance"
        return cls(
            environment=Environment.TESTING,
            home=home,
            keys=folder / "keys",
            transport_folder=folder / "delivered",
            database_url=database_url(url, home),
            secret_key="a secret that protects nothing but a test",  # noqa: S106
        )


def database_url(given: str, home: Path) -> str:
    """The address for SQLAlchemy: PostgreSQL through psycopg, or the embedded SQLite in `home`."""
    if not given:
        return f"sqlite:///{home / 'database' / 'khatwa.sqlite3'}"
    scheme, separator, rest = given.partition("://")
    if scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg{separator}{rest}"
    if scheme in {"postgresql+psycopg", "sqlite"}:
        return given
    raise UnsafeConfiguration(
        setting="DATABASE_URL", why="only postgresql:// and sqlite:// are known"
    )


def _refuse_what_is_missing(given: Mapping[str, str]) -> None:
    for setting in (
        "SECRET_KEY", "KHATWA_HOME", "KHATWA_KEYS", "TRANSPORT_FOLDER", "PUBLIC_ADDRESS",
    ):  # fmt: skip
        if setting not in given:
            raise UnsafeConfiguration(setting=setting, why="production needs it to be given")


def _refuse_what_is_unsafe(config: Config) -> None:
    if len(config.secret_key) < SHORTEST_SECRET:
        raise UnsafeConfiguration(
            setting="SECRET_KEY", why=f"it is shorter than {SHORTEST_SECRET} characters"
        )
    if config.home.is_relative_to(PROJECT):
        raise UnsafeConfiguration(setting="KHATWA_HOME", why="it lies inside the program's folder")
    for folder, whose in ((config.home, "KHATWA_HOME"), (PROJECT, "the program's folder")):
        if config.keys.is_relative_to(folder):
            raise UnsafeConfiguration(setting="KHATWA_KEYS", why=f"it lies inside {whose}")
    if not config.keys.exists():
        raise UnsafeConfiguration(setting="KHATWA_KEYS", why="there is nothing at that path")
    if not config.public_address.startswith("https://"):
        raise UnsafeConfiguration(setting="PUBLIC_ADDRESS", why="it is no https:// address")
    if config.messages is MessageRoute.FILE:
        raise UnsafeConfiguration(
            setting="MESSAGES", why="notices would stay in files and reach nobody"
        )
    if config.sms_gateway is None:
        raise UnsafeConfiguration(setting="SMS_URL", why="codes and notices by SMS need a gateway")
    if not config.sms_gateway.url.startswith("https://"):
        raise UnsafeConfiguration(setting="SMS_URL", why="codes would travel unencrypted")
    if config.mail_server is not None and not config.mail_server.starttls:
        raise UnsafeConfiguration(setting="SMTP_STARTTLS", why="notices would travel unencrypted")


def _sms_gateway(given: Mapping[str, str]) -> Gateway:
    if "SMS_SENDER" not in given:
        raise UnsafeConfiguration(setting="SMS_SENDER", why="SMS_URL needs it")
    url = given["SMS_URL"]
    if not url.startswith(("https://", "http://")):
        raise UnsafeConfiguration(setting="SMS_URL", why="it is no http:// or https:// address")
    shape = given.get("SMS_FORMAT", "form")
    if shape not in {"form", "json"}:
        raise UnsafeConfiguration(setting="SMS_FORMAT", why="it must be one of form, json")
    report_password = given.get("SMS_REPORT_PASSWORD", "")
    if report_password and len(report_password) < SHORTEST_SECRET:
        raise UnsafeConfiguration(
            setting="SMS_REPORT_PASSWORD", why=f"it is shorter than {SHORTEST_SECRET} characters"
        )
    return Gateway(
        url=url,
        sender=given["SMS_SENDER"],
        user=given.get("SMS_USER", ""),
        password=given.get("SMS_PASSWORD", ""),
        as_json=shape == "json",
        report_password=report_password,
    )


def _mail_server(given: Mapping[str, str]) -> MailServer:
    for setting in ("SMTP_HOST", "SMTP_SENDER"):
        if setting not in given:
            raise UnsafeConfiguration(setting=setting, why="MESSAGES=smtp needs it")
    port = given.get("SMTP_PORT", "587")
    if not port.isascii() or not port.isdigit():
        raise UnsafeConfiguration(setting="SMTP_PORT", why="it is not a number")
    return MailServer(
        host=given["SMTP_HOST"],
        sender=given["SMTP_SENDER"],
        port=int(port),
        user=given.get("SMTP_USER", ""),
        password=given.get("SMTP_PASSWORD", ""),
        starttls=given.get("SMTP_STARTTLS", "1") != "0",
    )


def _one_of(
    choices: type[Choice], given: Mapping[str, str], setting: str, default: Choice
) -> Choice:
    word = given.get(setting, default)
    if word not in [choice.value for choice in choices]:
        raise UnsafeConfiguration(setting=setting, why=f"it must be one of {', '.join(choices)}")
    return choices(word)


def _secret_of_development(home: Path) -> str:
    """A random secret kept in `home`, so that all workers of a development machine share it."""
    kept = home / "secret_key"
    if not kept.exists():
        own = home / f".secret_key.{os.getpid()}"
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
        # Of several workers that start at once, the first link wins and all read its secret.
        with suppress(FileExistsError):
            kept.hardlink_to(own)
        own.unlink()
    return kept.read_text()
