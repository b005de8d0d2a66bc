"""What every installation starts from: wilayas, rates, closed days, agencies, channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.adapters.public_holidays import algerian_holidays
from webapp.adapters.vault import Vault
from webapp.data.loader import load_late_rules, load_rates, load_wilayas
from webapp.domain.channel_terms import DEFAULT_LAYOUT, ChannelTerms, NameProfile, SftpServer
from webapp.domain.errors import ChannelTaken
from webapp.domain.rules import CollectionRules
from webapp.models import (
    Agency,
    Channel,
    ChannelRoute,
    ClosedDay,
    ContributionRate,
    LateKind,
    LateRule,
    Wilaya,
)
from webapp.services.channels import check_terms, columns_of
from webapp.services.mandates import EVERY_OTHER_BANK
from webapp.services.sets import insert_ignoring
from webapp.services.transactions import transaction

POSTAL_BANK = "007"


@dataclass(frozen=True, slots=True)
class NewChannel:
    """One of the fund's collecting accounts; `banks` are the payers' banks that go through it."""

    code: str
    institution_fr: str
    institution_ar: str
    creditor_agent: str
    creditor_account: str
    banks: tuple[str, ...]
    creditor_name: str = "CACOBATPH"
    creditor_identifier: str = "DZ-CACOBATPH"
    file_limit: int = 25_000
    lead_days: int = 1
    cut_off: time = time(12, 0)
    layout: str = DEFAULT_LAYOUT
    names: NameProfile = NameProfile.AS_WRITTEN
    server: SftpServer | None = None

    @property
    def terms(self) -> ChannelTerms:
        """What an administrator may change later."""
        return ChannelTerms(
            self.layout, self.names, self.server, self.lead_days, self.cut_off, self.file_limit
        )


def load_reference_data(session: Session, years: Iterable[int]) -> None:
    """Add the wilayas, the rates, the rules of being late, the closed days of those years and an
    agency per wilaya where missing.

    What staff have changed or removed meanwhile in rows that exist stays as it is.
    """
    holidays = [
        {
            "day": holiday.day,
            "name_fr": holiday.name_fr,
            "name_ar": holiday.name_ar,
            "estimated": holiday.estimated,
        }
        for holiday in algerian_holidays(years)
    ]
    rates = [
        {
            "valid_from": rate.valid_from,
            "leave": rate.leave,
            "weather_employer": rate.weather_employer,
            "weather_worker": rate.weather_worker,
        }
        for rate in load_rates()
    ]
    late_rules = [
        {
            "kind": LateKind(rule.kind),
            "valid_from": rule.valid_from,
            "valid_until": rule.valid_until,
            "at_once": rule.at_once,
            "monthly": rule.monthly,
        }
        for rule in load_late_rules()
    ]
    agencies = [
        {
            "code": f"A{wilaya.code}",
            "name_fr": f"Agence de {wilaya.name_fr}",
            "name_ar": f"وكالة ولاية {wilaya.name_ar}",
            "wilaya_code": wilaya.code,
        }
        for wilaya in load_wilayas().values()
    ]
    wilayas = [asdict(wilaya) for wilaya in load_wilayas().values()]
    with transaction(session):
        for model, rows in (
            (Wilaya, wilayas),
            (ClosedDay, holidays),
            (ContributionRate, rates),
            (LateRule, late_rules),
            (Agency, agencies),
        ):
            session.execute(insert_ignoring(session, model), rows)


def open_channel(session: Session, vault: Vault, new: NewChannel) -> bool:
    """Add a collecting channel with the banks it takes; False when its code is known already.

    Raises ChannelTaken when another channel has that account or takes one of those banks, and
    InvalidChannel and UnsupportedMessage for terms that are none.
    """
    check_terms(new.terms, CollectionRules())
    with transaction(session):
        if session.scalar(select(Channel.id).where(Channel.code == new.code)) is not None:
            return False
        banks = new.banks or (EVERY_OTHER_BANK,)
        index = vault.blind_index(new.creditor_account)
        taken = or_(
            Channel.creditor_account_index == index,
            Channel.id.in_(
                select(ChannelRoute.channel_id).where(ChannelRoute.bank_code.in_(banks))
            ),
        )
        other = session.scalar(select(Channel.code).where(taken).limit(1))
        if other is not None:
            raise ChannelTaken(channel=other)
        channel = Channel(
            code=new.code,
            institution_fr=new.institution_fr,
            institution_ar=new.institution_ar,
            creditor_name=new.creditor_name,
            creditor_identifier=new.creditor_identifier,
            creditor_agent=new.creditor_agent,
            creditor_account=vault.seal(new.creditor_account, f"channel:{new.code}"),
            creditor_account_index=index,
            **columns_of(new.terms),
        )
        session.add(channel)
        session.flush()
        session.add_all(ChannelRoute(bank_code=bank, channel_id=channel.id) for bank in banks)
    return True
