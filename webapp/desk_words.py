"""What the things of an agency's desk are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.notes import NoteKind

Texts = Mapping[StrEnum, LazyString]

NOTE_KINDS: Texts = {
    NoteKind.CALL: _l("Call"),
    NoteKind.VISIT: _l("Visit"),
    NoteKind.LETTER: _l("Letter"),
    NoteKind.INTERNAL: _l("Internal"),
}
DESK_WORDS = (NOTE_KINDS,)
