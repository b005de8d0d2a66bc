"""Reads pain.002: what a bank says about a file of ours, about its batch, and about each debit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lxml import etree

from webapp.banking.answer_records import AnswerEntry, AnswerHeader, AnswerLevel
from webapp.banking.original_transaction import original_creditor_account, original_mandate
from webapp.banking.xml_stream import (
    MessageStream,
    is_header,
    is_inside,
    let_go,
    local_name,
    raw_bytes,
    remembered,
)
from webapp.banking.xml_values import (
    amount_at,
    fault_in,
    find_all,
    instant_at,
    reason_in,
    reference_at,
    required_reference_at,
    text_at,
)
from webapp.domain.errors import UnreadableMessage

GROUP, BATCH, TRANSACTION = "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts"
AMOUNTS = ("OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/IntrBkSttlmAmt")


class Pain002Reader:
    """One pain.002: its header, then the statuses it tells, from the file down to each debit.

    A status is told at the level where the bank states it. A transaction without a status of its
    own has the one of its batch, or of the whole. The numbers in the message count the original
    file, of which a bank may list a part only, so they are no totals to check.
    """

    def __init__(self, message: MessageStream) -> None:
        self._message = message
        self._events = message.ended("GrpHdr", GROUP, BATCH, TRANSACTION)
        self._position = 0
        self._header: etree._Element | None = None
        self._original: str | None = None
        self._group_status: str | None = None
        # The batch whose transactions are being read: its reference and status.
        self._batch: tuple[str | None, str | None] | None = None

    def header(self) -> AnswerHeader:
        """The message's header. Raises UnreadableMessage where it has none."""
        for name, element in self._events:
            if is_header(name, element):
                self._header = remembered(element)
                continue
            self._events = chain([(name, element)], self._events)
            if name == GROUP:
                self._original = reference_at(element, "OrgnlMsgId")
            break
        if self._header is None:
            raise UnreadableMessage(line=1, detail="GrpHdr is missing")
        return AnswerHeader(
            message_name=self._message.name,
            version=self._message.version,
            message_id=required_reference_at(self._header, "MsgId"),
            created_at=instant_at(self._header, "CreDtTm"),
            original_message_id=self._original,
            account=None,
        )

    def entries(self) -> Iterator[AnswerEntry]:
        """The statuses in the order of the file. Raises UnreadableMessage."""
        seen_group = False
        for name, element in self._events:
            if name == GROUP:
                seen_group = True
                self._group_status = text_at(element, "GrpSts")
                if self._group_status:
                    yield self._entry(AnswerLevel.GROUP, element, self._group_status)
            elif name == TRANSACTION:
                batch = element.getparent()
                if batch is not None and self._batch is None and is_inside(element, BATCH):
                    yield from self._open_batch(batch)
                yield self._transaction(element)
                let_go(element)
            elif name == BATCH:
                if self._batch is None:
                    yield from self._open_batch(element)
                self._batch = None
                let_go(element)
        if not seen_group and self._header is not None:
            raise fault_in(self._header, f"no {GROUP} follows")

    def _open_batch(self, batch: etree._Element) -> Iterator[AnswerEntry]:
        """Read what a batch says of itself, which stands before its transactions."""
        status = text_at(batch, "PmtInfSts")
        self._batch = (reference_at(batch, "OrgnlPmtInfId"), status)
        if status:
            yield self._entry(AnswerLevel.BATCH, batch, status, _without_transactions(batch))

    def _transaction(self, element: etree._Element) -> AnswerEntry:
        status = text_at(element, "TxSts") or (self._batch and self._batch[1])
        return self._entry(AnswerLevel.TRANSACTION, element, status or self._group_status)

    def _entry(
        self, level: AnswerLevel, element: etree._Element, status: str | None, raw: bytes = b""
    ) -> AnswerEntry:
        self._position += 1
        amounts = filter(None, (amount_at(element, path) for path in AMOUNTS))
        amount, currency = next(amounts, (None, None))
        code, text = reason_in(*find_all(element, "StsRsnInf"))
        return AnswerEntry(
            position=self._position,
            level=level,
            raw=raw or raw_bytes(element),
            end_to_end_id=reference_at(element, "OrgnlEndToEndId"),
            original_message_id=self._original or (self._batch and self._batch[0]),
            status_code=status,
            amount=amount,
            currency=currency,
            reason_code=code,
            reason_text=text,
            account=original_creditor_account(element),
            mandate_reference=original_mandate(element),
        )


def _without_transactions(batch: etree._Element) -> bytes:
    """What a batch says of itself, as the bank wrote it."""
    told = (raw_bytes(part) for part in batch if local_name(part) != TRANSACTION)
    return b"<%b>%b</%b>" % (BATCH.encode(), b"".join(told), BATCH.encode())
