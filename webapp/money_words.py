"""What payments made elsewhere, requests and their states are called on the staff's pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.statuses import ReversalStatus
from webapp.domain.verdicts import Verdict
from webapp.models import PaymentStatus, PaymentWay, RequestKind, RequestStatus

Texts = Mapping[StrEnum, LazyString]

PAYMENT_WAYS: Texts = {
    PaymentWay.CHEQUE: _l("Cheque"),
    PaymentWay.TRANSFER: _l("Bank transfer"),
    PaymentWay.COUNTER: _l("At the counter"),
    PaymentWay.PORTAL: _l("On the former portal"),
}
PAYMENT_STATUSES: Texts = {
    PaymentStatus.WAITING: _l("waiting for a second person"),
    PaymentStatus.BOOKED: _l("booked"),
    PaymentStatus.REFUSED: _l("refused by the second person"),
    PaymentStatus.REVERSED: _l("taken back"),
}
REQUESTS: Texts = {
    RequestKind.WAIVER: _l("Waiver"),
    RequestKind.REFUND: _l("Refund of a credit"),
    RequestKind.REVERSAL: _l("Giving back a debit made in error"),
}
REQUEST_STATUSES: Texts = {
    RequestStatus.ASKED: _l("waiting for a second person"),
    RequestStatus.GRANTED: _l("granted"),
    RequestStatus.REFUSED: _l("request refused by the second person"),
    RequestStatus.WITHDRAWN: _l("request withdrawn"),
}
REVERSALS: Texts = {
    ReversalStatus.AGREED: _l("agreed, to be sent to the bank"),
    ReversalStatus.SENDING: _l("on its way to the bank"),
    ReversalStatus.SENT: _l("sent to the bank, not answered yet"),
    ReversalStatus.UNKNOWN: _l("not known whether it has reached the bank"),
    ReversalStatus.REFUSED: _l("the bank does not give it back"),
    ReversalStatus.BOOKED: _l("given back to the employer's account"),
    ReversalStatus.DROPPED: _l("not sent: the amount had gone back before"),
}
VERDICTS: Texts = {
    Verdict.GRANTED: _l("I agree"),
    Verdict.REFUSED: _l("I refuse"),
}
MONEY_WORDS = (PAYMENT_WAYS, PAYMENT_STATUSES, REQUESTS, REQUEST_STATUSES, REVERSALS, VERDICTS)
