"""The page of checks: what a paper of ours may be compared with, by its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.check_codes import CheckCode, PaperKind
from webapp.domain.errors import NotFound
from webapp.domain.rules import AccessRules
from webapp.services.certificates.papers import CertificateRow, checked_certificate
from webapp.services.check_codes import is_genuine
from webapp.services.checking import CheckedPaper, checked_mandate
from webapp.services.receipts import CheckedReceipt, checked_receipt
from webapp.services.summaries.papers import CheckedSummary, checked_summary
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

Checked: TypeAlias = CheckedPaper | CheckedReceipt | CertificateRow | CheckedSummary
# By the first letters of a number; what is of no kind is looked for as an authorisation.
CHECKS: Mapping[PaperKind, Callable[[Session, str, date], Checked | None]] = {
    PaperKind.MANDATE: lambda session, number, _today: checked_mandate(session, number),
    PaperKind.RECEIPT: lambda session, number, _today: checked_receipt(session, number),
    PaperKind.CERTIFICATE: lambda session, number, _today: checked_certificate(session, number),
    PaperKind.SUMMARY: checked_summary,
}
NOTHING = "00000000"


def check_code(
    session: Session, day: WorkingDay, vault: Vault, rules: AccessRules, code: CheckCode
) -> Checked:
    """The paper of a code. Raises NotFound for a wrong proof as for a number that nobody has.

    Counted for all together, so that nobody guesses: raises TooManyTries.
    """
    spend_try(session, day, vault, rules.checks_for_all)
    # Whatever was typed takes the same way and the same time; the database is asked for a number
    # that we have proved ourselves, or for nobody's.
    genuine = is_genuine(vault, code)
    kind = code.kind or PaperKind.MANDATE
    with reading(session):
        found = CHECKS[kind](session, code.number if genuine else kind.value + NOTHING, day.today)
    if found is None:
        raise NotFound(kind="paper", reference=code.number)
    return found
