"""Reads the reports of mail servers (RFC 3464), and tells which of our mails did not arrive."""

from __future__ import annotations

import email
import mailbox
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from pathlib import Path
from typing import Final

LARGEST: Final = 1024 * 1024
MESSAGE_ID: Final = re.compile(r"<([A-Za-z0-9._-]{1,80})@[^<>\s]{1,200}>")


def read_bounces(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Of each mail in a Maildir that reports a final failure: its key, our reference, the status.

    Anything else is passed over: reports of delays, answers of people, and what is no mail.
    """
    for key, message in _mails(folder):
        failed = failure_in(message)
        if failed is not None:
            yield key, *failed


def forget_bounce(folder: Path, key: str) -> None:
    """Delete a report that was recorded."""
    mailbox.Maildir(folder, create=False).remove(key)


def failure_in(raw: bytes) -> tuple[str, str] | None:
    """The reference of our message that finally failed, and the status that was given."""
    if len(raw) > LARGEST:
        return None
    report = email.message_from_bytes(raw)
    status, original = None, None
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _final_failure(part)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            original = original or _our_reference(part)
    return (original, status) if status and original else None


def _mails(folder: Path) -> Iterator[tuple[str, bytes]]:
    box = mailbox.Maildir(folder, create=False)
    for key in sorted(box.keys()):
        with suppress(KeyError, OSError):
            yield key, box.get_bytes(key)


def _final_failure(part: Message) -> str | None:
    """The status of the first addressee whose delivery failed for good: 5.x.x."""
    for block in part.walk():
        action = str(block.get("Action", "")).strip().lower()
        status = str(block.get("Status", "")).strip()[:10]
        if action == "failed" and status.startswith("5"):
            return status
    return None


def _our_reference(part: Message) -> str | None:
    content = part.get_payload()
    original = content[0] if isinstance(content, list) and content else None
    if not isinstance(original, Message):
        original = email.message_from_string(str(content))
    found = MESSAGE_ID.search(str(original.get("Message-ID", "")))
    return found[1] if found else None
