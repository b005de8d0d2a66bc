"""The forms of what is done with a bank file: mostly read and confirmed, hardly typed."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.errors import InvalidInput
from webapp.domain.file_acts import read_receipt
from webapp.domain.text import typed
from webapp.forms.fields import TypedField


class ReceiptField(TypedField):
    """The bank's number for a file; where the file was carried by hand there is one."""

    def __init__(self, label: Any, *, needed: bool, **more: Any) -> None:
        super().__init__(label, **more)
        self.needed = needed

    def read(self, text: str) -> str:
        if not typed(text):
            if self.needed:
                raise ValueError(_("Please enter the number of the bank's receipt."))
            return ""
        try:
            return read_receipt(text)
        except InvalidInput:
            raise ValueError(
                _("A number has letters without accents, digits and . / : _ - only, 40 at most.")
            ) from None


class ReviewForm(FlaskForm):
    """Nothing is typed: what follows is read and confirmed."""


class ReceiptForm(FlaskForm):
    receipt = ReceiptField(_l("Number of the bank's receipt"), needed=False)


class CarriedForm(FlaskForm):
    """Of a file that somebody carried: the bank has given a receipt for it."""

    receipt = ReceiptField(_l("Number of the bank's receipt"), needed=True)
