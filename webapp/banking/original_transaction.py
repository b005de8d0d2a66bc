"""What an answer repeats of the debit that it answers (OrgnlTxRef)."""

from __future__ import annotations

from lxml import etree

from webapp.banking.xml_values import account_in, find, reference_at

# A choice between kinds of mandates stands around it in the newest versions.
MANDATES = ("OrgnlTxRef/MndtRltdInf/MndtId", "OrgnlTxRef/MndtRltdInf/DrctDbtMndt/MndtId")


def original_mandate(element: etree._Element) -> str | None:
    """The mandate under which the original debit was presented."""
    references = (reference_at(element, path) for path in MANDATES)
    return next(filter(None, references), None)


def original_creditor_account(element: etree._Element) -> str | None:
    """The fund's own account in the original debit."""
    account = find(element, "OrgnlTxRef/CdtrAcct")
    return None if account is None else account_in(account)
