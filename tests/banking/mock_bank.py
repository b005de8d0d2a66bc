"""The independent bank of the package mock-bank, inside the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mockbank import accounts, direct_debit, outbox
from mockbank.server import Config
from mockbank.state import State

from tests.banking.messages import CREDITOR_ACCOUNT


class MockBank:
    """A bank that holds the fund's account, on Tuesday 27 October 2026 in the morning."""

    def __init__(self) -> None:
        self.state = State(Config(clock="2026-10-27T09:00", quiet=True))
        accounts.create(
            self.state.conn,
            "FUND",
            {"iban": CREDITOR_ACCOUNT, "currency": "DZD", "name": "CACOBATPH"},
        )

    def receive(self, file: bytes) -> dict[str, Any]:
        """What the bank answers on the spot to a file that it is given."""
        answer: dict[str, Any] = self.state.receive(file)[0]
        return answer

    def refuse(self, end_to_end_id: str, reason: str) -> None:
        """The debtor's bank says no: before settlement a refusal, afterwards a return."""
        collection, unsettled = direct_debit.refuse(
            self.state.conn, self.state.clock, self.state.now(), end_to_end_id, {"reason": reason}
        )
        if unsettled:
            outbox.queue_refusal(self.state.conn, collection, self.state.now())
        self.state.release()

    def pass_days(self, days: int) -> None:
        """Let so many days go by; what falls due in them is booked and reported."""
        self.state.clock.advance(days=days)

    def messages(self, kind: str) -> list[bytes]:
        """The messages of a kind ("camt.054") that the bank has sent since last asked."""
        rows = outbox.collect(self.state.conn, self.state.now(), kind=kind)
        return [row["body"].encode() for row in rows]


@contextmanager
def mock_bank() -> Iterator[MockBank]:
    bank = MockBank()
    try:
        yield bank
    finally:
        bank.state.close()
