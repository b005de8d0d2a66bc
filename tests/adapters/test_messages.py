"""Messages that go into files, nowhere, or by their channel to one messenger or another."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from webapp.adapters.messages import (
    Delivery,
    FileMessenger,
    Messenger,
    OutgoingMessage,
    PortalMessenger,
    RoutedMessenger,
)

DAY = date(2026, 10, 21)
NOTICE = OutgoingMessage(
    reference="D-4F7Q.1",
    channel="sms",
    language="ar",
    address="+213550000001",
    subject="",
    body="سيُقتطع 129\u00a0600,00\u00a0دج\nيوم 29/10/2026",
)


@pytest.fixture
def file_messenger(tmp_path: Path) -> FileMessenger:
    return FileMessenger(tmp_path, DAY)


def as_kept(message: OutgoingMessage) -> dict[str, object]:
    """Without the HTML, which says the same."""
    kept = asdict(message)
    del kept["html"]
    return kept


def lines_of(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_message_is_one_line_of_its_days_file(
    tmp_path: Path, file_messenger: FileMessenger
) -> None:
    again = replace(NOTICE, reference="D-4F7Q.2")
    assert file_messenger.send(NOTICE) is Delivery.ACCEPTED
    assert file_messenger.send(again) is Delivery.ACCEPTED
    file_messenger.close()

    path = tmp_path / "2026-10-21.jsonl"
    assert lines_of(path) == [as_kept(NOTICE), as_kept(again)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_run_of_the_day_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for _ in range(2):
        messenger = FileMessenger(tmp_path, DAY)
        messenger.send(NOTICE)
        messenger.close()
        messenger.close()
    assert len(lines_of(tmp_path / "2026-10-21.jsonl")) == 2


def test_a_messenger_that_sent_nothing_leaves_no_file(
    tmp_path: Path, file_messenger: FileMessenger
) -> None:
    file_messenger.close()
    assert list(tmp_path.iterdir()) == []


def test_a_message_without_an_address_is_refused(file_messenger: FileMessenger) -> None:
    assert file_messenger.send(replace(NOTICE, address="")) is Delivery.REFUSED
    assert file_messenger.send(replace(NOTICE, address="", channel="portal")) is Delivery.ACCEPTED
    file_messenger.close()


def test_each_message_goes_to_the_messenger_of_its_channel(tmp_path: Path) -> None:
    sms = FileMessenger(tmp_path, DAY)
    messenger: Messenger = RoutedMessenger({"sms": sms, "portal": PortalMessenger()})

    assert messenger.send(NOTICE) is Delivery.ACCEPTED
    assert messenger.send(replace(NOTICE, channel="portal", address="")) is Delivery.ACCEPTED
    messenger.close()
    assert [line["channel"] for line in lines_of(sms.path)] == ["sms"]


def test_a_channel_that_nobody_serves_refuses() -> None:
    assert RoutedMessenger({}).send(NOTICE) is Delivery.REFUSED
