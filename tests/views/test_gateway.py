"""What the gateway of SMS reports: taken from who shows the password, and from nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import builders
from tests.services.collecting import ANNOUNCING
from tests.views.browser import Site
from webapp.config import Config, Gateway
from webapp.domain.statuses import DebitStatus
from webapp.models import Event, HoldReason, Message, MessageStatus
from webapp.services.locking import run_lock
from webapp.services.outbox import tell
from webapp.services.transactions import transaction

PASSWORD = "a password that only the gateway knows"
Fields = dict[str, object]


@pytest.fixture
def reporting(site: Site) -> Iterator[Site]:
    """The site with a gateway that may report."""
    config: Config = site.app.config["KHATWA"]
    gateway = Gateway(url="https://sms.example", sender="X", report_password=PASSWORD)
    site.app.config["KHATWA"] = replace(config, sms_gateway=gateway)
    yield site
    site.app.config["KHATWA"] = config


def report(site: Site, password: str | None = PASSWORD, **fields: object) -> TestResponse:
    site.office.rollback()
    auth = None if password is None else ("gateway", password)
    return site.app.test_client().post("/gateway/sms-report", data=fields, auth=auth)


def lost_message(site: Site) -> str:
    owner = builders.employer(site.office)
    day = builders.working_day(site.office, ANNOUNCING)
    with transaction(site.office):
        tell(site.office, day, builders.VAULT, owner.id, "mandate_revoked", {})
        message = site.office.scalars(select(Message)).one()
        message.status = MessageStatus.ACCEPTED
        return message.reference


def status_of(site: Site, reference: str) -> MessageStatus:
    site.office.expire_all()
    found = site.office.scalars(select(Message.status).where(Message.reference == reference)).one()
    site.office.rollback()
    return found


@pytest.mark.parametrize("shape", ["form", "json"])
def test_a_message_that_did_not_arrive_is_recorded_however_often_it_is_told(
    reporting: Site, shape: str
) -> None:
    reference = lost_message(reporting)
    told = {"reference": reference, "status": "UNDELIV", "error": "011"}
    client = reporting.app.test_client()
    for _ in range(2):
        body: Fields = {"json": told} if shape == "json" else {"data": told}
        response = client.post("/gateway/sms-report", auth=("x", PASSWORD), **body)  # type: ignore[arg-type]
        assert (response.status_code, response.data) == (204, b"")
    assert status_of(reporting, reference) is MessageStatus.BOUNCED
    assert reporting.office.scalars(select(Message.answer)).one() == "undeliv 011"


def test_a_notice_that_did_not_arrive_holds_its_debit(reporting: Site) -> None:
    reporting.desk.file_one()
    reporting.desk.run(ANNOUNCING)
    (debit,) = reporting.desk.debits()
    response = report(reporting, reference=f"{debit.reference}.1", status="failed")
    assert response.status_code == 204
    (debit,) = reporting.desk.debits()
    assert (debit.status, debit.hold_reason) == (
        DebitStatus.HELD,
        HoldReason.NOTICE_NOT_DELIVERED,
    )
    last = reporting.office.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last is not None
    assert (last.actor, last.target) == ("gateway", "held")


@pytest.mark.parametrize("status", ["DELIVRD", "ENROUTE", "ACCEPTD"])
def test_other_reports_are_taken_and_change_nothing(reporting: Site, status: str) -> None:
    reference = lost_message(reporting)
    assert report(reporting, reference=reference, status=status).status_code == 204
    assert status_of(reporting, reference) is MessageStatus.ACCEPTED


def test_a_report_about_nothing_of_ours_is_not_asked_for_again(reporting: Site) -> None:
    assert report(reporting, reference="nobody-s", status="failed").status_code == 204


@pytest.mark.parametrize(
    "fields", [{}, {"reference": "x"}, {"status": "failed"}, {"reference": "\0", "status": "x"}]
)
def test_what_is_no_report_is_refused(reporting: Site, fields: Fields) -> None:
    assert report(reporting, **fields).status_code == 400


@pytest.mark.parametrize("body", ["[]", "{", "7", '"x"', "null"])
def test_json_that_is_no_report_is_refused(reporting: Site, body: str) -> None:
    response = reporting.app.test_client().post(
        "/gateway/sms-report",
        data=body,
        content_type="application/json",
        auth=("x", PASSWORD),
    )
    assert response.status_code == 400


@pytest.mark.parametrize("password", [None, "", "wrong", "ش", PASSWORD[:-1]])
def test_without_the_password_nothing_is_taken(reporting: Site, password: str | None) -> None:
    reference = lost_message(reporting)
    response = report(reporting, password, reference=reference, status="failed")
    assert response.status_code == 401
    assert "Basic" in response.headers["WWW-Authenticate"]
    assert status_of(reporting, reference) is MessageStatus.ACCEPTED


def test_where_no_gateway_may_report_there_is_no_such_page(site: Site) -> None:
    for password in (None, "", PASSWORD):
        assert report(site, password, reference="x", status="failed").status_code == 404


def test_while_a_run_decides_the_gateway_is_told_to_come_again(reporting: Site) -> None:
    reference = lost_message(reporting)
    config: Config = reporting.app.config["KHATWA"]
    with run_lock(reporting.office, config.home, wait=False):
        response = report(reporting, reference=reference, status="failed")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert status_of(reporting, reference) is MessageStatus.ACCEPTED
