"""The code that opens a device at open days: made by one of the staff, good once for minutes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoLongerPossible, NotFound
from webapp.domain.roles import Scope
from webapp.domain.rules import DeviceRules
from webapp.models import Campaign, CampaignPlace, DeviceCode, DeviceMode, Subject
from webapp.services.events import record
from webapp.services.open_days.campaign_list import seen_by
from webapp.services.open_days.devices import digest_of_code
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

DIGITS: Final = 8


def make_device_code(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: DeviceRules,
    scope: Scope,
    campaign_id: int,
    staff_id: int,
    mode: DeviceMode,
    name: str,
    place_id: int | None,
) -> str:
    """Make the code of a device: eight digits, told this once, good for `rules.code_minutes`.

    Raises NotFound for open days at which this one of the staff does not work and for a place of
    others, and NoLongerPossible on a day that is none of theirs.
    """
    with transaction(session):
        campaign = session.scalar(
            select(Campaign).where(Campaign.id == campaign_id, seen_by(scope, staff_id))
        )
        if campaign is None:
            raise NotFound(kind="campaign", reference=str(campaign_id))
        _check_place(session, campaign_id, place_id)
        within = campaign.begins_on <= day.today <= campaign.ends_on
        if campaign.ended_at is not None or not within:
            raise NoLongerPossible(reference=campaign.reference)
        code = _new_code(session, vault)
        session.add(
            DeviceCode(
                campaign_id=campaign_id,
                place_id=place_id,
                staff_id=staff_id,
                mode=mode,
                name=name,
                code_hash=digest_of_code(vault, code),
                made_at=day.now,
                expires_at=day.now + timedelta(minutes=rules.code_minutes),
            )
        )
        session.flush()
        record(session, day, Subject.CAMPAIGN, [campaign_id], None, "device_code_made", mode)
    return code


def _check_place(session: Session, campaign_id: int, place_id: int | None) -> None:
    if place_id is None:
        return
    of_these = exists().where(
        CampaignPlace.id == place_id, CampaignPlace.campaign_id == campaign_id
    )
    if not session.scalar(select(of_these)):
        raise NotFound(kind="place", reference=str(place_id))


def _new_code(session: Session, vault: Vault) -> str:
    """Eight digits that no device has had."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        known = exists().where(DeviceCode.code_hash == digest_of_code(vault, code))
        if not session.scalar(select(known)):
            return code
