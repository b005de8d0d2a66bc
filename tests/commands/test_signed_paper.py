"""The paper of a signed authorisation goes by e-mail, with its account masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from pypdf import PdfReader

from tests import builders
from tests.adapters.mail_server import HOST, SENDER, Mailbox, serve
from tests.services.collecting import FILED
from webapp import create_app
from webapp.adapters.vault import load_vault
from webapp.config import MailServer, MessageRoute, TestConfig
from webapp.domain.rib import Rib
from webapp.extensions import db
from webapp.models import Language, NoticeChannel
from webapp.services.outbox import tell
from webapp.services.transactions import transaction


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    yield from serve(mailbox)


def test_the_paper_goes_with_the_mail(
    config: TestConfig, monkeypatch: pytest.MonkeyPatch, server: Controller, mailbox: Mailbox
) -> None:
    vault = load_vault(config.keys)
    monkeypatch.setattr(builders, "VAULT", vault)
    mail = MailServer(host=HOST, port=server.port, sender=SENDER, starttls=False)
    app = create_app(
        replace(
            config,
            messages=MessageRoute.SMTP,
            mail_server=mail,
            public_address="https://khatwa.example",
        )
    )
    account = Rib.of("001", "00123", "0023456789")
    with app.app_context():
        session = db.session()
        builders.foundations(session)
        day = builders.working_day(session, FILED)
        owner = builders.employer(
            session,
            language=Language.FRENCH,
            notice_channel=NoticeChannel.EMAIL,
            email="chef@example.dz",
        )
        reference = builders.mandate(session, day, owner, rib=account)
        told = {
            "reference": reference, "last4": "6789", "bank_code": "001", "on": FILED,
            "ceiling": None, "first_debit_on": None,
        }  # fmt: skip
        with transaction(session):
            tell(session, day, vault, owner.id, "mandate_signed", told)
    result = app.test_cli_runner().invoke(args=["send-messages"])
    with app.app_context():
        db.engine.dispose()
    assert "1 messages" in result.output, result.output
    (message,) = mailbox.mails
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and "Banque Nationale d'Algérie" in plain.get_content()
    assert html is not None and 'dir="ltr"' in html.get_content()
    (paper,) = message.iter_attachments()
    assert paper.get_filename() == f"khatwa-{reference}.pdf"
    (tmp := config.home / "x.pdf").write_bytes(paper.get_content())
    text = "".join(page.extract_text() for page in PdfReader(tmp).pages)
    assert "6789" in text and account.account not in text.replace(" ", "")
