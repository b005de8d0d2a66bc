"""What one entry of a statement says, and each transaction that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from webapp.banking.xml_values import (
    amount_at,
    credit_at,
    day_at,
    fault_in,
    find,
    find_all,
    reference_at,
    text_at,
)
from webapp.domain.money import Centimes

# Where a transaction states what it was; version .02 knows the last two only.
AMOUNTS_OF_A_DETAIL = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")


@dataclass(slots=True)
class Movement:
    """An Ntry: one movement of the account, whatever number of transactions it is made of."""

    amount: Centimes
    currency: str | None
    credit: bool
    reversal: bool
    booked: bool
    booked_on: date | None
    # How many bytes of the message were read when its first transaction was reached; how many of
    # its transactions were read, and the signed centimes that were told of them.
    begun: int = 0
    details: int = 0
    yielded: int = 0
    told: int = 0
    kept: int = 0

    @property
    def rest(self) -> int:
        """Signed centimes of the movement that no transaction told so far accounts for."""
        return (self.amount if self.credit else -self.amount) - self.told


@dataclass(frozen=True, slots=True)
class Detail:
    """A TxDtls: one transaction; `amount` is None where it does not say how much it was of."""

    element: etree._Element
    amount: Centimes | None
    credit: bool


def read_movement(entry: etree._Element) -> Movement:
    """The movement that an Ntry tells. Raises UnreadableMessage."""
    stated = amount_at(entry, "Amt")
    credit = credit_at(entry, "CdtDbtInd")
    if stated is None or credit is None:
        raise fault_in(entry, "Amt or CdtDbtInd is missing")
    # The status is a plain text up to version .06, a code inside it from .07 on.
    status = text_at(entry, "Sts/Cd") or text_at(entry, "Sts")
    return Movement(
        amount=stated[0],
        currency=stated[1],
        credit=credit,
        reversal=text_at(entry, "RvslInd") in {"true", "1"},
        booked=status == "BOOK",
        booked_on=day_at(entry, "BookgDt"),
    )


def read_detail(element: etree._Element, movement: Movement) -> Detail:
    """A transaction of a movement.

    The movement is the truth: money went the way it says. A transaction of the other direction
    is believed only where it is a return that was taken off credits; else it states no amount.
    Neither does one in another currency, nor a zero, which some banks put in for "not told".
    """
    credit = credit_at(element, "CdtDbtInd")
    if credit is None or credit == movement.credit:
        return Detail(element, _stated_amount(element, movement), movement.credit)
    if find(element, "RtrInf") is not None and not credit:
        return Detail(element, _stated_amount(element, movement), credit)
    return Detail(element, None, movement.credit)


def _stated_amount(element: etree._Element, movement: Movement) -> Centimes | None:
    for path in AMOUNTS_OF_A_DETAIL:
        found = find(element, path)
        if found is None or (found.get("Ccy") or movement.currency) != movement.currency:
            continue
        stated = amount_at(element, path)
        if stated and stated[0]:
            return stated[0]
    return None


def batch_reference(entry: etree._Element) -> str | None:
    """The file of ours that a lump entry is for, where its details name exactly one."""
    references = {
        reference_at(batch, "MsgId") or reference_at(batch, "PmtInfId")
        for batch in find_all(entry, "NtryDtls/Btch")
    }
    return references.pop() if len(references) == 1 else None
