"""Reads camt.053 statements and camt.054 notifications: what moved on the fund's own account."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lxml import etree

from webapp.banking.answer_records import AnswerEntry, AnswerHeader, AnswerLevel
from webapp.banking.camt_entry import (
    Detail,
    Movement,
    batch_reference,
    read_detail,
    read_movement,
)
from webapp.banking.statement_totals import StatementTotals
from webapp.banking.xml_stream import (
    MessageStream,
    is_header,
    is_inside,
    let_go,
    raw_bytes,
    remembered,
)
from webapp.banking.xml_values import (
    account_in,
    fault_in,
    find,
    instant_at,
    reason_in,
    reference_at,
    required_reference_at,
)
from webapp.domain.errors import UnreadableMessage
from webapp.domain.money import Centimes

STATEMENTS = ("Stmt", "Ntfctn")
# What an entry says of the file of ours that it answers.
BATCH = "Btch"
PAGINATIONS = ("StmtPgntn", "NtfctnPgntn")
# Details that do not say how much they were are kept as evidence beside their entry, so many of
# those in the first bytes of the entry.
DETAILS_KEPT, EVIDENCE_KEPT = 100, 2**20


class CamtReader:
    """One camt.053 or camt.054: its header, then its entries.

    The Ntry is what moved on the account, and what is yielded always adds up to it. A transaction
    among its details is yielded apart when it says how much of the movement it was; a single one
    need not say it. What the details leave unexplained (a lump, charges taken off, a detail that
    contradicts its entry) is yielded as one entry without reference, for a person to look at.
    """

    def __init__(self, message: MessageStream) -> None:
        self._message = message
        self._events = message.ended(
            "GrpHdr", *PAGINATIONS, "Acct", "TxsSummry", "TxDtls", "Ntry", *STATEMENTS
        )
        self._position = 0
        self._statements = 0
        self._group: etree._Element | None = None
        self._account: str | None = None
        self._totals = StatementTotals()
        self._movement: Movement | None = None
        self._only_detail: Detail | None = None

    def header(self) -> AnswerHeader:
        """The message's header, with its first statement's account. Raises UnreadableMessage."""
        for name, element in self._events:
            if not self._is_context(name, element):
                self._events = chain([(name, element)], self._events)
                break
            if self._account:
                break
        if self._group is None:
            raise UnreadableMessage(line=1, detail="GrpHdr is missing")
        return AnswerHeader(
            message_name=self._message.name,
            version=self._message.version,
            message_id=required_reference_at(self._group, "MsgId"),
            created_at=instant_at(self._group, "CreDtTm"),
            original_message_id=None,
            account=self._account,
        )

    def entries(self) -> Iterator[AnswerEntry]:
        """The entries in the order of the file.

        Raises UnreadableMessage, and TotalsDiffer at the end of a statement whose entries are
        not those that it announces.
        """
        for name, element in self._events:
            if name == "TxDtls":
                yield from self._detail(element)
            elif name == "Ntry":
                yield from self._end_of_movement(element)
            elif name in STATEMENTS:
                self._end_of_statement(element)
            else:
                self._is_context(name, element)
        if not self._statements and self._group is not None:
            raise fault_in(self._group, "no statement follows")

    def _is_context(self, name: str, element: etree._Element) -> bool:
        """Take in what stands before the entries; False when it is not of that kind."""
        if name == "GrpHdr":
            if is_header(name, element):
                self._group = remembered(element)
                self._note_message_page()
        elif name in PAGINATIONS:
            self._totals.note_page(element)
        elif name == "Acct":
            if is_inside(element, *STATEMENTS):
                self._account = account_in(element)
        elif name == "TxsSummry":
            self._totals.announce(element)
        else:
            return False
        return True

    def _note_message_page(self) -> None:
        page = None if self._group is None else find(self._group, "MsgPgntn")
        if page is not None:
            self._totals.note_page(page)

    def _end_of_statement(self, element: etree._Element) -> None:
        self._totals.check()
        self._totals = StatementTotals()
        self._note_message_page()
        self._account = None
        self._statements += 1
        let_go(element)

    def _detail(self, element: etree._Element) -> Iterator[AnswerEntry]:
        entry = next(element.iterancestors("{*}Ntry"), None)
        if entry is None:
            raise fault_in(element, "stands in no Ntry")
        if self._movement is None:
            self._movement = read_movement(entry)
            self._movement.begun = self._message.taken
        detail = read_detail(element, self._movement)
        self._movement.details += 1
        if self._movement.details == 1:
            self._only_detail = detail
            return
        if self._only_detail is not None:
            yield from self._one_of_several(self._only_detail, self._movement)
            self._only_detail = None
        yield from self._one_of_several(detail, self._movement)

    def _one_of_several(self, detail: Detail, movement: Movement) -> Iterator[AnswerEntry]:
        if detail.amount is not None:
            yield self._told(movement, detail, detail.amount, detail.element)
            let_go(detail.element, but=BATCH)
        elif movement.kept < DETAILS_KEPT and self._message.taken < movement.begun + EVIDENCE_KEPT:
            movement.kept += 1
        else:
            let_go(detail.element, but=BATCH)

    def _end_of_movement(self, element: etree._Element) -> Iterator[AnswerEntry]:
        movement = self._movement or read_movement(element)
        self._totals.add(movement.amount, movement.credit)
        if self._only_detail is not None:
            amount = self._only_detail.amount or movement.amount
            yield self._told(movement, self._only_detail, amount, element)
        if movement.rest or not movement.yielded:
            yield self._untold(movement, element)
        self._movement = self._only_detail = None
        let_go(element)

    def _told(
        self, movement: Movement, detail: Detail, amount: Centimes, evidence: etree._Element
    ) -> AnswerEntry:
        """The entry of a transaction that has its own share of the movement."""
        movement.yielded += 1
        movement.told += amount if detail.credit else -amount
        return_information = find(detail.element, "RtrInf")
        reason = (None, None) if return_information is None else reason_in(return_information)
        return AnswerEntry(
            position=self._next_position(),
            level=AnswerLevel.ENTRY,
            raw=raw_bytes(evidence),
            end_to_end_id=reference_at(detail.element, "Refs/EndToEndId"),
            original_message_id=reference_at(detail.element, "Refs/MsgId"),
            credit=detail.credit,
            reversal=movement.reversal,
            booked=movement.booked,
            amount=amount,
            currency=movement.currency,
            reason_code=reason[0],
            reason_text=reason[1],
            account=self._account,
            mandate_reference=reference_at(detail.element, "Refs/MndtId"),
            booked_on=movement.booked_on,
            return_information=return_information is not None,
        )

    def _untold(self, movement: Movement, element: etree._Element) -> AnswerEntry:
        """The entry for what no transaction accounts for: all of a lump, or what is left over."""
        return AnswerEntry(
            position=self._next_position(),
            level=AnswerLevel.ENTRY,
            raw=raw_bytes(element),
            original_message_id=None if movement.yielded else batch_reference(element),
            credit=movement.rest > 0 if movement.rest else movement.credit,
            reversal=movement.reversal,
            booked=movement.booked,
            amount=Centimes(abs(movement.rest)),
            currency=movement.currency,
            account=self._account,
            booked_on=movement.booked_on,
        )

    def _next_position(self) -> int:
        self._position += 1
        return self._position
