"""The forms of an agency and of a wilaya."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.agencies import (
    LONGEST_NAME,
    AgencyTerms,
    WilayaTerms,
    read_agency_code,
    read_wilaya_code,
)
from webapp.forms.fields import NameField, TypedField
from webapp.forms.local_codes import OfferedField


class AgencyCodeField(TypedField):
    def read(self, text: str) -> str:
        return read_agency_code(text)


class WilayaCodeField(TypedField):
    def read(self, text: str) -> str:
        return read_wilaya_code(text)


class AgencyForm(FlaskForm):
    code = AgencyCodeField(_l("Code"))
    name_ar = NameField(_l("Name in Arabic"), longest=LONGEST_NAME)
    name_fr = NameField(_l("Name in French"), longest=LONGEST_NAME)
    wilaya = OfferedField(_l("Wilaya"))

    def terms(self) -> AgencyTerms:
        """Of the valid form: what is said of the agency."""
        return AgencyTerms(self.code.data, self.name_ar.data, self.name_fr.data, self.wilaya.data)

    def fill(self, there: AgencyTerms) -> None:
        """Start from an agency as it stands."""
        self.code.typed, self.wilaya.data = there.code, there.wilaya_code
        self.name_ar.typed, self.name_fr.typed = there.name_ar, there.name_fr


class WilayaNamesForm(FlaskForm):
    name_ar = NameField(_l("Name in Arabic"), longest=LONGEST_NAME)
    name_fr = NameField(_l("Name in French"), longest=LONGEST_NAME)

    def fill(self, there: WilayaTerms) -> None:
        """Start from a wilaya as it stands."""
        self.name_ar.typed, self.name_fr.typed = there.name_ar, there.name_fr


class WilayaForm(WilayaNamesForm):
    code = WilayaCodeField(_l("Number"))

    def terms(self) -> WilayaTerms:
        """Of the valid form: the wilaya."""
        return WilayaTerms(self.code.data, self.name_ar.data, self.name_fr.data)
