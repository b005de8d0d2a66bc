"""Reads pacs.004, where a bank passes it on: debits that were paid and come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

from lxml import etree

from webapp.banking.answer_records import AnswerEntry, AnswerHeader, AnswerLevel
from webapp.banking.original_transaction import original_creditor_account, original_mandate
from webapp.banking.xml_stream import (
    MessageStream,
    is_header,
    is_inside,
    let_go,
    raw_bytes,
    remembered,
)
from webapp.banking.xml_values import (
    amount_at,
    count_at,
    day_at,
    decimal_centimes,
    find,
    find_all,
    instant_at,
    reason_in,
    reference_at,
    required_reference_at,
    text_at,
)
from webapp.domain.errors import TotalsDiffer, UnreadableMessage

BODY, ORIGINAL, TRANSACTION = "PmtRtr", "OrgnlGrpInf", "TxInf"
RETURNED = "RtrdIntrBkSttlmAmt"
AMOUNTS = (RETURNED, "RtrdInstdAmt", "OrgnlIntrBkSttlmAmt")
# The totals that a header may give of what its transactions return.
SUMS = ("CtrlSum", "TtlRtrdIntrBkSttlmAmt")


class Pacs004Reader:
    """One pacs.004: its header, then the debits that it returns.

    It tells of money between banks: what that did to the fund's account, a statement tells.
    """

    def __init__(self, message: MessageStream) -> None:
        self._message = message
        self._events = message.ended("GrpHdr", ORIGINAL, TRANSACTION)
        self._position = 0
        self._header: etree._Element | None = None
        self._original: etree._Element | None = None
        self._settled_on: date | None = None

    def header(self) -> AnswerHeader:
        """The message's header. Raises UnreadableMessage where it has none."""
        for name, element in self._events:
            if is_header(name, element):
                self._header = remembered(element)
                self._settled_on = day_at(element, "IntrBkSttlmDt")
            elif name == ORIGINAL and is_inside(element, BODY):
                self._original = remembered(element)
            else:
                self._events = chain([(name, element)], self._events)
                break
        if self._header is None:
            raise UnreadableMessage(line=1, detail="GrpHdr is missing")
        return AnswerHeader(
            message_name=self._message.name,
            version=self._message.version,
            message_id=required_reference_at(self._header, "MsgId"),
            created_at=instant_at(self._header, "CreDtTm"),
            original_message_id=self._original_message_id(),
            account=None,
        )

    def entries(self) -> Iterator[AnswerEntry]:
        """The returns in the order of the file: of the whole original file, or of single debits.

        Raises UnreadableMessage, and TotalsDiffer at the end.
        """
        whole_file = self._header is not None and text_at(self._header, "GrpRtr") in {"true", "1"}
        if whole_file and self._original is not None:
            yield self._entry(AnswerLevel.GROUP, self._original)
        count = total = 0
        all_amounts_told = True
        for name, element in self._events:
            if name != TRANSACTION:
                continue
            returned = amount_at(element, RETURNED)
            all_amounts_told = all_amounts_told and returned is not None
            count += 1
            total += returned[0] if returned else 0
            yield self._entry(AnswerLevel.TRANSACTION, element)
            let_go(element)
        if not whole_file:
            self._check(count, total if all_amounts_told else None)

    def _entry(self, level: AnswerLevel, element: etree._Element) -> AnswerEntry:
        self._position += 1
        amounts = filter(None, (amount_at(element, path) for path in AMOUNTS))
        amount, currency = next(amounts, (None, None))
        code, text = reason_in(*find_all(element, "RtrRsnInf"))
        message_id = reference_at(element, f"{ORIGINAL}/OrgnlMsgId")
        return AnswerEntry(
            position=self._position,
            level=level,
            raw=raw_bytes(element),
            end_to_end_id=reference_at(element, "OrgnlEndToEndId"),
            original_message_id=message_id or self._original_message_id(),
            amount=amount,
            currency=currency,
            reason_code=code,
            reason_text=text,
            account=original_creditor_account(element),
            mandate_reference=original_mandate(element),
            booked_on=day_at(element, "IntrBkSttlmDt") or self._settled_on,
            return_information=True,
        )

    def _original_message_id(self) -> str | None:
        return None if self._original is None else reference_at(self._original, "OrgnlMsgId")

    def _check(self, count: int, total: int | None) -> None:
        """Raise TotalsDiffer unless the transactions are what the header says."""
        if self._header is None:
            return
        expected = count_at(self._header, "NbOfTxs")
        if expected is not None and expected != count:
            raise TotalsDiffer(what="NbOfTxs", expected=expected, found=count)
        for name in SUMS:
            announced = find(self._header, name)
            if announced is not None and total is not None:
                expected = decimal_centimes(announced)
                if expected != total:
                    raise TotalsDiffer(what=name, expected=expected, found=total)
