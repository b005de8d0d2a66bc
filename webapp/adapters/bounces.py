"""Reads the reports of mail servers (RFC 3464), and tells which of our mails did not arrive.

Anybody may send mail to the address of the reports: nothing of it is trusted but the reference of
a mail of ours, which only who got that mail can know.
"""

from __future__ import annotations

import email
import mailbox
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Final

# The status and the first headers of our mail stand at the beginning; our mail, which some give
# back whole with its papers, does not matter.
READ: Final = 64 * 1024
MESSAGE_ID: Final = re.compile(r"<([A-Za-z0-9._-]{1,80})@[^<>\s]{1,200}>")
# A report has three parts, and one block for each addressee, of whom we have one.
MOST_PARTS: Final = 50


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that finally failed: the reference it had, and the status (5.1.1)."""

    key: str
    reference: str
    status: str


class Bounces:
    """The reports in one box; what is forgotten leaves it, everything else stays."""

    def __init__(self, box: mailbox.Mailbox[mailbox.Message]) -> None:
        self._box = box

    def __iter__(self) -> Iterator[Bounce]:
        """Each mail that reports a final failure of one of ours.

        Passed over are reports of delays, answers of people, and what is no mail.
        """
        for key in sorted(self._box.keys()):
            with suppress(KeyError, OSError):
                failed = failure_in(self._read(key))
                if failed is not None:
                    yield Bounce(key, *failed)

    def forget(self, bounce: Bounce) -> None:
        """Delete a report that was recorded."""
        self._box.discard(bounce.key)

    def _read(self, key: str) -> bytes:
        with self._box.get_file(key) as file:
            content: bytes = file.read(READ)
        return content


@contextmanager
def bounces_in(path: Path) -> Iterator[Bounces]:
    """The reports in a Maildir or, where `path` is a file, in an mbox; nobody else changes it."""
    box: mailbox.Mailbox[mailbox.Message] = (
        mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
    )
    box.lock()
    try:
        yield Bounces(box)
        box.flush()
    finally:
        box.close()


def failure_in(raw: bytes) -> tuple[str, str] | None:
    """The reference of our message that finally failed, and the status that was given."""
    try:
        return _failure_in(email.message_from_bytes(raw[:READ]))
    except (RecursionError, ValueError, LookupError):  # parts within parts, letters of no alphabet
        return None


def _failure_in(report: Message) -> tuple[str, str] | None:
    status, original = None, None
    for part in _parts(report):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _final_failure(part)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            original = original or _our_reference(part)
    return (original, status) if status and original else None


def _parts(message: Message) -> Iterator[Message]:
    return (part for _, part in zip(range(MOST_PARTS), message.walk(), strict=False))


def _final_failure(part: Message) -> str | None:
    """The status of the first addressee whose delivery failed for good: 5.x.x."""
    for block in _parts(part):
        action = str(block.get("Action", "")).strip().lower()
        status = re.match(r"\s*(5\.\d{1,3}\.\d{1,3})\b", str(block.get("Status", "")))
        if action == "failed" and status is not None:
            return status[1]
    return None


def _our_reference(part: Message) -> str | None:
    content = part.get_payload()
    original = content[0] if isinstance(content, list) and content else None
    if not isinstance(original, Message):
        decoded = part.get_payload(decode=True)
        if not isinstance(decoded, bytes):
            return None
        original = email.message_from_bytes(decoded)
    found = MESSAGE_ID.search(str(original.get("Message-ID", "")))
    return found[1] if found else None
