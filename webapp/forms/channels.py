"""The form of a channel's terms: its files, how they travel, until when."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import time
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from webapp.domain.channel_terms import (
    ChannelTerms,
    NameProfile,
    SftpServer,
    TransportKind,
    check_file_limit,
    check_lead_days,
    read_folder,
    read_host,
    read_host_key,
    read_port,
    read_user,
)
from webapp.domain.errors import InvalidChannel
from webapp.domain.rules import CollectionRules
from webapp.domain.text import typed
from webapp.forms.fields import TypedField
from webapp.forms.messages import sentence_for
from webapp.forms.staff_desk import ChoiceField


class CountField(TypedField):
    """A whole number that `check` takes."""

    def __init__(self, label: Any, check: Callable[[int], None], **more: Any) -> None:
        super().__init__(label, **more)
        self.check = check

    def read(self, text: str) -> int:
        figure = re.sub(r"\s", "", typed(text))
        if not re.fullmatch("[0-9]{1,9}", figure):
            raise ValueError(_("Please enter a number in figures."))
        self.check(int(figure))
        return int(figure)


class TimeField(TypedField):
    """A time of day, like 12:00."""

    def read(self, text: str) -> time:
        found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:hH.]([0-5][0-9])", typed(text))
        if not found:
            raise ValueError(_("Please enter a time like 12:00."))
        return time(int(found[1]), int(found[2]))


class ServerField(TypedField):
    """Something about a server: read only where files go to one."""

    def __init__(self, label: Any, reader: Callable[[str], Any], **more: Any) -> None:
        super().__init__(label, **more)
        self.reader = reader

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        if form.transport.data is TransportKind.SFTP:
            try:
                self.data = self.reader(self.typed)
            except InvalidChannel as error:
                raise ValidationError(sentence_for(error)) from error


class HostKeyField(ServerField):
    widget: Any = TextArea()


class ChannelForm(FlaskForm):
    layouts: frozenset[str] = frozenset()

    layout = SelectField(_l("Layout of the files"), validate_choice=False)
    names = ChoiceField(_l("How names are written"), NameProfile)
    file_limit = CountField(_l("Debits in one file, at most"), check_file_limit)
    lead_days = CountField(
        _l("Bank days before the debit"), partial(check_lead_days, rules=CollectionRules())
    )
    cut_off = TimeField(_l("Until what time"))
    transport = ChoiceField(_l("How the files reach the bank"), TransportKind)
    host = ServerField(_l("Server"), read_host)
    port = ServerField(_l("Port"), read_port)
    user = ServerField(_l("User"), read_user)
    folder = ServerField(_l("Folder on the server"), read_folder)
    host_key = HostKeyField(_l("Public key of the server"), read_host_key)

    def validate_layout(self, field: SelectField) -> None:
        """One of those that were offered."""
        if field.data not in self.layouts:
            raise ValidationError(_("Please choose one of the list."))

    def offer(self, layouts: Sequence[str]) -> None:
        """The layouts that there are."""
        self.layouts = frozenset(layouts)
        ltr = {"dir": "ltr", "lang": "en"}
        self.layout.choices = [SelectChoice(name, name, ltr) for name in layouts]

    def fill(self, terms: ChannelTerms) -> None:
        """The terms as they are."""
        self.layout.data = terms.layout
        self.names.typed = terms.names.value
        self.file_limit.typed = str(terms.file_limit)
        self.lead_days.typed = str(terms.lead_days)
        self.cut_off.typed = f"{terms.cut_off:%H:%M}"
        self.transport.typed = terms.transport.value
        for name in SftpServer.__slots__ if terms.server else ():
            self[name].typed = str(getattr(terms.server, name))

    def terms(self) -> ChannelTerms:
        """Of the valid form: the new terms."""
        server = SftpServer(**{name: self[name].data for name in SftpServer.__slots__})
        return ChannelTerms(
            self.layout.data,
            self.names.data,
            server if self.transport.data is TransportKind.SFTP else None,
            self.lead_days.data,
            self.cut_off.data,
            self.file_limit.data,
        )
