"""The other ways of paying: what is paid by them is entered or imported, not debited."""

from __future__ import annotations

from enum import StrEnum


class PaymentWay(StrEnum):
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    COUNTER = "counter"
    PORTAL = "portal"
