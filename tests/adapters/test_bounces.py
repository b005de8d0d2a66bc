"""Reports of mail servers: final failures of our own mails are read, and nothing else."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.adapters.bounces import failure_in, forget_bounce, read_bounces

REPORT = b"""\
From: MAILER-DAEMON@relay.example
To: no-reply@cacobatph.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; chef@entreprise.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--x
Content-Type: message/rfc822

From: no-reply@cacobatph.example
To: chef@entreprise.example
Subject: x
Message-ID: <KM-4F7Q-261130-1.1@cacobatph.example>

Bonjour
--x--
"""


def test_a_final_failure_names_our_message_and_the_status() -> None:
    assert failure_in(REPORT) == ("KM-4F7Q-261130-1.1", "5.1.1")


def test_headers_alone_are_enough() -> None:
    report = REPORT.replace(b"message/rfc822", b"text/rfc822-headers")
    assert failure_in(report) == ("KM-4F7Q-261130-1.1", "5.1.1")


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (b"Action: failed", b"Action: delayed"),
        (b"Status: 5.1.1", b"Status: 4.4.7"),
        (b"Message-ID: <KM-4F7Q-261130-1.1@cacobatph.example>", b"Message-ID: <>"),
        (b"Message-ID: <KM-4F7Q-261130-1.1@cacobatph.example>", b"Message-ID: <a b@c>"),
        (b"message/delivery-status", b"text/plain"),
        (b"message/rfc822", b"text/plain"),
    ],
)
def test_what_proves_no_failure_of_ours_is_passed_over(part: bytes, other: bytes) -> None:
    assert part in REPORT
    assert failure_in(REPORT.replace(part, other)) is None


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"Subject: hello\n\nhello", b"x" * 2_000_000])
def test_what_is_no_report_is_passed_over(raw: bytes) -> None:
    assert failure_in(raw) is None


@given(st.binary(max_size=300), st.integers(0, len(REPORT)))
def test_no_bytes_break_the_reader(noise: bytes, place: int) -> None:
    failure_in(REPORT[:place] + noise + REPORT[place:])


def test_reports_lie_in_a_maildir_until_they_are_forgotten(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "bounces")
    for raw in (REPORT, b"Subject: hello\n\nhello"):
        box.add(raw)
    ((key, reference, status),) = read_bounces(tmp_path / "bounces")
    assert (reference, status) == ("KM-4F7Q-261130-1.1", "5.1.1")
    forget_bounce(tmp_path / "bounces", key)
    assert list(read_bounces(tmp_path / "bounces")) == []
    assert len(box) == 1
