"""A bank for tests of the use cases: it writes answers as files, each under a new message id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from tests.banking.messages import (
    CREDITOR_ACCOUNT,
    camt054,
    detail,
    document,
    element,
    entry,
    group_header,
    statement,
)

# What the entries of the builders say when a test does not.
BOOKED_ON = date(2026, 10, 29)


@dataclass
class Bank:
    """Writes one message per call into `folder` and returns its path."""

    folder: Path
    numbers: count[int] = field(default_factory=lambda: count(1))

    def status(
        self,
        file_reference: str,
        answers: dict[str, str],
        *,
        reason: str = "AM04",
        group: str = "PART",
    ) -> Path:
        """A pain.002 on a file: a code per EndToEndId, and one for the whole file."""
        transactions = [
            element(
                "TxInfAndSts",
                element("OrgnlEndToEndId", end_to_end_id),
                element("TxSts", code),
                _reason(reason) if code == "RJCT" else "",
            )
            for end_to_end_id, code in answers.items()
        ]
        body = element(
            "CstmrPmtStsRpt",
            group_header(message_id=self._id()),
            element(
                "OrgnlGrpInfAndSts",
                element("OrgnlMsgId", file_reference),
                element("OrgnlMsgNmId", "pain.008.001.08"),
                element("GrpSts", group),
                _reason(reason) if group == "RJCT" else "",
            ),
            element("OrgnlPmtInfAndSts", element("OrgnlPmtInfId", file_reference), *transactions)
            if transactions
            else "",
        )
        return self._write(document("pain.002.001.10", body))

    def settled(
        self,
        amounts: dict[str, int],
        *,
        account: str = CREDITOR_ACCOUNT,
        on: date = BOOKED_ON,
        times: int = 1,
    ) -> Path:
        """A camt.054 with a booked credit (centimes) per EndToEndId, or as many as `times` says."""
        return self._entries(amounts, "CRDT", account, on=on, times=times)

    def returned(
        self, amounts: dict[str, int], *, reason: str = "AM04", account: str = CREDITOR_ACCOUNT
    ) -> Path:
        """A camt.054 with a booked debit and its return reason per EndToEndId."""
        return self._entries(amounts, "DBIT", account, element("RtrInf", _code(reason)))

    def given_back(
        self, amounts: dict[str, int], reversal: str, *, account: str = CREDITOR_ACCOUNT
    ) -> Path:
        """A camt.054 with a booked debit that answers a reversal of the fund."""
        entries = [
            entry(
                dinars(centimes),
                detail(end_to_end_id, dinars=dinars(centimes), direction="DBIT", message=reversal),
                direction="DBIT",
                reversal="true",
            )
            for end_to_end_id, centimes in amounts.items()
        ]
        header = group_header(message_id=self._id())
        return self._write(camt054(statement(*entries, account=account), header=header))

    def _entries(
        self,
        amounts: dict[str, int],
        direction: str,
        account: str,
        *more: str,
        on: date = BOOKED_ON,
        times: int = 1,
    ) -> Path:
        entries = [
            entry(
                dinars(centimes),
                detail(end_to_end_id, *more, dinars=dinars(centimes), direction=direction),
                direction=direction,
                booked=element("Dt", f"{on}"),
            )
            for end_to_end_id, centimes in amounts.items()
            for _ in range(times)
        ]
        header = group_header(message_id=self._id())
        return self._write(camt054(statement(*entries, account=account), header=header))

    def _id(self) -> str:
        return f"BANK-{next(self.numbers):06}"

    def _write(self, content: bytes) -> Path:
        path = self.folder / f"answer-{next(self.numbers):06}.xml"
        path.write_bytes(content)
        return path


def dinars(centimes: int) -> str:
    return f"{centimes // 100}.{centimes % 100:02}"


def _code(reason: str) -> str:
    return element("Rsn", element("Cd", reason))


def _reason(reason: str) -> str:
    return element("StsRsnInf", _code(reason))
