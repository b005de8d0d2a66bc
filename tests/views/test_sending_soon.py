"""A message leaves beside the pages: who asked for it does not wait, and a failure stops nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.views.browser import Browser, Site
from webapp import outside
from webapp.models import Employer, Message, MessageStatus
from webapp.outside import SENDERS

LONGEST_WAIT = 30.0


@pytest.fixture
def open_site(site: Site) -> Iterator[Site]:
    """The site as it is outside of tests."""
    site.app.testing = False
    yield site
    site.app.testing = True
    senders: ThreadPoolExecutor | None = site.app.extensions.pop(SENDERS, None)
    if senders is not None:
        senders.shutdown()


def all_sent(site: Site) -> None:
    senders: ThreadPoolExecutor = site.app.extensions.pop(SENDERS)
    senders.shutdown()


def status_of_the_message(site: Site) -> MessageStatus:
    site.office.rollback()
    return site.office.scalars(select(Message.status)).one()


def test_nobody_waits_for_the_provider_on_their_connection(
    open_site: Site, owner: Employer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go, send = threading.Event(), outside.send_message

    def slow(*arguments: object) -> bool:
        assert may_go.wait(LONGEST_WAIT)
        return send(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outside, "send_message", slow)
    visitor = open_site.browser()
    assert visitor.ask_for_code(owner.member_number).status_code == 302
    # The answer has been closed, and the next one comes, while the provider still thinks.
    visitor.open("sign-in/code")
    assert open_site.messages() == []
    may_go.set()
    all_sent(open_site)
    assert len(open_site.messages()) == 1
    assert status_of_the_message(open_site) is MessageStatus.ACCEPTED


def test_what_goes_wrong_beside_is_told_to_the_log_and_left_to_the_worker(
    open_site: Site,
    owner: Employer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(outside, "send_message", broken)
    assert open_site.browser().ask_for_code(owner.member_number).status_code == 302
    all_sent(open_site)
    assert "left to the worker" in caplog.text
    assert "nobody thought of this" in caplog.text
    assert status_of_the_message(open_site) is MessageStatus.QUEUED


def test_a_disk_that_is_full_is_no_error_of_the_page(
    site: Site, owner: Employer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> bool:
        raise OSError("no space left on device")

    monkeypatch.setattr(outside, "send_message", full)
    visitor: Browser = site.browser()
    assert visitor.ask_for_code(owner.member_number).status_code == 302
    assert "left to the worker" in caplog.text
    assert status_of_the_message(site) is MessageStatus.QUEUED
