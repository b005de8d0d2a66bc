"""Reports of mail servers: final failures of our own mails are read, and nothing else."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.adapters.bounces import READ, Bounce, bounces_in, failure_in

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
        (b"Status: 5.1.1", b"Status: 5"),
        (b"Status: 5.1.1", b"Status: 5.<script>"),
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


def nested(kind: bytes, depth: int) -> bytes:
    if kind == b"message/rfc822":
        return b"Content-Type: message/rfc822\n\n" * depth
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(depth)
    )


@pytest.mark.parametrize(
    "raw",
    [
        nested(b"message/rfc822", 5_000),
        nested(b"multipart/mixed", 3_000),
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n\n" * 100_000,
        b"Content-Type: message/delivery-status\n\n" + b"\n" * 500_000,
        b"Content-Type: " + b";a=b" * 100_000 + b"\n\n",
        b"Content-Type: multipart/mixed; boundary*0=a; boundary*9999=b\n\n",
        b"Content-Type: text/plain; charset=\xff\n\n",
    ],
    ids=["messages in messages", "parts in parts", "many parts", "many blocks", "one long header",
         "a boundary in pieces", "no alphabet"],
)  # fmt: skip
def test_mails_made_to_break_the_reader_do_not(raw: bytes) -> None:
    assert failure_in(raw) is None


def test_a_report_that_gives_back_the_whole_mail_with_its_papers_is_read() -> None:
    long = REPORT.replace(b"\nBonjour\n", b"\n" + b"JVBERi0xLjcK" * READ + b"\n")
    assert len(long) > 10 * READ
    assert failure_in(long) == ("KM-4F7Q-261130-1.1", "5.1.1")


def a_box(folder: Path, kind: str) -> Path:
    """A report and another mail, in a box of each kind."""
    path = folder / "bounces"
    box = mailbox.Maildir(path) if kind == "maildir" else mailbox.mbox(path)
    for raw in (b"Subject: hello\n\nhello", REPORT):
        box.add(raw)
    box.close()
    return path


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_reports_lie_in_a_box_until_they_are_forgotten_and_other_mail_stays(
    tmp_path: Path, kind: str
) -> None:
    path = a_box(tmp_path, kind)
    with bounces_in(path) as bounces:
        (bounce,) = bounces
        assert (bounce.reference, bounce.status) == ("KM-4F7Q-261130-1.1", "5.1.1")
    with bounces_in(path) as bounces:
        for bounce in bounces:
            bounces.forget(bounce)
    with bounces_in(path) as bounces:
        assert list(bounces) == []
    opened = mailbox.Maildir(path) if kind == "maildir" else mailbox.mbox(path)
    assert [mail["Subject"] for mail in opened] == ["hello"]
    opened.close()


def test_a_report_that_somebody_took_away_is_no_error(tmp_path: Path) -> None:
    path = a_box(tmp_path, "maildir")
    with bounces_in(path) as bounces:
        bounces.forget(Bounce("gone", "KM-1.1", "5.1.1"))
        for file in (path / "new").iterdir():
            file.unlink()
        assert list(bounces) == []
