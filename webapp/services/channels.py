"""The channels and their terms: how files are written, how they travel, by when, how large.

How files are written holds for what is frozen from then on: a frozen file keeps its layout and its
names. How they travel and by when holds at once, for it is the bank that has changed it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from webapp.banking.layouts import layout_named, layouts
from webapp.domain.channel_terms import ChannelTerms, SftpServer, TransportKind
from webapp.domain.errors import NotFound
from webapp.domain.rules import CollectionRules
from webapp.models import Channel, Subject
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

LONGEST_CAUSE = 60


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """A channel and its terms; of its account nothing."""

    code: str
    institution_fr: str
    institution_ar: str
    terms: ChannelTerms


def layout_names() -> list[str]:
    """The layouts that a channel can take, the default first."""
    return list(layouts())


def list_channels(session: Session) -> list[ChannelShown]:
    """All channels in the order of their codes."""
    with reading(session):
        rows = session.execute(select(*_SHOWN).order_by(Channel.code)).all()
    return [_shown(row) for row in rows]


def find_channel(session: Session, code: str) -> ChannelShown:
    """The channel of that code. Raises NotFound."""
    with reading(session):
        row = session.execute(select(*_SHOWN).where(Channel.code == code)).first()
    if row is None:
        raise NotFound(kind="channel", reference=code)
    return _shown(row)


def change_channel(
    session: Session, day: WorkingDay, staff_id: int, code: str, terms: ChannelTerms
) -> Sequence[str]:
    """Give a channel other terms; return the names of those that changed.

    An event tells each of them and who changed it. Raises NotFound, and InvalidChannel and
    UnsupportedMessage for terms that are none.
    """
    check_terms(terms, day.rules)
    wanted = columns_of(terms)
    mine = Channel.code == code
    with transaction(session):
        columns = [getattr(Channel, name) for name in wanted]
        before = session.execute(select(*columns).where(mine).with_for_update()).first()
        if before is None:
            raise NotFound(kind="channel", reference=code)
        changed = [name for name in wanted if wanted[name] != getattr(before, name)]
        if changed:
            session.execute(
                update(Channel).where(mine).values({name: wanted[name] for name in changed})
            )
        for name in changed:
            what = f"{code}_{name}_{_told(name, wanted[name])}"[:LONGEST_CAUSE]
            record(session, day, Subject.STAFF, [staff_id], None, "channel_changed", what)
    return changed


def check_terms(terms: ChannelTerms, rules: CollectionRules) -> None:
    """Raise InvalidChannel, or UnsupportedMessage for a layout that there is not."""
    layout_named(terms.layout)
    terms.check(rules)


def columns_of(terms: ChannelTerms) -> dict[str, Any]:
    """The columns of a channel with these terms; without a server, those of a server are empty."""
    server = terms.server or SftpServer("", 22, "", "", "")
    return {
        "message_format": terms.layout,
        "name_profile": terms.names,
        "transport": terms.transport,
        "sftp_host": server.host,
        "sftp_port": server.port,
        "sftp_user": server.user,
        "sftp_folder": server.folder,
        "sftp_host_key": server.host_key,
        "lead_days": terms.lead_days,
        "cut_off": terms.cut_off,
        "file_limit": terms.file_limit,
    }


_SHOWN = (
    Channel.code,
    Channel.institution_fr,
    Channel.institution_ar,
    Channel.message_format,
    Channel.name_profile,
    Channel.transport,
    Channel.sftp_host,
    Channel.sftp_port,
    Channel.sftp_user,
    Channel.sftp_folder,
    Channel.sftp_host_key,
    Channel.lead_days,
    Channel.cut_off,
    Channel.file_limit,
)


def _shown(row: Row[*tuple[Any, ...]]) -> ChannelShown:
    server = SftpServer(
        row.sftp_host, row.sftp_port, row.sftp_user, row.sftp_folder, row.sftp_host_key
    )
    return ChannelShown(
        row.code,
        row.institution_fr,
        row.institution_ar,
        ChannelTerms(
            row.message_format,
            row.name_profile,
            server if row.transport is TransportKind.SFTP else None,
            row.lead_days,
            row.cut_off,
            row.file_limit,
        ),
    )


def _told(name: str, value: object) -> str:
    """A term as an event tells it: of a host key, which would not fit, the first of its digest."""
    if name == "sftp_host_key":
        return hashlib.sha256(str(value).encode()).hexdigest()[:16]
    return str(value)
