"""E-mail to a server with a certificate, which asks for a password."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from webapp.adapters.messages import Delivery, SmtpMessenger

from .mail_server import HOST, NOTICE, SENDER, Mailbox, serve


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server(mailbox: Mailbox, certificate: Path) -> Iterator[Controller]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    yield from serve(
        mailbox,
        tls_context=tls,
        require_starttls=True,
        authenticator=mailbox.log_in,
        auth_required=True,
    )


def messenger_with(server: Controller, certificate: Path, password: str) -> SmtpMessenger:
    trusted = ssl.create_default_context(cafile=str(certificate))
    return SmtpMessenger(HOST, server.port, SENDER, user="khatwa", password=password, tls=trusted)


def test_a_message_travels_encrypted_under_our_name(
    server: Controller, certificate: Path, mailbox: Mailbox
) -> None:
    messenger = messenger_with(server, certificate, "a password")
    assert messenger.send(NOTICE) is Delivery.ACCEPTED
    assert messenger.send(NOTICE) is Delivery.ACCEPTED
    assert mailbox.logins == [b"khatwa"]
    messenger.close()


def test_a_wrong_password_is_no_employers_fault(server: Controller, certificate: Path) -> None:
    messenger = messenger_with(server, certificate, "another")
    assert messenger.send(NOTICE) is Delivery.LATER
    messenger.close()


def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    server: Controller, mailbox: Mailbox
) -> None:
    messenger = SmtpMessenger(HOST, server.port, SENDER, user="khatwa", password="a password")
    assert messenger.send(NOTICE) is Delivery.LATER
    assert mailbox.logins == []
    messenger.close()
