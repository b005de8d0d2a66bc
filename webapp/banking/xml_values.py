"""Reads the values of ISO 20022 elements: texts, amounts, dates, instants, directions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache

from lxml import etree

from webapp.banking.xml_stream import local_name
from webapp.domain.errors import UnreadableMessage
from webapp.domain.moment import ALGIERS
from webapp.domain.money import LARGEST_AMOUNT, Centimes

# xs:decimal as ISO 20022 restricts it: amounts have up to five decimals, sums up to seventeen.
DECIMAL = re.compile(r"\+?([0-9]{0,18})(?:\.([0-9]{0,17}))?")
# What the standard writes where a mandatory reference is not known.
NOT_PROVIDED = "NOTPROVIDED"
LONGEST_REFERENCE = 35


@cache
def _any_namespace(path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path.split("/"))


def find(element: etree._Element, path: str) -> etree._Element | None:
    """The first element at `path` ("Refs/EndToEndId"), in any namespace."""
    return element.find(_any_namespace(path))


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """Every element at `path`, in the order of the file."""
    return element.findall(_any_namespace(path))


def text_at(element: etree._Element, path: str) -> str | None:
    """The text at `path` without the space around it; None where there is none."""
    found = find(element, path)
    if found is None or found.text is None:
        return None
    return found.text.strip() or None


def reference_at(element: etree._Element, path: str) -> str | None:
    """A reference at `path`; None where the bank had none and wrote so.

    Raises UnreadableMessage for one that is longer than the standard allows.
    """
    text = text_at(element, path)
    if text is None or text.upper() == NOT_PROVIDED:
        return None
    if len(text) > LONGEST_REFERENCE:
        raise fault_in(element, f"{path} is longer than {LONGEST_REFERENCE} characters")
    return text


def required_reference_at(element: etree._Element, path: str) -> str:
    """The reference at `path`. Raises UnreadableMessage where there is none."""
    reference = reference_at(element, path)
    if reference is None:
        raise fault_in(element, f"{path} is missing")
    return reference


def fault_in(element: etree._Element, detail: str) -> UnreadableMessage:
    """The error to raise for an element that does not say what it must, with its line."""
    return UnreadableMessage(line=element.sourceline, detail=f"{local_name(element)}: {detail}")


def amount_at(element: etree._Element, path: str) -> tuple[Centimes, str | None] | None:
    """Centimes and currency at `path`; None where there is no amount.

    Amounts may be written with five decimals; those that are no whole centimes, or beyond what
    an account can hold, raise UnreadableMessage.
    """
    found = find(element, path)
    if found is None:
        return None
    return decimal_centimes(found), (found.get("Ccy") or "").strip() or None


def decimal_centimes(element: etree._Element) -> Centimes:
    """The decimal number that an element holds, in centimes. Raises UnreadableMessage."""
    match = DECIMAL.fullmatch((element.text or "").strip())
    if match is None or not (match[1] or match[2]):
        raise fault_in(element, "not an amount")
    decimals = (match[2] or "").ljust(2, "0")
    if decimals[2:].strip("0"):
        raise fault_in(element, "not a whole number of centimes")
    centimes = int(match[1] or "0") * 100 + int(decimals[:2])
    if centimes > LARGEST_AMOUNT:
        raise fault_in(element, "amount too large")
    return Centimes(centimes)


def count_at(element: etree._Element, path: str) -> int | None:
    """The number of something at `path`; None where it is not told."""
    text = text_at(element, path)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise fault_in(element, f"{path} is not a number")
    return int(text)


def credit_at(element: etree._Element, path: str) -> bool | None:
    """Whether money came in (CRDT) or went out (DBIT); None where it is not told."""
    text = text_at(element, path)
    if text is None:
        return None
    if text not in {"CRDT", "DBIT"}:
        raise fault_in(element, f"{path} is neither CRDT nor DBIT")
    return text == "CRDT"


def day_at(element: etree._Element, path: str) -> date | None:
    """The day at `path`, which holds a date, or a Dt or DtTm; an instant is taken in Algiers."""
    found = find(element, path)
    if found is None:
        return None
    text = text_at(found, "DtTm") or text_at(found, "Dt") or (found.text or "").strip()
    try:
        if "T" in text:
            return _in_algiers(text).date()
        # xs:date may carry an offset after the day (2026-10-29+01:00), which does not move it.
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError):
        raise fault_in(found, "not a date") from None


def instant_at(element: etree._Element, path: str) -> datetime | None:
    """The instant at `path` in UTC, read on Algiers' clock where it has no offset.

    Nothing depends on it, so an instant that cannot be read is None.
    """
    text = text_at(element, path)
    try:
        return _in_algiers(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None


def _in_algiers(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=ALGIERS)
    return moment.astimezone(ALGIERS)


def account_in(account: etree._Element) -> str | None:
    """The number of an account: an IBAN, or what stands under Othr."""
    return text_at(account, "Id/IBAN") or text_at(account, "Id/Othr/Id")


def reason_in(*statements: etree._Element) -> tuple[str | None, str | None]:
    """The first reason code, standard or the bank's own, and everything said about the reason."""
    codes = (reference_at(one, "Rsn/Cd") or reference_at(one, "Rsn/Prtry") for one in statements)
    texts = [
        said.text.strip()
        for one in statements
        for said in find_all(one, "AddtlInf")
        if said.text and said.text.strip()
    ]
    return next(filter(None, codes), None), "\n".join(texts) or None
