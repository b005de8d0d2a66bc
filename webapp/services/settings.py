"""What an employer chooses: where codes and notices go, and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoSuchContact
from webapp.models import Employer, Language, NoticeChannel, Subject
from webapp.services.codes import masked_address
from webapp.services.events import record
from webapp.services.outbox import CONTACT, Addressee, contact_of, queue
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Choices:
    """Where codes and notices go, and in which language notices are."""

    codes: NoticeChannel
    notices: NoticeChannel
    language: Language


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices as they are, and the contacts on file, masked; empty where there is none."""

    choices: Choices
    phone: str
    email: str


def settings_of(session: Session, employer_id: int) -> Settings:
    """What the employer has chosen."""
    with reading(session):
        row = session.execute(
            select(*CONTACT, Employer.language).where(Employer.id == employer_id)
        ).one()
    codes, _ = contact_of(row)
    return Settings(
        choices=Choices(codes, row.notice_channel, row.language),
        phone=masked_address(NoticeChannel.SMS, row.phone) if row.phone else "",
        email=masked_address(NoticeChannel.EMAIL, row.email) if row.email else "",
    )


def choose(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, choices: Choices
) -> None:
    """Take over what the employer chose; nothing happens when nothing changes.

    Whoever took over one of the contacts must not be able to silence the other: when codes or
    notices go elsewhere, every contact on file is told. Raises NoSuchContact for a way that leads
    nowhere.
    """
    with transaction(session):
        before = session.execute(
            select(*CONTACT, Employer.language).where(Employer.id == employer_id).with_for_update()
        ).one()
        ways = {NoticeChannel.SMS: before.phone, NoticeChannel.EMAIL: before.email}
        for channel in (choices.codes, choices.notices):
            if not ways.get(channel, "the portal is always there"):
                raise NoSuchContact(channel=channel.value)
        known = Choices(contact_of(before)[0], before.notice_channel, before.language)
        if choices == known:
            return
        session.execute(
            update(Employer)
            .where(Employer.id == employer_id)
            .values(
                code_channel=choices.codes,
                notice_channel=choices.notices,
                language=choices.language,
            )
            .execution_options(synchronize_session=False)
        )
        record(session, day, Subject.EMPLOYER, [employer_id], None, "changed", "settings_changed")
        if (choices.codes, choices.notices) == (known.codes, known.notices):
            return
        for channel, address in ways.items():
            if address:
                to = Addressee(channel, before.language, address, employer_id=employer_id)
                queue(session, day, vault, to, "settings_changed", {"on": day.today})
