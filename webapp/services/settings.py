"""What an employer chooses: where codes and notices go, in which language, and what is wished."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoSuchContact
from webapp.models import Employer, Language, NoticeChannel, Subject
from webapp.services.codes import masked_address
from webapp.services.events import record
from webapp.services.outbox import CONTACT, Addressee, contact_of, queue
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

CHOICES = (*CONTACT, Employer.language, Employer.quiet, Employer.told_of_looks)


@dataclass(frozen=True, slots=True)
class Choices:
    """Where codes and notices go, in which language notices are, and which messages are wished.

    quiet          only what the law and the debit need is sent (domain/tellings.py)
    told_of_looks  when one of the staff sees the whole account number, they are told
    """

    codes: NoticeChannel
    notices: NoticeChannel
    language: Language
    quiet: bool = False
    told_of_looks: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices as they are, and the contacts on file, masked; empty where there is none."""

    choices: Choices
    phone: str
    email: str


def settings_of(session: Session, employer_id: int) -> Settings:
    """What the employer has chosen."""
    with reading(session):
        row = session.execute(select(*CHOICES).where(Employer.id == employer_id)).one()
    return Settings(
        choices=_choices(row),
        phone=masked_address(NoticeChannel.SMS, row.phone) if row.phone else "",
        email=masked_address(NoticeChannel.EMAIL, row.email) if row.email else "",
    )


def _choices(row: Row[*tuple[object, ...]]) -> Choices:
    codes, _ = contact_of(row)
    return Choices(codes, row.notice_channel, row.language, row.quiet, row.told_of_looks)


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
            select(*CHOICES).where(Employer.id == employer_id).with_for_update()
        ).one()
        ways = {NoticeChannel.SMS: before.phone, NoticeChannel.EMAIL: before.email}
        for channel in (choices.codes, choices.notices):
            if not ways.get(channel, "the portal is always there"):
                raise NoSuchContact(channel=channel.value)
        known = _choices(before)
        if choices == known:
            return
        session.execute(
            update(Employer)
            .where(Employer.id == employer_id)
            .values(
                code_channel=choices.codes,
                notice_channel=choices.notices,
                language=choices.language,
                quiet=choices.quiet,
                told_of_looks=choices.told_of_looks,
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
