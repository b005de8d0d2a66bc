"""Public references: short, typed, unguessable, and easy to read aloud."""

from __future__ import annotations

import secrets

from webapp.domain.check_codes import ALPHABET, PaperKind


def new_mandate_reference() -> str:
    """A mandate's reference: KM and eight letters or digits (40 bits of chance)."""
    return _reference(PaperKind.MANDATE)


def new_person_reference() -> str:
    """The reference of a person who acts for employers."""
    return _reference("KP")


def new_delegation_reference() -> str:
    """The reference of one employer's trust in one person."""
    return _reference("KD")


def new_staff_reference() -> str:
    """The reference of one of the staff."""
    return _reference("KS")


def new_schedule_reference() -> str:
    """The reference of a payment schedule."""
    return _reference("KE")


def new_api_key_reference() -> str:
    """The reference of a key of the programming interface."""
    return _reference("KA")


def new_request_reference() -> str:
    """The reference of what one of the staff asks another to decide."""
    return _reference("KR")


def new_payment_reference() -> str:
    """The reference of a payment made elsewhere."""
    return _reference("KV")


def new_campaign_reference() -> str:
    """The reference of open days."""
    return _reference("KO")


def new_device_reference() -> str:
    """The reference of a device of the fund."""
    return _reference("KG")


def new_case_reference() -> str:
    """The reference of one employer's enrolment with the fund's help."""
    return _reference("KC")


def new_contest_reference() -> str:
    """The reference of a contest."""
    return _reference("KT")


def new_form_reference() -> str:
    """The reference of a form on paper that was prepared for an employer."""
    return _reference("KF")


def new_certificate_reference() -> str:
    """The number of a certificate of good standing."""
    return _reference(PaperKind.CERTIFICATE)


def _reference(kind: str) -> str:
    return kind + "".join(secrets.choice(ALPHABET) for _ in range(8))
